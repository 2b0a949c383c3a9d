using Vectorized.Engine.Binding;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Planning;

/// <summary>
/// Two inputs of a group of inner joins, one of them an aggregate of the other: proves it, and makes the ranking that stands for the
/// join of both (see <see cref="ExtremeRanking"/>). What is joined is given by the group's conditions.
/// </summary>
internal sealed partial class RankedPair(
    BindContext context, LogicalFacts facts, RankedPair.Extreme extreme, LogicalNode relation, List<ScalarExpression> conditions,
    Func<IReadOnlySet<int>> live)
{
    private readonly StrippedPlan _relation = StrippedPlan.Of(relation, context.Pool);
    private readonly HashSet<int> _ofExtreme = [.. extreme.Node.Columns];
    private readonly HashSet<int> _ofRelation = [.. relation.Columns];
    private readonly List<ScalarExpression> _consumed = [];

    /// <summary>An input that is one greatest or least value a group, under projections and HAVING.</summary>
    internal sealed record Extreme(
        LogicalNode Node, StrippedPlan Plan, LogicalAggregate Aggregate, LogicalAggregateItem Item)
    {
        internal bool IsMax => Item.Kind == AggregateKind.Max;

        internal static Extreme? Of(LogicalNode node, ColumnPool pool)
        {
            var plan = StrippedPlan.Of(node, pool);
            return plan.Base is LogicalAggregate { Aggregates: [{ Kind: AggregateKind.Max or AggregateKind.Min, Filter: < 0 } item] } a
                ? new Extreme(node, plan, a, item) : null;
        }
    }

    /// <summary>Other inputs of the group, to be joined below the ranking: conditions bind them to the groups' columns alone.</summary>
    internal IReadOnlyList<LogicalNode> Beside { get; init; } = [];

    private ColumnPool Pool => context.Pool;

    /// <summary>The ranking, with all columns of both inputs, and the conditions that are left; null: not proven.</summary>
    /// <param name="isUsedElsewhere">Whether one of some columns is read by anything but some conditions.</param>
    internal (LogicalNode Ranked, List<ScalarExpression> Others)? Make(
        Func<IReadOnlySet<int>, IReadOnlyList<ScalarExpression>, bool> isUsedElsewhere)
    {
        if (RankedInput.Of(StrippedPlan.Of(extreme.Aggregate.Input, Pool), _relation, Pool) is not { } input)
        {
            return null;
        }

        var value = input.Of(extreme.Item.Argument);
        var window = input.Window is { } hop ? WindowRanking.Of(hop, input) : null;
        if (window is null && input.Window is not null)
        {
            // Windows nobody asks for, which drop the rows without a time all the same.
            return null;
        }

        var groups = extreme.Aggregate.Groups.Distinct().ToDictionary(g => g, input.Of);
        var notNull = new List<ScalarExpression>();
        var isEquated = groups.Keys.ToDictionary(g => g, g => window is not null && window.IsBound(groups[g]));
        bool hasValue = false;
        foreach (var condition in conditions)
        {
            if (Sides(condition) is not var (name, ofRelation, ofExtreme))
            {
                continue;
            }

            bool isValue = ofExtreme == extreme.Item.Id && Same(ofRelation, value)
                && (name == "=" || name == (extreme.IsMax ? ">=" : "<="));
            bool isGroup = groups.TryGetValue(ofExtreme, out var group) && Same(ofRelation, group)
                && name is "=" or BuiltinNames.IsNotDistinct;
            if (isGroup && window is not null && window.IsBound(group!))
            {
                return null;
            }

            if (isValue || isGroup)
            {
                _consumed.Add(condition);
                hasValue |= isValue;
                isEquated[ofExtreme] = true;
                notNull.AddRange(name == BuiltinNames.IsNotDistinct ? [] : [ofRelation]);
            }
        }

        isEquated.Remove(extreme.Item.Id);
        if (!hasValue || isEquated.ContainsValue(false) || !MayShow(value, groups.Values, isUsedElsewhere) || !IsWorthIt(input))
        {
            return null;
        }

        var others = conditions.FindAll(c => !_consumed.Contains(c) && !IsBelow(c));
        return window is null ? (Rank(input, value, groups, notNull), others) : Windowed(input, window, value, groups, notNull, others);
    }

    /// <summary>The pair as a comparison of the relation's value (over its base) with a column of the aggregate.</summary>
    private (string Name, ScalarExpression OfRelation, int OfExtreme)? Sides(ScalarExpression condition)
    {
        if (condition is not CallExpression { Arguments: [var a, var b] } call || ExpressionTree.IsVolatile(condition)
            || !a.Type.Equals(b.Type))
        {
            return null;
        }

        bool isTurned = IsOver(a, _ofExtreme) && IsOver(b, _ofRelation);
        if (!isTurned && !(IsOver(a, _ofRelation) && IsOver(b, _ofExtreme)))
        {
            return null;
        }

        var (relationSide, extremeSide) = isTurned ? (b, a) : (a, b);
        string name = !isTurned ? call.Function.Name : call.Function.Name switch
        {
            ">=" => "<=",
            "<=" => ">=",
            var same => same,
        };
        return ExpressionTree.Substitute(extremeSide, extreme.Plan.Values) is ColumnExpression column
            ? (name, ExpressionTree.Substitute(relationSide, _relation.Values), column.Index) : null;
    }

    private static bool IsOver(ScalarExpression e, HashSet<int> columns) =>
        ExpressionTree.Columns(e) is { Count: > 0 } used && used.IsSubsetOf(columns);

    private static bool Same(ScalarExpression a, ScalarExpression b) => ExpressionComparer.Instance.Equals(a, b);

    /// <summary>Whether the aggregate's columns may be read off the row: where equal values are the same value, or nobody looks.</summary>
    private bool MayShow(
        ScalarExpression value, IEnumerable<ScalarExpression> groups,
        Func<IReadOnlySet<int>, IReadOnlyList<ScalarExpression>, bool> isUsedElsewhere) =>
        groups.All(g => HasOneForm(g.Type))
        && (HasOneForm(value.Type) || !isUsedElsewhere(
            extreme.Plan.Values.Where(v => ExpressionTree.Columns(v.Value).Contains(extreme.Item.Id)).Select(v => v.Key).ToHashSet(),
            _consumed));

    private static bool HasOneForm(SqlType type) => type.IsInteger || type.IsOidLike
        || type.Id is TypeId.Boolean or TypeId.Date or TypeId.Time or TypeId.Timestamp or TypeId.TimestampTz or TypeId.Varchar
            or TypeId.Bytea or TypeId.Uuid
        || (type.Id == TypeId.Numeric && type.NumericForm != NumericForm.Free);

    /// <summary>
    /// Rows are kept whole, as keys. A watermark lets joins and aggregates forget what a ranking of rows that come and go would keep.
    /// An expression that fails would do so in other places, which only NULL results do not tell.
    /// </summary>
    private bool IsWorthIt(RankedInput input)
    {
        bool mayFail = conditions.Concat(_relation.Values.Values).Concat(_relation.Conditions).Any(ExpressionTree.CanFail);
        int columns = input.Plan.Columns.Count + Beside.Sum(b => b.Columns.Count) + extreme.Aggregate.Groups.Count;
        if (columns >= GroupLayout.KeysMax)
        {
            var needed = live();
            columns = input.Plan.Columns.Concat(Beside.SelectMany(b => b.Columns)).Count(needed.Contains) + extreme.Aggregate.Groups.Count;
        }

        return columns < GroupLayout.KeysMax && (context.FailuresAreNull || !mayFail)
            && (Grows(input) || !HasWatermark(input.Plan));
    }

    /// <summary>Rows that come, or counts and extremes of such, in groups that have the ranking's (<see cref="RisingRows"/>).</summary>
    private bool Grows(RankedInput input)
    {
        if (facts.Of(input.Plan).AppendOnly)
        {
            return true;
        }

        var counted = StrippedPlan.Of(input.Plan, Pool);
        return counted.Base is LogicalAggregate a && facts.Of(a.Input).AppendOnly && counted.Conditions.Count == 0
            && ExpressionTree.Substitute(input.Of(extreme.Item.Argument), counted.Values) is ColumnExpression value
            && a.Aggregates.Any(i => i.Id == value.Index && (extreme.IsMax
                ? i.Kind is AggregateKind.Count or AggregateKind.CountStar or AggregateKind.Max : i.Kind is AggregateKind.Min))
            && extreme.Aggregate.Groups.All(
                g => ExpressionTree.Substitute(input.Of(g), counted.Values) is ColumnExpression c && a.Groups.Contains(c.Index));
    }

    private static bool HasWatermark(LogicalNode node) =>
        node is LogicalScan { Relation.Watermarks.Count: > 0 } || node.Inputs.Any(HasWatermark);

    /// <summary>The rows of the first rank with the columns of both inputs.</summary>
    private LogicalNode Rank(
        RankedInput input, ScalarExpression value, Dictionary<int, ScalarExpression> groups, List<ScalarExpression> notNull)
    {
        var computed = new List<ProjectItem>();
        ColumnExpression Column(ScalarExpression e)
        {
            if (e is ColumnExpression column)
            {
                return column;
            }

            int at = computed.FindIndex(c => Same(c.Value, e));
            int id = at >= 0 ? computed[at].Id : Pool.Add("value", e.Type);
            if (at < 0)
            {
                computed.Add(new ProjectItem(id, e));
            }

            return Pool.Reference(id);
        }

        var ofGroups = groups.ToDictionary(g => g.Key, g => Column(g.Value));
        var ofValue = Column(value);
        var tested = notNull.ConvertAll(Column);
        var rows = LogicalProject.Extend(input.Plan, Pool, computed);
        var known = Nullability.NotNullColumns(rows, facts.FailuresAreNull);
        rows = LogicalFilter.Create(
            rows, [.. tested.Where(c => !known.Contains(c.Index)).DistinctBy(c => c.Index).Select(c => new NullTestExpression(c, true))]);
        foreach (var other in Beside)
        {
            rows = new LogicalJoin(rows, other, JoinKind.Inner, Between(rows, other));
        }

        int rank = Pool.Add("rank", SqlType.Int64);
        var partition = ofGroups.Values.Select(c => c.Index).Distinct()
            .Where(id => input.Window is not { } hop || id != hop.End || !ofGroups.Values.Any(c => c.Index == hop.Start));
        LogicalNode ranked = new LogicalWindow(
            rows, [.. partition], [new LogicalSortKey(ofValue.Index, extreme.IsMax, NullsFirst: false)],
            [new LogicalWindowItem(rank, new WindowCall(WindowFunctionKind.Rank, SqlType.Int64, WindowFrame.Default))],
            new LogicalRankLimit(rank, 1));
        var ofAggregate = ofGroups.ToDictionary(g => g.Key, g => (ScalarExpression)g.Value);
        ofAggregate.Add(extreme.Item.Id, ofValue);
        ranked = LogicalFilter.Create(
            ranked, [.. input.Beyond, .. extreme.Plan.Conditions.Select(c => ExpressionTree.Substitute(c, ofAggregate))]);
        return new LogicalProject(
            ranked,
            [.. relation.Columns.Select(id => new ProjectItem(id, _relation.Values[id])),
             .. Beside.SelectMany(b => b.Columns).Select(id => new ProjectItem(id, Pool.Reference(id))),
             .. extreme.Node.Columns.Select(
                 id => new ProjectItem(id, ExpressionTree.Substitute(extreme.Plan.Values[id], ofAggregate)))]);
    }

    /// <summary>Whether a condition is one of those that join inputs below the ranking.</summary>
    private bool IsBelow(ScalarExpression condition)
    {
        var others = Beside.SelectMany(b => b.Columns).ToHashSet();
        var used = ExpressionTree.Columns(condition);
        return used.Overlaps(others) && !ExpressionTree.IsVolatile(condition)
            && used.All(id => others.Contains(id) || _ofRelation.Contains(id));
    }

    /// <summary>The conditions between the rows so far and another input, over the relation's base.</summary>
    private List<ScalarExpression> Between(LogicalNode rows, LogicalNode other)
    {
        var columns = rows.Columns.Concat(other.Columns).ToHashSet();
        return [.. conditions.Where(c => ExpressionTree.Columns(c).Overlaps(other.Columns) && !ExpressionTree.IsVolatile(c))
            .Select(c => ExpressionTree.Substitute(c, _relation.Values)).Where(c => ExpressionTree.Columns(c).IsSubsetOf(columns))];
    }
}
