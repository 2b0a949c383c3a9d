using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Planning;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Ordering;

/// <summary>
/// The top-N of a query, whose input ends: ORDER BY with or without LIMIT, the output in order; by partition, rows numbered
/// or cut. All rows are buffered and sorted once at the end; under a limit without partitions the buffer is cut to
/// offset + limit rows whenever it has grown to several times that, and rows above its last key are turned away. Ties
/// break by the stream's key or the whole row where the choice of rows shows, else by arrival. O(n log n).
/// </summary>
internal sealed class SortOperator : Operator
{
    /// <summary>The buffer is cut when it holds so many times what is wanted, and at least so many rows.</summary>
    private const int SlackFactor = 4;
    private const int SlackRowsMin = 4 * Batch.RowsMax;

    private readonly TopNSpec _spec;
    private readonly SortBuffer _buffer;
    private readonly NormalizedKeyEncoder _encoder;
    private readonly NormalizedKeyEncoder _partitionEncoder;
    private readonly NormalizedKeys _keys = new();
    private readonly bool _isCut;
    private byte[]? _bound;

    internal SortOperator(OperatorContext context, TopNNode node) : base(context, 1)
    {
        _spec = new TopNSpec(context, node);
        bool choiceShows = _spec.HasLimit || _spec.Offset > 0 || _spec.EmitsRowNumber;
        _encoder = choiceShows ? _spec.FullEncoder() : _spec.PartitionOrderEncoder();
        _partitionEncoder = _spec.PartitionEncoder();
        _buffer = new SortBuffer(_spec.Types, _encoder);
        _isCut = _spec.HasLimit && _spec.Partition.Length == 0 && _spec.End < int.MaxValue / SlackFactor;
    }

    public override string Form => _isCut ? "sort, cut at the limit" : "sort";

    public override void Push(int input, Batch batch)
    {
        Context.Cancellation.ThrowIfCancellationRequested();
        if (_bound is not null)
        {
            var rows = Context.Scratch.Allocate<int>(batch.RowCount);
            int count = BelowBound(batch, rows);
            if (count == 0)
            {
                return;
            }

            if (count < batch.RowCount)
            {
                batch = LateTake.Take(batch, rows[..count], Context);
            }
        }

        _buffer.Add(batch);
        if (_isCut && _buffer.RowCount >= Math.Max(SlackRowsMin, SlackFactor * _spec.End))
        {
            Cut();
        }
    }

    public override void Drop()
    {
        _buffer.Dispose();
        _keys.Dispose();
    }

    protected override void FinishTick()
    {
        if (_buffer.RowCount == 0 || _spec.End == 0)
        {
            return;
        }

        var entries = _buffer.Sort();
        var whole = _buffer.Whole();
        var writer = new SortedWriter(this, whole);
        long rank = 0;
        ReadOnlySpan<byte> partition = default;
        bool isFirst = true;
        foreach (ref readonly var entry in entries)
        {
            if (_spec.Partition.Length > 0)
            {
                var key = _buffer.Key(entry.Row);
                if (isFirst || !key.StartsWith(partition))
                {
                    partition = key[..PartitionLength(whole, entry.Row)];
                    rank = 0;
                    isFirst = false;
                }
            }

            long weight = _buffer.Weight(entry.Row);
            long first = Math.Max(rank, _spec.Offset);
            long share = _spec.Overlap(rank, weight);
            rank += weight;
            if (share > 0)
            {
                writer.Add(entry.Row, share, first + 1);
            }
            else if (_spec.Partition.Length == 0 && rank > _spec.End)
            {
                break;
            }
        }

        writer.Flush();
        Counters.StateRows = _buffer.RowCount;
        Counters.StateBytes = _buffer.Bytes;
    }

    private int PartitionLength(Batch whole, int row)
    {
        if (!_partitionEncoder.HasStrings)
        {
            return _partitionEncoder.FixedBytes;
        }

        var one = Context.Batches.Take(1, whole.ColumnCount);
        Span<int> rows = [row];
        foreach (int column in _spec.Partition)
        {
            one[column] = TakeKernel.Take(whole[column], rows, Context.Scratch);
        }

        _partitionEncoder.Encode(one, _keys);
        return _keys[0].Length;
    }

    private int BelowBound(Batch batch, Span<int> rows)
    {
        _encoder.Encode(batch, _keys);
        int count = 0;
        for (int row = 0; row < batch.RowCount; row++)
        {
            rows[count] = row;
            count += _keys[row].SequenceCompareTo(_bound) <= 0 ? 1 : 0;
        }

        return count;
    }

    /// <summary>Keeps the rows that can still be in the window.</summary>
    private void Cut()
    {
        var entries = _buffer.Sort();
        long rank = 0;
        int count = 0;
        while (count < entries.Length && rank < _spec.End)
        {
            rank += _buffer.Weight(entries[count++].Row);
        }

        var rows = Context.Scratch.Allocate<int>(count);
        for (int i = 0; i < count; i++)
        {
            rows[i] = entries[i].Row;
        }

        if (rank >= _spec.End && count > 0)
        {
            _bound = _buffer.Key(rows[count - 1]).ToArray();
        }

        _buffer.Keep(rows);
    }

    /// <summary>Gathers rows in their order into vectors and emits them.</summary>
    private ref struct SortedWriter(SortOperator sort, Batch whole)
    {
        private readonly int[] _rows = new int[Batch.RowsMax];
        private readonly long[] _weights = new long[Batch.RowsMax];
        private readonly long[] _ranks = new long[Batch.RowsMax];
        private int _count;

        internal void Add(int row, long weight, long rank)
        {
            if (!sort._spec.EmitsRowNumber)
            {
                Put(row, weight, rank);
                return;
            }

            // Copies of a row have numbers of their own.
            for (long i = 0; i < weight; i++)
            {
                Put(row, 1, rank + i);
            }
        }

        internal void Flush()
        {
            if (_count == 0)
            {
                return;
            }

            var context = sort.Context;
            var mark = context.Mark();
            var output = context.Batches.Take(_count, whole.ColumnCount + (sort._spec.EmitsRowNumber ? 1 : 0));
            for (int i = 0; i < whole.ColumnCount; i++)
            {
                output[i] = TakeKernel.Take(whole[i], _rows.AsSpan(0, _count), context.Scratch);
            }

            if (sort._spec.EmitsRowNumber)
            {
                output[whole.ColumnCount] = Vector.Allocate(context.Scratch, SqlType.Int64, _count);
                _ranks.AsSpan(0, _count).CopyTo(output[whole.ColumnCount].Values<long>());
            }

            var given = _weights.AsSpan(0, _count);
            if (given.ContainsAnyExcept(1L))
            {
                var weights = context.Scratch.Allocate<long>(_count);
                given.CopyTo(weights);
                output.SetWeights(weights);
            }

            _count = 0;
            sort.Emit(output);
            context.Recycle(mark);
        }

        private void Put(int row, long weight, long rank)
        {
            _rows[_count] = row;
            _weights[_count] = weight;
            _ranks[_count++] = rank;
            if (_count == Batch.RowsMax)
            {
                Flush();
            }
        }
    }
}
