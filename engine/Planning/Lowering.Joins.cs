using Vectorized.Engine.Binding;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Planning;

/// <summary>Joins: equalities between the sides become keys, the rest is residual.</summary>
internal sealed partial class Lowering
{
    private const double TrackingFactor = 2;

    /// <summary>So many rows a key are worth a count of each key's rows, which is kept beside the keys then.</summary>
    private const double RowsPerKeyMin = 1.5;

    private LoweredPlan Join(LogicalJoin j)
    {
        return WithoutTimeConditions(j) is { } filtered ? Lower(filtered) : Join(j, j, asOfNow: false);
    }

    private LoweredPlan TemporalJoin(LogicalTemporalJoin j)
    {
        if (facts.ForView && j.Conditions.Any(TimeBound.UsesNow))
        {
            throw context.Unsupported("now() in the condition of a temporal join", context.NowPosition);
        }

        return Join(j.AtOnce, j, asOfNow: facts.ForView);
    }

    /// <param name="j">The join.</param>
    /// <param name="logical">Whose properties the result has.</param>
    /// <param name="asOfNow">Rows meet the right side as it is when they come.</param>
    private LoweredPlan Join(LogicalJoin j, LogicalNode logical, bool asOfNow)
    {
        var (leftColumns, rightColumns) = (new HashSet<int>(j.Left.Columns), new HashSet<int>(j.Right.Columns));
        var keys = new JoinKeySet(context, j.Kind);
        foreach (var condition in j.Conditions)
        {
            if (EquiCondition.Match(condition, leftColumns, rightColumns) is not { } pair
                || JoinKeys.Unify(pair) is not { } unified || !keys.TryAdd(unified))
            {
                keys.Residual.Add(condition);
            }
        }

        var (left, leftKeys) = Keyed(LogicalFilter.Create(j.Left, keys.LeftFilter), keys.Pairs.ConvertAll(p => p.Left));
        bool tests = facts.ForView && !asOfNow && j.Kind is JoinKind.Semi or JoinKind.Anti && keys.Residual.Count == 0;
        var (right, rightKeys) = Keyed(
            LogicalFilter.Create(j.Right, keys.RightFilter), keys.Pairs.ConvertAll(p => p.Right), isTest: tests);
        if (asOfNow && left.Node.Properties is { Kind: not StreamKind.AppendOnly, Key: null })
        {
            throw context.Unsupported("a temporal join of rows that may be taken back and have no key", 0);
        }

        bool leftOnly = j.Kind is JoinKind.Semi or JoinKind.Anti;
        int[] ids = leftOnly ? [.. left.Ids] : [.. left.Ids, .. right.Ids];
        var kind = j.Kind;
        if (StoresLeft(j))
        {
            kind = Mirrored(kind);
            (left, leftKeys, right, rightKeys) = (right, rightKeys, left, leftKeys);
            ids = leftOnly ? ids : [.. left.Ids, .. right.Ids];
        }

        var both = new LoweredPlan(left.Node, [.. left.Ids, .. right.Ids]);
        var join = new JoinNode(
            left.Node, right.Node, kind, leftKeys, rightKeys, [.. keys.Pairs.Select(p => p.NullSafe)],
            keys.Residual.Count == 0 ? null : Positional(ExpressionTree.And(keys.Residual), both))
        {
            Columns = [],
            Properties = null!,
            AsOfNow = asOfNow,
            Closing = asOfNow ? null : Closing(j.Kind, left, leftKeys, right, rightKeys, keys.Residual.Count > 0),
        };
        return Finish(ExtremeJoin.Sharpen(join), logical, ids);
    }

    /// <summary>
    /// A query stores the join's right side and streams the left one past it: the smaller should be stored. Where that takes a
    /// bit a stored row, the difference must be worth it.
    /// </summary>
    private bool StoresLeft(LogicalJoin j)
    {
        double factor = j.Kind is JoinKind.Inner or JoinKind.Full or JoinKind.Right ? 1 : TrackingFactor;
        return !facts.ForView && facts.Of(j.Left).Rows * factor < facts.Of(j.Right).Rows;
    }

