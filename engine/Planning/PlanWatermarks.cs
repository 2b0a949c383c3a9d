using Vectorized.Engine.Binding;
using Vectorized.Engine.Catalog;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Planning;

/// <summary>
/// Derives the watermarks of a plan's columns bottom-up, once a node: from the watermarks that sources and tables declare, and
/// through the plans of materialized views. Conservative: a column it is not proven for has none. What may change old rows
/// without an input below the watermark (a join's other columns, an ordering, the passing of time) ends it.
/// </summary>
internal sealed class PlanWatermarks(CatalogSnapshot catalog)
{
    private static readonly Dictionary<int, IReadOnlyList<WatermarkTerm>> _none = [];

    private readonly Dictionary<PlanNode, Dictionary<int, IReadOnlyList<WatermarkTerm>>> _known =
        new(ReferenceEqualityComparer.Instance);

    /// <summary>By output column, its watermark.</summary>
    public IReadOnlyDictionary<int, IReadOnlyList<WatermarkTerm>> Of(PlanNode node)
    {
        if (!_known.TryGetValue(node, out var known))
        {
            known = Derive(node).Where(p => HasWatermarkType(node.Columns[p.Key].Type)).ToDictionary();
            _known.Add(node, known);
        }

        return known;
    }

    /// <summary>The first of some output columns that has a watermark.</summary>
    public WindowClosing? First(PlanNode node, IEnumerable<int> columns)
    {
        var known = Of(node);
        foreach (int column in columns)
        {
            if (known.TryGetValue(column, out var terms))
            {
                return new WindowClosing(column, terms);
            }
        }

        return null;
    }

    public static bool HasWatermarkType(SqlType type) =>
        type.IsInteger || type.Id is TypeId.Date or TypeId.Timestamp or TypeId.TimestampTz;

    private Dictionary<int, IReadOnlyList<WatermarkTerm>> Derive(PlanNode node) => node switch
    {
        ScanNode n => Scan(n),
        ProjectNode n => Project(n),
        // Only a HOP stands over panes, and its windows are those of the times before them.
        FilterNode or PaneNode or MaterializeNode => Only(node.Inputs[0], _ => true),
        HopNode n => Hop(n),
        AggregateNode n => Moved(n.Input, n.GroupColumns),
        TopNNode n => Ordered(n.Input, n.PartitionColumns, n.Order, default(WindowFinality)),
        WindowNode n => Ordered(n.Input, n.PartitionColumns, n.Order, WindowFinality.Of(n)),
        SessionNode n => Session(n),
        TableFunctionNode { Input: { } input } => Only(input, _ => true),
        UnionAllNode n => Union(n),
        JoinNode { AsOfNow: true } n => Only(n.Left, _ => true),
        JoinNode n => Join(n),
        WindowCloseNode n => new Dictionary<int, IReadOnlyList<WatermarkTerm>> { [n.Closing.Column] = n.Closing.Watermark },
        _ => _none,
    };

    private Dictionary<int, IReadOnlyList<WatermarkTerm>> Only(PlanNode input, Func<int, bool> keeps) =>
        Of(input).Where(p => keeps(p.Key)).ToDictionary();

    /// <summary>Output column i is input column columns[i].</summary>
    private Dictionary<int, IReadOnlyList<WatermarkTerm>> Moved(PlanNode input, IReadOnlyList<int> columns)
    {
        var below = Of(input);
        return columns.Select((column, i) => (column, i)).Where(p => below.ContainsKey(p.column))
            .ToDictionary(p => p.i, p => below[p.column]);
    }

    private Dictionary<int, IReadOnlyList<WatermarkTerm>> Scan(ScanNode scan)
    {
        if (catalog.Find(scan.RelationId) is not CatalogRelation relation)
        {
            return _none;
        }

        var result = new Dictionary<int, IReadOnlyList<WatermarkTerm>>();
        var ofView = relation.View is { } view ? Of(view.Plan) : null;
        for (int i = 0; i < scan.RelationColumns.Count; i++)
        {
            int column = scan.RelationColumns[i];
            if (ofView is not null && ofView.TryGetValue(column, out var terms))
            {
                result.Add(i, terms);
            }
            else if (relation.Watermarks.Any(w => w.Column == column))
            {
                result.Add(i, [new WatermarkTerm(relation.Id, [])]);
            }
        }

        return result;
    }

