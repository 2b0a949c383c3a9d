using Vectorized.Engine.Columns;
using Vectorized.Engine.Operators.Ordering;
using Vectorized.Engine.Planning;
using Vectorized.Engine.State;

namespace Vectorized.Engine.Operators.Windows;

/// <summary>
/// Window functions in a view: at a tick's end, for each partition p touched,
///   d(window A) = -window(A[before t] where p) + window(A[after t] where p)
/// of which only the stretches that changes can reach are computed (<see cref="WindowRegions"/>), before and after, and only
/// rows whose results differ are output (<see cref="WindowDelta"/>). Rows stand by number in a table, their keys
/// (partition, order, stream key or whole row) in one ordered set with ranks; nothing is kept of results, for the rows
/// as they were follow from the rows as they are and the tick's changes.
/// Invariant: after a tick table and set hold exactly the rows of A; but where only first ranks are wanted of a stream that only
/// grows, what is beyond them is dropped. Else such a stream has no cheaper form: a row may come in anywhere, and results
/// change with it.
/// </summary>
internal sealed class WindowOperator : Operator, IRowColumns
{
    /// <summary>So many rows are evaluated together.</summary>
    private const int EntriesMax = 1 << 14;

    private readonly bool _dropsBeyond;
    private readonly RowTable _rows;
    private readonly OrderedSet _set;
    private readonly SortedChanges _changes;
    private readonly WindowEntries _entries = new();
    private readonly WindowFunctionSet _functions;
    private readonly WindowSummaries _summaries;
    private readonly WindowRegions _regions;
    private readonly WindowDelta _delta;

    internal WindowOperator(OperatorContext context, WindowNode node) : base(context, 1)
    {
        var spec = new WindowSpec(context, node);
        _dropsBeyond = spec.DropsBeyond;
        _rows = new RowTable(context, "window rows", spec.Rows.Types);
        _set = new OrderedSet("window", context.State);
        _changes = new SortedChanges(context, _rows, spec.Rows);
        _functions = new WindowFunctionSet(context, spec, this);
        _summaries = new WindowSummaries(context, spec, _set, this, _functions.Carriers);
        _regions = new WindowRegions(
            spec, _set, _rows, _changes, _entries, _summaries, _functions.Values, context.Scratch);
        _delta = new WindowDelta(context, spec, this, _functions);
    }

    public override string Form => _dropsBeyond ? "window, first ranks (append-only)" : "window (general)";

    public override void Push(int input, Batch batch)
    {
        _rows.BeginTick();
        _rows.Add(batch);
    }

    public override void Drop()
    {
        _delta.Dispose();
        _functions.Dispose();
        _changes.Dispose();
        _set.Dispose();
        _rows.Dispose();
    }

    Vector IRowColumns.Gather(int column, ReadOnlySpan<int> numbers, Arena arena) => _rows.Gather(column, numbers, arena);

    protected override void FinishTick()
    {
        _rows.BeginTick();
        if (_rows.Touched.IsEmpty)
        {
            return;
        }

        _changes.Collect();
        for (int start = 0; start < _changes.Count;)
        {
            int end = _changes.PartitionEnd(start);
            _regions.Add(start, end);
            start = end;
            if (_entries.Count >= EntriesMax || start == _changes.Count)
            {
                EmitDelta();
            }
        }

        _rows.EndTick();
        Counters.StateRows = _rows.RowCount;
        Counters.StateBytes = _rows.Bytes + _set.LiveBytes;
    }

    private void EmitDelta()
    {
        _delta.Compute(_entries, isQuery: false);
        for (int start = 0; _delta.Next(ref start) is { } batch;)
        {
            Emit(batch);
        }

        _entries.Clear();
        _summaries.Clear();
        foreach (var function in _functions.Values)
        {
            function.Clear();
        }
    }
}
