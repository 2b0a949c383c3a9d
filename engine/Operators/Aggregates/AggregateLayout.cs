using Vectorized.Engine.Binding;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Aggregates;

/// <summary>
/// What a group remembers for the calls of one aggregation, and how results come of it. Calls share what they can: one count
/// for sum, avg and count of the same argument and filter, one set of distinct values for all DISTINCT calls of an
/// argument, one ordered set for min and max. Accumulator 0 counts the group's rows.
/// </summary>
internal sealed class AggregateLayout
{
    private readonly OperatorContext _context;
    private readonly AggregateNode _node;
    private readonly IReadOnlyList<SqlType> _inputTypes;
    private readonly Dictionary<(int Argument, bool SkipsNulls, int Filter), AggregateInput> _inputs = [];
    private readonly Dictionary<(AggregateInput, string), AggregateCell> _cells = [];
    private readonly Dictionary<string, OrderedValues> _ordered = [];

    /// <param name="context">The part's.</param>
    /// <param name="node">The calls and their input.</param>
    /// <param name="isAppendOnly">Whether no row is ever retracted, where that is not as the input's stream says.</param>
    internal AggregateLayout(OperatorContext context, AggregateNode node, bool? isAppendOnly = null)
    {
        _context = context;
        _node = node;
        _inputTypes = [.. node.Input.Columns.Select(c => c.Type)];
        IsAppendOnly = isAppendOnly ?? context.IsQuery || node.Input.Properties.Kind == StreamKind.AppendOnly;
        Cell(Input(-1, false, -1), "count", () => new CountCell());
        Results = [.. node.Aggregates.Select(Compile)];
        Inputs = [.. _inputs.Values];
        Ordered = [.. _ordered.Values];
    }

    /// <summary>No row is ever retracted.</summary>
    internal bool IsAppendOnly { get; }

    internal AggregateInput[] Inputs { get; }

    internal List<DistinctSet> Distincts { get; } = [];

    internal OrderedValues[] Ordered { get; }

    /// <summary>All accumulators, by their number.</summary>
    internal List<AggregateCell> Cells { get; } = [];

    internal AggregateResult[] Results { get; }

    private AggregateResult Compile(AggregateCall call)
    {
        var type = call.ArgumentType;
        switch (call.Kind)
        {
            case AggregateKind.CountStar:
                return new CountResult(Count(Input(-1, false, call.Filter)), call.ResultType);
            case AggregateKind.Count:
                return new CountResult(Count(InputOf(call)), call.ResultType);
            case AggregateKind.Sum or AggregateKind.Avg:
                var input = InputOf(call);
                int sum = Cell(input, "sum", () => AggregateCells.Sum(type, call.ResultType));
                return AggregateCells.SumResult(Count(input), sum, type, call.Kind == AggregateKind.Avg, call.ResultType);
            case AggregateKind.Min or AggregateKind.Max:
                return Extreme(call);
            case AggregateKind.SingleValue:
                return new SingleValueResult(Values(call, [call.Argument], [Ascending(call.Argument)], [], skipsNulls: false), type);
            case AggregateKind.BoolAnd or AggregateKind.BoolOr:
                var booleans = Input(call.Argument, true, call.Filter);
                int trues = Cell(booleans, "true", () => new TrueCell());
                return new BooleanResult(Count(booleans), trues, call.Kind == AggregateKind.BoolAnd);
            case AggregateKind.BitAnd or AggregateKind.BitOr or AggregateKind.BitXor:
                return Bits(call);
            case AggregateKind.VarPop or AggregateKind.VarSamp or AggregateKind.StddevPop or AggregateKind.StddevSamp:
                return Variance(call);
            case AggregateKind.StringAgg:
                int[] texts = call.Argument2 < 0 ? [call.Argument] : [call.Argument, call.Argument2];
                return new StringAggResult(
                    Values(call, texts, call.OrderBy ?? [], Ties(call, texts), skipsNulls: true), call.Distinct,
                    call.Argument2 >= 0, call.ResultType);
            case AggregateKind.ArrayAgg:
                return new ArrayAggResult(
                    Values(call, [call.Argument], call.OrderBy ?? [], Ties(call, [call.Argument]), skipsNulls: false),
                    call.Distinct, call.ResultType);
            case AggregateKind.FirstValue or AggregateKind.LastValue:
                return new EndResult(
                    Values(call, [call.Argument], call.OrderBy ?? [], Ties(call, [call.Argument]), skipsNulls: false),
                    call.Kind == AggregateKind.LastValue, type);
            case AggregateKind.JsonbAgg:
                return new JsonbAggResult(
                    Values(call, [call.Argument], call.OrderBy ?? [], Ties(call, [call.Argument]), skipsNulls: false),
                    call.Distinct, call.ResultType);
            case AggregateKind.JsonbObjectAgg:
                int[] members = [call.Argument, call.Argument2];
                return new JsonbObjectAggResult(
                    Values(call, members, call.OrderBy ?? [], Ties(call, members), skipsNulls: false), call.ResultType);
            case AggregateKind.PercentileCont or AggregateKind.PercentileDisc or AggregateKind.ApproxPercentile:
                return new PercentileResult(
                    Values(call, [call.Argument], call.OrderBy!, [], skipsNulls: true), call.Kind, call.Fractions!, type,
                    call.ResultType);
            case AggregateKind.Mode:
                return new ModeResult(
                    Values(call, [call.Argument], call.OrderBy!, [], skipsNulls: true, ranksByCount: true), type);
            default:
                throw new SqlException(SqlState.FeatureNotSupported, $"aggregate {call.Kind} is not supported");
        }
    }

