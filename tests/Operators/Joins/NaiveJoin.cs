using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Operators.Joins;

/// <summary>The join by its definition, over plain multisets: every pair is tried.</summary>
internal sealed class NaiveJoin(
    JoinKind kind, IReadOnlyList<SqlType> leftTypes, IReadOnlyList<SqlType> rightTypes, int[] leftKeys, int[] rightKeys,
    bool[] nullSafe, Func<Row, Row, bool>? residual)
{
    internal ZSet Run(ZSet left, ZSet right)
    {
        var output = new ZSet();
        var noLeft = new Row([.. leftTypes.Select(Datum.Null)]);
        var noRight = new Row([.. rightTypes.Select(Datum.Null)]);
        foreach (var (a, weight) in left)
        {
            bool matched = false;
            foreach (var (b, other) in right)
            {
                if (Matches(a, b))
                {
                    matched = true;
                    if (kind is not (JoinKind.Semi or JoinKind.Anti or JoinKind.RightSemi or JoinKind.RightAnti))
                    {
                        output.Change(a.Concat(b), weight * other);
                    }
                }
            }

            if (kind is JoinKind.Left or JoinKind.Full && !matched)
            {
                output.Change(a.Concat(noRight), weight);
            }

            if (kind is JoinKind.Semi && matched || kind is JoinKind.Anti && !matched)
            {
                output.Change(a, weight);
            }
        }

        if (kind is JoinKind.Right or JoinKind.Full)
        {
            foreach (var (b, weight) in right)
            {
                if (!left.Keys.Any(a => Matches(a, b)))
                {
                    output.Change(noLeft.Concat(b), weight);
                }
            }
        }

        if (kind is JoinKind.RightSemi or JoinKind.RightAnti)
        {
            foreach (var (b, weight) in right)
            {
                if (left.Keys.Any(a => Matches(a, b)) == (kind == JoinKind.RightSemi))
                {
                    output.Change(b, weight);
                }
            }
        }

        return output;
    }

    private bool Matches(Row a, Row b)
    {
        for (int i = 0; i < leftKeys.Length; i++)
        {
            var x = a[leftKeys[i]];
            var y = b[rightKeys[i]];
            bool equal = x.IsNull || y.IsNull ? nullSafe[i] && x.IsNull && y.IsNull : x.Equals(y);
            if (!equal)
            {
                return false;
            }
        }

        return residual is null || residual(a, b);
    }
}
