using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Operators.Ordering;
using Vectorized.Engine.Planning;

namespace Vectorized.Engine.Operators.Windows;

/// <summary>
/// Window functions in a query, whose input is closed: all rows are sorted once by (partition, order, ties) and evaluated
/// partition by partition, many small ones together, by the same functions as in views. O(n log n). One thread.
/// </summary>
internal sealed class WindowQueryOperator : Operator, IRowColumns
{
    /// <summary>Partitions are evaluated together until they have so many rows.</summary>
    private const int EntriesMax = 1 << 14;

    private readonly WindowSpec _spec;
    private readonly SortBuffer _buffer;
    private readonly WindowEntries _entries = new();
    private readonly WindowFunctionSet _functions;
    private readonly WindowDelta _delta;
    private Batch _whole = new();

    internal WindowQueryOperator(OperatorContext context, WindowNode node) : base(context, 1)
    {
        _spec = new WindowSpec(context, node);
        _buffer = new SortBuffer(_spec.Rows.Types, _spec.Keys);
        _functions = new WindowFunctionSet(context, _spec, this);
        _delta = new WindowDelta(context, _spec, this, _functions);
    }

    public override string Form => "window (closed)";

    public override void Push(int input, Batch batch)
    {
        Context.Cancellation.ThrowIfCancellationRequested();
        _buffer.Add(batch);
    }

    public override void Drop()
    {
        _delta.Dispose();
        _functions.Dispose();
        _buffer.Dispose();
    }

    Vector IRowColumns.Gather(int column, ReadOnlySpan<int> numbers, Arena arena) =>
        TakeKernel.Take(_whole[column], numbers, arena);

    protected override void FinishTick()
    {
        if (_buffer.RowCount == 0)
        {
            return;
        }

        var sorted = _buffer.Sort();
        _whole = _buffer.Whole();
        ReadOnlySpan<byte> partition = default;
        long total = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            int row = sorted[i].Row;
            var key = _buffer.Key(row);
            if (i == 0 || !key.StartsWith(partition))
            {
                if (_entries.Count >= EntriesMax)
                {
                    EmitDelta();
                }

                partition = key[.._spec.PartitionLength(key)];
                total = 0;
                _entries.BeginRegion(0, 0, 0, 0);
            }

            long weight = _buffer.Weight(row);
            total += weight;
            _entries.Add(row, 0, weight, isAffected: true);
            _entries.SetTotal(total);
        }

        EmitDelta();
        Counters.StateRows = _buffer.RowCount;
        Counters.StateBytes = _buffer.Bytes;
    }

    private void EmitDelta()
    {
        Context.Cancellation.ThrowIfCancellationRequested();
        var computed = Context.Mark();
        _delta.Compute(_entries, isQuery: true);
        var mark = Context.Mark();
        for (int start = 0; _delta.Next(ref start) is { } batch;)
        {
            Emit(batch);
            Context.Recycle(mark);
        }

        Context.Recycle(computed);
        _entries.Clear();
    }
}
