using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators;

/// <summary>
/// Repeats each row once per hopping window that covers its time: d(hop A) = hop dA. Window k is
/// [offset + k * slide, offset + k * slide + size); window_start and window_end are appended, the row's weight passes
/// through, rows whose time is NULL or infinite are dropped. Stateless; output leaves in vectors of at most 4096 rows, whose other
/// columns are taken from the input vector, or are its own where windows tumble and every row has one. O(rows out).
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
        var time = TakeKernel.Flatten(batch[_timeColumn], Context.Scratch);
        if (_slide == _size && !_isDate && TryTumble(batch, in time))
        {
            return;
        }

        var writer = new OutputWriter(this, batch);
        for (int row = 0; row < batch.RowCount; row++)
        {
            if (time.IsValid(row) && IsFinite(in time, row))
            {
                Expand(ref writer, row, Micros(in time, row));
            }
        }

        writer.Flush();
    }

    /// <summary>Every row with its one window, if every row has one.</summary>
    private bool TryTumble(Batch batch, in Vector time)
    {
        var times = time.Values<long>();
        if (time.MayHaveNulls || times.ContainsAny(long.MinValue, long.MaxValue))
        {
            return false;
        }

        var starts = Vector.Allocate(Context.Scratch, _windowType, batch.RowCount);
        FloorKernel.Floor(in time, _size, _offset, batch.RowCount, ref starts);
        var ends = Vector.Allocate(Context.Scratch, _windowType, batch.RowCount);
        var from = starts.Values<long>();
        var to = ends.Values<long>();
        for (int row = 0; row < to.Length; row++)
        {
            to[row] = from[row] > long.MaxValue - _size ? long.MaxValue : from[row] + _size;
        }

        int columns = batch.ColumnCount;
        var output = Context.Batches.Take(batch.RowCount, columns + 2);
        for (int i = 0; i < columns; i++)
        {
            output[i] = batch[i];
        }

        output[columns] = starts;
        output[columns + 1] = ends;
        output.SetWeights(batch.Weights);
        output.SetHashes(batch.Hashes, batch.HashKey);
        Emit(output);
        return true;
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