    private Dictionary<int, IReadOnlyList<WatermarkTerm>> Project(ProjectNode node)
    {
        var below = Of(node.Input);
        var result = new Dictionary<int, IReadOnlyList<WatermarkTerm>>();
        for (int i = 0; i < node.Expressions.Count && below.Count > 0; i++)
        {
            if (MonotoneSteps.Of(node.Expressions[i]) is { } path && below.TryGetValue(path.Column, out var terms))
            {
                result.Add(i, [.. terms.Select(t => path.Steps.Aggregate(t, (moved, step) => moved.Then(step)))]);
            }
        }

        return result;
    }

    /// <summary>The oldest window still open ends after the watermark.</summary>
    private Dictionary<int, IReadOnlyList<WatermarkTerm>> Hop(HopNode node)
    {
        var result = Only(node.Input, _ => true);
        if (result.TryGetValue(node.TimeColumn, out var terms))
        {
            bool isDate = node.Input.Columns[node.TimeColumn].Type.Id == TypeId.Date;
            int start = node.Columns.Count - 2;
            var toMicros = new WatermarkStep(WatermarkStepKind.Multiply, Temporal.MicrosPerDay);
            var micros = isDate ? [.. terms.Select(t => t.Then(toMicros))] : terms;
            var newest = micros.Select(t => t.Then(new WatermarkStep(WatermarkStepKind.Floor, node.SlideMicros, node.OffsetMicros)));
            // With a size that is no multiple of the slide this is a window too early at most.
            long back = (node.SizeMicros + node.SlideMicros - 1) / node.SlideMicros * node.SlideMicros;
            WatermarkTerm[] starts = [.. newest.Select(t => t.Then(new WatermarkStep(WatermarkStepKind.Add, node.SlideMicros - back)))];
            result[start] = starts;
            result[start + 1] = [.. starts.Select(t => t.Then(new WatermarkStep(WatermarkStepKind.Add, node.SizeMicros)))];
        }

        return result;
    }

    /// <summary>
    /// A row at the watermark belongs to sessions that end after it: those that end at it are final. Their starts may lie anywhere
    /// before.
    /// </summary>
    private Dictionary<int, IReadOnlyList<WatermarkTerm>> Session(SessionNode node)
    {
        var result = Only(node.Input, node.PartitionColumns.Contains);
        if (Of(node.Input).TryGetValue(node.TimeColumn, out var terms))
        {
            result[node.Columns.Count - 1] = [.. terms.Select(t => t.Then(new WatermarkStep(WatermarkStepKind.Add, 1)))];
        }

        return result;
    }

    /// <summary>
    /// A partition that a watermark has passed is final as a whole; else a row is as soon as the rising order column's is past all that
    /// the row's place, or its functions, depend on. NULLs in front of the order would move every row behind them.
    /// </summary>
    private Dictionary<int, IReadOnlyList<WatermarkTerm>> Ordered(
        PlanNode input, IReadOnlyList<int> partition, IReadOnlyList<SortKey> order, WindowFinality? finality)
    {
        var result = Only(input, partition.Contains);
        if (finality is { Rows: 0 } final && order is [{ Descending: false, NullsFirst: false } first, ..]
            && Of(input).TryGetValue(first.Column, out var terms))
        {
            result[first.Column] = final.Span == 0 ? terms
                : [.. terms.Select(t => t.Then(new WatermarkStep(WatermarkStepKind.Add, -final.Span)))];
        }

        return result;
    }

    private Dictionary<int, IReadOnlyList<WatermarkTerm>> Union(UnionAllNode node)
    {
        var members = node.Members.Select(Of).ToList();
        return Enumerable.Range(0, node.Columns.Count).Where(i => members.TrueForAll(m => m.ContainsKey(i)))
            .ToDictionary(i => i, i => (IReadOnlyList<WatermarkTerm>)[.. members.SelectMany(m => m[i])]);
    }

    /// <summary>
    /// A change on one side changes result rows with its own key values: an equal pair of keys advances with the slower side.
    /// All other columns may be old ones.
    /// </summary>
    private Dictionary<int, IReadOnlyList<WatermarkTerm>> Join(JoinNode node)
    {
        var (left, right) = (Of(node.Left), Of(node.Right));
        var result = new Dictionary<int, IReadOnlyList<WatermarkTerm>>();
        for (int i = 0; i < node.LeftKeys.Count; i++)
        {
            if (!left.TryGetValue(node.LeftKeys[i], out var ofLeft) || !right.TryGetValue(node.RightKeys[i], out var ofRight))
            {
                continue;
            }

            IReadOnlyList<WatermarkTerm> both = [.. ofLeft, .. ofRight];
            result[node.LeftKeys[i]] = both;
            if (node.Kind is not (JoinKind.Semi or JoinKind.Anti))
            {
                result[node.Left.Columns.Count + node.RightKeys[i]] = both;
            }
        }

        return result;
    }
}