    private AggregateResult Extreme(AggregateCall call)
    {
        bool isMax = call.Kind == AggregateKind.Max;
        var type = call.ArgumentType;
        if (IsAppendOnly && AggregateCells.HasExtreme(type))
        {
            int cell = Cell(
                Input(call.Argument, true, call.Filter), call.Kind.ToString(), () => AggregateCells.Extreme(type, isMax));
            return AggregateCells.ExtremeResult(cell, type);
        }

        if (IsAppendOnly && TextExtremeCell.Serves(type) && _node.StateRevision >= 1)
        {
            int cell = Cell(Input(call.Argument, true, call.Filter), call.Kind.ToString(), () => new TextExtremeCell(isMax));
            return new TextExtremeResult(cell, type);
        }

        return new EndResult(Values(call, [call.Argument], [Ascending(call.Argument)], [], skipsNulls: true), isMax, type);
    }

    private BitsResult Bits(AggregateCall call)
    {
        // DISTINCT changes nothing for and/or.
        var input = call.Kind == AggregateKind.BitXor ? InputOf(call) : Input(call.Argument, true, call.Filter);
        bool isCounted = !IsAppendOnly && call.Kind != AggregateKind.BitXor;
        string name = isCounted ? "bit counts" : call.Kind.ToString();
        int cell = Cell(input, name, () => AggregateCells.Bits(call.ArgumentType, call.Kind, isCounted));
        return new BitsResult(Count(input), cell, call.Kind, isCounted, call.ResultType);
    }

    private VarianceResult Variance(AggregateCall call)
    {
        var type = call.ArgumentType;
        var input = InputOf(call);
        // Over int8 and numerics in 64 bits, and over floats, the plain sum is the one needed.
        bool isPlain = type.Id is TypeId.Int64 or TypeId.Float32 or TypeId.Float64 || type.NumericForm == NumericForm.Scaled64;
        int sum = Cell(input, isPlain ? "sum" : "variance sum", () => AggregateCells.VarianceSum(type));
        int squares = Cell(input, "squares", () => AggregateCells.Squares(type));
        int count = Count(input);
        return AggregateCells.IsExactVariance(type)
            ? new ExactVarianceResult(count, sum, squares, type.Scale, call.Kind, call.ResultType)
            : new FloatVarianceResult(count, sum, squares, call.Kind, call.ResultType);
    }

    private int Count(AggregateInput input) => Cell(input, "count", () => new CountCell());

    private int Cell(AggregateInput input, string name, Func<AggregateCell> make)
    {
        if (!_cells.TryGetValue((input, name), out var cell))
        {
            cell = make();
            cell.Accumulator = Cells.Count;
            Cells.Add(cell);
            input.Cells.Add(cell);
            _cells.Add((input, name), cell);
        }

        return cell.Accumulator;
    }

    /// <summary>The rows of a call over its argument, each distinct value once if it says so.</summary>
    private AggregateInput InputOf(AggregateCall call)
    {
        if (!call.Distinct)
        {
            return Input(call.Argument, true, call.Filter);
        }

        var set = Distincts.Find(d => d.Argument == call.Argument && (!d.IsFull || d.Calls.Exists(c => c.Filter == call.Filter)));
        if (set is null)
        {
            // The values of groups that end by a watermark are found by it, so they stand under the group's columns.
            bool isByGroup = _node.StateRevision >= 1 && _node.GroupColumns.Count > 0 && _node.Closing is null;
            set = new DistinctSet(_context, isByGroup ? null : _node.GroupColumns, _inputTypes, call.Argument, IsAppendOnly);
            Distincts.Add(set);
        }

        var input = set.Calls.Find(c => c.Filter == call.Filter);
        if (input is null)
        {
            input = new AggregateInput(call.Argument, true, call.Filter);
            set.Calls.Add(input);
        }

        return input;
    }

    private AggregateInput Input(int argument, bool skipsNulls, int filter)
    {
        if (!_inputs.TryGetValue((argument, skipsNulls, filter), out var input))
        {
            input = new AggregateInput(argument, skipsNulls, filter);
            _inputs.Add((argument, skipsNulls, filter), input);
        }

        return input;
    }

    private OrderedValues Values(
        AggregateCall call, int[] columns, IReadOnlyList<SortKey> order, IReadOnlyList<int> ties, bool skipsNulls,
        bool ranksByCount = false)
    {
        bool keepsForms = call.Kind is AggregateKind.Min or AggregateKind.Max or AggregateKind.FirstValue
            or AggregateKind.LastValue or AggregateKind.PercentileCont or AggregateKind.PercentileDisc;
        var spec = new OrderedValuesSpec(
            _inputTypes, _node.GroupColumns, columns, order, ties, call.Filter, skipsNulls,
            keepsForms && ValueForms.Has(call.ArgumentType), ranksByCount);
        if (!_ordered.TryGetValue(spec.Text, out var values))
        {
            values = new OrderedValues(_context, spec);
            _ordered.Add(spec.Text, values);
        }

        return values;
    }

    /// <summary>Equal rows of an order: by the value alone under DISTINCT, else by the stream's key or the whole row.</summary>
    private IReadOnlyList<int> Ties(AggregateCall call, int[] columns) =>
        call.Distinct ? columns : _node.Input.Properties.Key ?? [.. Enumerable.Range(0, _inputTypes.Count)];

    private static SortKey Ascending(int column) => new(column, Descending: false, NullsFirst: false);
}
