using Vectorized.Engine.Binding;

namespace Vectorized.Engine.Planning;

/// <summary>What is proven of a join's rows.</summary>
internal static class JoinFacts
{
    public static Facts Derive(LogicalJoin j, Facts left, Facts right, bool forView)
    {
        var leftColumns = new HashSet<int>(j.Left.Columns);
        var rightColumns = new HashSet<int>(j.Right.Columns);
        var pairs = new List<EquiCondition>();
        foreach (var condition in j.Conditions)
        {
            if (EquiCondition.Match(condition, leftColumns, rightColumns) is { } pair)
            {
                pairs.Add(pair);
            }
        }

        // A row finds at most one partner when the equated columns contain a key of the other side.
        bool oneRight = right.Identifies(pairs.Select(p => p.Right).OfType<ColumnExpression>().Select(c => c.Index));
        bool oneLeft = left.Identifies(pairs.Select(p => p.Left).OfType<ColumnExpression>().Select(c => c.Index));
        return new Facts
        {
            Keys = Keys(j, left, right, oneLeft, oneRight),
            AppendOnly = !forView || (left.AppendOnly && right.AppendOnly && j.Kind is JoinKind.Inner or JoinKind.Semi),
            Rows = Rows(j, left, right, oneLeft, oneRight, pairs.Count),
        };
    }

    /// <summary>
    /// Keys hold a key of the left side, for a right row may come to stand beside several left ones as time passes. Rows go
    /// only with their left row.
    /// </summary>
    public static Facts OfTemporal(LogicalTemporalJoin j, Facts left, Facts right, bool forView)
    {
        var atOnce = Derive(j.AtOnce, left, right, forView);
        return new Facts
        {
            Keys = LogicalFacts.Minimal(atOnce.Keys.Where(left.Identifies)),
            AppendOnly = !forView || left.AppendOnly,
            Rows = atOnce.Rows,
        };
    }

    private static List<HashSet<int>> Keys(LogicalJoin j, Facts left, Facts right, bool oneLeft, bool oneRight)
    {
        if (j.Kind is JoinKind.Semi or JoinKind.Anti)
        {
            return j.Kind == JoinKind.Semi ? LogicalFacts.Reduced(left.Keys, j.Conditions) : left.Keys;
        }

        var both = left.Keys.SelectMany(l => right.Keys.Select(r => l.Concat(r).ToHashSet()));
        if (j.Kind == JoinKind.Full)
        {
            // A row of either side alone has NULLs on the other: that tells them apart only where keys cannot be NULL.
            var notNull = Nullability.NotNullColumns(j.Left);
            var notNullRight = Nullability.NotNullColumns(j.Right);
            return LogicalFacts.Minimal(both.Where(k => k.Overlaps(notNull) && k.Overlaps(notNullRight)));
        }

        // The kept side's rows stay apart by their own key when each finds at most one partner; those of a side that is
        // extended with NULLs do not.
        if (oneRight && j.Kind != JoinKind.Right)
        {
            both = both.Concat(left.Keys);
        }

        if (oneLeft && j.Kind != JoinKind.Left)
        {
            both = both.Concat(right.Keys);
        }

        return j.Kind == JoinKind.Inner ? LogicalFacts.Reduced(both, j.Conditions) : LogicalFacts.Minimal(both);
    }

    private static double Rows(LogicalJoin j, Facts left, Facts right, bool oneLeft, bool oneRight, int pairs)
    {
        double others = Math.Pow(1.0 / 3, j.Conditions.Count - pairs);
        double inner = pairs == 0 ? left.Rows * right.Rows
            : oneRight && oneLeft ? Math.Min(left.Rows, right.Rows)
            : oneRight ? left.Rows
            : oneLeft ? right.Rows
            : left.Rows * right.Rows / Math.Max(1, Math.Max(left.Rows, right.Rows) / 10);
        inner = Math.Max(1, inner * others);
        return j.Kind switch
        {
            JoinKind.Semi or JoinKind.Anti => Math.Max(1, left.Rows / 2),
            JoinKind.Left => Math.Max(left.Rows, inner),
            JoinKind.Right => Math.Max(right.Rows, inner),
            JoinKind.Full => Math.Max(left.Rows + right.Rows, inner),
            _ => inner,
        };
    }
}
