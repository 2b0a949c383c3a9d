using Vectorized.Engine.Columns;
using Vectorized.Engine.Planning;
using Vectorized.Engine.State;

namespace Vectorized.Engine.Operators.Ordering;

/// <summary>
/// The rows ranked (offset, offset + limit] of each partition, with their row numbers if wanted: at a tick's end,
///   d(top A) = sum over partitions p touched of top(A[after t] where p) - top(A[before t] where p)
/// of which only the differences are computed and output (see <see cref="WindowChanges"/>). Rows stand by number in a table,
/// their keys (partition, order, stream key or whole row) in one ordered set with ranks. A tick's changes add up by
/// row before they are applied, so their order does not matter.
/// Append-only input with a limit keeps offset + limit rows a partition: what can never come to the top is not stored
/// (<see cref="PartitionBounds"/>). Without a limit and with row numbers a change costs the rows behind it, as every one of
/// them is output anew. Else a one-row change is O(log n).
/// </summary>
internal sealed class TopNOperator : Operator
{
    private readonly TopNSpec _spec;
    private readonly RowTable _rows;
    private readonly OrderedSet _set;
    private readonly SortedChanges _changes;
    private readonly TopNOutput _output;
    private readonly WindowChanges _window;
    private readonly PartitionBounds? _bounds;

    internal TopNOperator(OperatorContext context, TopNNode node) : base(context, 1)
    {
        _spec = new TopNSpec(context, node);
        _rows = new RowTable(context, "top-n rows", _spec.Types);
        _set = new OrderedSet("top-n", context.State);
        _changes = new SortedChanges(context, _rows, _spec);
        _output = new TopNOutput(context, _rows, _spec);
        _window = new WindowChanges(_spec, _set, _changes, _output);
        if (node.Input.Properties.Kind == StreamKind.AppendOnly && _spec.HasLimit)
        {
            _bounds = new PartitionBounds(context, _spec);
        }
    }

    public override string Form => (_spec.EmitsRowNumber ? "row number" : "top-n")
        + (_bounds is not null ? " (append-only)" : " (general)");

    public override void Push(int input, Batch batch)
    {
        _rows.BeginTick();
        if (_bounds is null)
        {
            _rows.Add(batch);
            return;
        }

        int count = _bounds.Select(batch, out var rows);
        if (count == batch.RowCount)
        {
            _rows.Add(batch);
        }
        else if (count > 0)
        {
            _rows.Add(LateTake.Take(batch, rows[..count], Context));
        }
    }

    public override void Drop()
    {
        _changes.Dispose();
        _bounds?.Dispose();
        _set.Dispose();
        _rows.Dispose();
    }

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
            _window.Process(start, end);
            _bounds?.Cut(_changes, start, _set, _rows);
            start = end;
        }

        for (int start = 0; _output.Next(ref start) is { } batch;)
        {
            Emit(batch);
        }

        _output.Clear();
        _bounds?.EndTick(_changes.Batch);
        _rows.EndTick();
        Counters.StateRows = _rows.RowCount;
        Counters.StateBytes = _rows.Bytes + _set.LiveBytes;
    }
}
