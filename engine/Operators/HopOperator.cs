using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators;

/// <summary>
/// Repeats each row once per hopping window that covers its time: d(hop A) = hop dA. Window k is
/// [offset + k * slide, offset + k * slide + size); window_start and window_end are appended, the row's weight passes
/// through, rows whose time is NULL or infinite are dropped. Stateless; output leaves in vectors of at most 4096 rows, whose other
/// columns are taken from the input vector. O(rows out).
/// </summary>
internal sealed class HopOperator : Operator
{
    private readonly int _timeColumn;
    private readonly long _slide;
    private readonly long _size;
    private readonly long _offset;
    private readonly SqlType _windowType;
    private readonly bool _isDate;

    public HopOperator(OperatorContext context, HopNode node) : base(context, 1)
    {
        if (node.SlideMicros <= 0 || node.SizeMicros <= 0)
        {
            throw new SqlException(SqlState.InvalidParameterValue, "the slide and the size of a hopping window must be positive");
        }

        _timeColumn = node.TimeColumn;
        _slide = node.SlideMicros;
        _size = node.SizeMicros;
        _offset = node.OffsetMicros;
        _windowType = node.Columns[^1].Type;
        _isDate = node.Input.Columns[node.TimeColumn].Type.Id == TypeId.Date;
    }

    public override string Form => "hop";

    public override void Push(int input, Batch batch)
    {
        var writer = new OutputWriter(this, batch);
        var time = TakeKernel.Flatten(batch[_timeColumn], Context.Scratch);
        for (int row = 0; row < batch.RowCount; row++)
        {
            if (time.IsValid(row) && IsFinite(in time, row))
            {
                Expand(ref writer, row, Micros(in time, row));
            }
        }

        writer.Flush();
    }

    /// <summary>No window holds what lies at no distance from any.</summary>
    private bool IsFinite(in Vector time, int row) =>
        _isDate ? Temporal.IsFinite(time.Value<int>(row)) : Temporal.IsFinite(time.Value<long>(row));

    private long Micros(in Vector time, int row) =>
        _isDate ? time.Value<int>(row) * 86_400_000_000L : time.Value<long>(row);

    /// <summary>The windows that cover a time, oldest first. With size below slide some times are in none.</summary>
    private void Expand(ref OutputWriter writer, int row, long micros)
    {
        long newest = WindowMath.Start(micros, _slide, _offset);
        long oldest = newest;
        while (oldest - _slide > micros - _size)
        {
            oldest -= _slide;
        }

        // Ends and starts beyond the last of all times are not computed: the sums would run over.
        for (long start = oldest; ; start += _slide)
        {
            if (start > micros - _size)
            {
                writer.Add(row, start);
            }

            if (start == newest)
            {
                break;
            }
        }
    }

    /// <summary>Collects (row, window) pairs and emits a full vector of them at a time.</summary>
    private ref struct OutputWriter(HopOperator hop, Batch batch)
    {
        private Span<int> _rows;
        private Span<long> _starts;
        private int _count;

        internal void Add(int row, long start)
        {
            if (_rows.IsEmpty)
            {
                _rows = hop.Context.Scratch.Allocate<int>(Batch.RowsMax);
                _starts = hop.Context.Scratch.Allocate<long>(Batch.RowsMax);
            }

            _rows[_count] = row;
            _starts[_count++] = start;
            if (_count == Batch.RowsMax)
            {
                Flush();
            }
        }

        internal void Flush()
        {
            if (_count == 0)
            {
                return;
            }

            var context = hop.Context;
            int columns = batch.ColumnCount;
            var output = context.Batches.Take(_count, columns + 2);
            LateTake.Columns(batch, _rows[.._count], context, output);
            BatchTake.TakeExtras(batch, _rows[.._count], context.Scratch, output);
            output[columns] = Bound(0);
            output[columns + 1] = Bound(hop._size);
            _rows = default;
            _count = 0;
            hop.Emit(output);
        }

        private readonly Vector Bound(long distance)
        {
            var vector = Vector.Allocate(hop.Context.Scratch, hop._windowType, _count);
            var values = vector.Values<long>();
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = _starts[i] > long.MaxValue - distance ? long.MaxValue : _starts[i] + distance;
            }

            return vector;
        }
    }
}