    private static JoinKind Mirrored(JoinKind kind) => kind switch
    {
        JoinKind.Left => JoinKind.Right,
        JoinKind.Right => JoinKind.Left,
        JoinKind.Semi => JoinKind.RightSemi,
        JoinKind.Anti => JoinKind.RightAnti,
        _ => kind,
    };

    /// <summary>
    /// The side with a column for each key expression, and the columns' positions. <paramref name="isTest"/>: nothing matters of its rows
    /// but which keys there are, so where several rows have one it is the distinct keys: a row more or less of a key is a
    /// count then, and neither a version of a stored row nor a change to the other side.
    /// </summary>
    private (LoweredPlan Plan, int[] Keys) Keyed(LogicalNode side, List<ScalarExpression> keys, bool isTest = false)
    {
        var computed = new List<ProjectItem>();
        int[] ids = [.. keys.Select(k =>
        {
            if (k is ColumnExpression column)
            {
                return column.Index;
            }

            int id = Pool.Add("key", k.Type);
            computed.Add(new ProjectItem(id, k));
            return id;
        })];
        var keyed = LogicalProject.Extend(side, Pool, computed);
        if (isTest && ids.Length > 0 && !facts.Of(keyed).Identifies(ids))
        {
            var distinct = new LogicalAggregate(keyed, [.. ids.Distinct()], []);
            keyed = facts.Of(distinct).Rows * RowsPerKeyMin <= facts.Of(keyed).Rows ? distinct : keyed;
        }

        var plan = Lower(keyed);
        return (plan, [.. ids.Select(plan.Position)]);
    }
}

/// <summary>
/// The keys of one join: no value stands in two of them. A second partner of a value is compared with the first one
/// before the join where dropping rows there is right, else after it.
/// </summary>
internal sealed class JoinKeySet(BindContext context, JoinKind kind)
{
    public List<EquiCondition> Pairs { get; } = [];

    public List<ScalarExpression> LeftFilter { get; } = [];

    public List<ScalarExpression> RightFilter { get; } = [];

    public List<ScalarExpression> Residual { get; } = [];

    /// <summary>False: the pair must stay a condition.</summary>
    public bool TryAdd(EquiCondition pair)
    {
        // Only the side that is not kept whole may lose rows before the join (fuzz views --seed 5001590).
        int sameLeft = Pairs.FindIndex(p => Same(p.Left, pair.Left));
        int sameRight = Pairs.FindIndex(p => Same(p.Right, pair.Right));
        if (sameLeft >= 0 && sameRight == sameLeft)
        {
            Pairs[sameLeft] = Stricter(Pairs[sameLeft], pair);
            return true;
        }

        if (sameLeft >= 0)
        {
            return kind is not (JoinKind.Full or JoinKind.Right) && Merge(sameLeft, pair, Pairs[sameLeft].Right, pair.Right, RightFilter);
        }

        if (sameRight >= 0)
        {
            return kind is JoinKind.Inner or JoinKind.Semi or JoinKind.Right
                && Merge(sameRight, pair, Pairs[sameRight].Left, pair.Left, LeftFilter);
        }

        Pairs.Add(pair);
        return true;
    }

    private static bool Same(ScalarExpression a, ScalarExpression b) =>
        ExpressionText.Print(a) == ExpressionText.Print(b);

    private bool Merge(int at, EquiCondition pair, ScalarExpression first, ScalarExpression second,
        List<ScalarExpression> filter)
    {
        var stricter = Stricter(Pairs[at], pair);
        string name = stricter.NullSafe ? BuiltinNames.IsNotDistinct : "=";
        if (context.Resolver.Find(name, [first.Type, second.Type], isOperator: true, 0) is not { } found
            || !first.Type.Equals(second.Type))
        {
            return false;
        }

        Pairs[at] = stricter;
        filter.Add(new CallExpression(found.Function, [first, second], SqlType.Boolean));
        return true;
    }

    /// <summary>NULL matches only if both conditions let it.</summary>
    private static EquiCondition Stricter(EquiCondition known, EquiCondition other) =>
        known with { NullSafe = known.NullSafe && other.NullSafe };
}