/// <summary>Expressions that never fall while their one column rises, as steps.</summary>
internal static class MonotoneSteps
{
    /// <summary>The column and the steps over it, or null where it is not known to be monotone.</summary>
    public static (int Column, IReadOnlyList<WatermarkStep> Steps)? Of(ScalarExpression expression)
    {
        var steps = new List<WatermarkStep>();
        return Collect(expression, steps) is { } column ? (column, steps) : null;
    }

    private static int? Collect(ScalarExpression e, List<WatermarkStep> steps)
    {
        switch (e)
        {
            case ColumnExpression column:
                return column.Index;
            case CastExpression cast:
                return Collect(cast.Argument, steps) is { } c && Cast(cast.Argument.Type, cast.Type, steps) ? c : null;
            case CallExpression { Function.Name: "+" or "-", Arguments: [var value, ConstantExpression { Value.IsNull: false } by] } call:
                return Collect(value, steps) is { } m && Move(value.Type, by, call.Function.Name == "-", steps) ? m : null;
            case CallExpression { Function.Name: "+", Arguments: [ConstantExpression { Value.IsNull: false } by, var value] }:
                return Collect(value, steps) is { } n && Move(value.Type, by, false, steps) ? n : null;
            case CallExpression { Function.Name: "tumble_start", Arguments: [var time, ConstantExpression { Value.IsNull: false } size] }:
                return Collect(time, steps) is { } t && ToMicros(time.Type, steps) && Length(size) is { } length and > 0
                    && Add(steps, new WatermarkStep(WatermarkStepKind.Floor, length)) ? t : null;
            case CallExpression { Function.Name: "date_trunc", Arguments: [ConstantExpression { Value.IsNull: false } unit, var cut] }:
                return Collect(cut, steps) is { } d && ToMicros(cut.Type, steps) && Unit(unit.Value.ToString()) is { } step
                    && Add(steps, step) ? d : null;
            default:
                return null;
        }
    }

    private static bool Cast(SqlType from, SqlType to, List<WatermarkStep> steps)
    {
        if (from.IsInteger && to.IsInteger)
        {
            return true;
        }

        bool toTime = to.Id is TypeId.Timestamp or TypeId.TimestampTz;
        return toTime ? ToMicros(from, steps)
            : to.Id == TypeId.Date && from.Id is TypeId.Timestamp or TypeId.TimestampTz
                && Add(steps, new WatermarkStep(WatermarkStepKind.Divide, Temporal.MicrosPerDay));
    }

    private static bool Move(SqlType type, ConstantExpression by, bool back, List<WatermarkStep> steps)
    {
        if (by.Type.Id == TypeId.Interval)
        {
            return ToMicros(type, steps) && Length(by) is { } length
                && Add(steps, new WatermarkStep(WatermarkStepKind.Add, back ? -length : length));
        }

        return by.Type.IsInteger && (type.IsInteger || type.Id == TypeId.Date)
            && Add(steps, new WatermarkStep(WatermarkStepKind.Add, back ? -by.Value.AsInt64 : by.Value.AsInt64));
    }

    private static bool ToMicros(SqlType type, List<WatermarkStep> steps) => type.Id is TypeId.Timestamp or TypeId.TimestampTz
        || (type.Id == TypeId.Date && Add(steps, new WatermarkStep(WatermarkStepKind.Multiply, Temporal.MicrosPerDay)));

    /// <summary>Microseconds of an interval without months.</summary>
    private static long? Length(ConstantExpression interval)
    {
        if (interval.Type.Id != TypeId.Interval)
        {
            return null;
        }

        var span = IntervalValue.FromBits(interval.Value.Raw);
        return span.Months != 0 ? null : span.Micros + (span.Days * Temporal.MicrosPerDay);
    }

    /// <summary>Weeks begin on Mondays: four days after the epoch's Thursday.</summary>
    private static WatermarkStep? Unit(string unit) => unit switch
    {
        "second" => new WatermarkStep(WatermarkStepKind.Floor, 1_000_000),
        "minute" => new WatermarkStep(WatermarkStepKind.Floor, 60_000_000),
        "hour" => new WatermarkStep(WatermarkStepKind.Floor, 3_600_000_000),
        "day" => new WatermarkStep(WatermarkStepKind.Floor, Temporal.MicrosPerDay),
        "week" => new WatermarkStep(WatermarkStepKind.Floor, 7 * Temporal.MicrosPerDay, 4 * Temporal.MicrosPerDay),
        _ => null,
    };

    private static bool Add(List<WatermarkStep> steps, WatermarkStep step)
    {
        steps.Add(step);
        return true;
    }
}
