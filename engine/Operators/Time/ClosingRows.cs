using System.Buffers.Binary;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Planning;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Time;

/// <summary>
/// Frees the rows of an arrangement whose value in a column lies below a watermark that both sides of a join have passed: no
/// change of either can meet them. The values there are stand in order, each with how many rows have it; the rows are found by
/// an index of that column. A tick frees what the tick before had passed, for its own changes still look at the state before
/// it. O(log n) a run of equal values, O(1) a row freed.
/// </summary>
internal sealed class ClosingRows(
    OperatorContext context, Arrangement arrangement, int column, int index, IReadOnlyList<WatermarkTerm> watermark) : IDisposable
{
    private readonly OrderedSet _values = new("rows by window", context.State);
    private readonly MatchList _matches = new();
    private readonly List<Batch> _closed = [];
    private long _reached = WatermarkBoard.None;

    internal long Bytes => _values.LiveBytes;

    /// <summary>Takes note of a tick's changes, in whatever order they come.</summary>
    internal void Note(List<Batch> deltas)
    {
        // What comes before what goes: a value's count is never below zero.
        foreach (var batch in deltas)
        {
            Note(batch, sign: 1);
        }

        foreach (var batch in deltas)
        {
            if (batch.HasWeights)
            {
                Note(batch, sign: -1);
            }
        }
    }

    /// <summary>Retracts from the arrangement what the last tick's watermark had passed.</summary>
    internal void Close()
    {
        if (_values.KeyCount == 0)
        {
            return;
        }

        Span<byte> key = stackalloc byte[sizeof(long)];
        for (var first = _values.First(); first.IsValid && ClosingKeys.ValueOf(in first) < _reached; first = _values.First())
        {
            Find(ClosingKeys.ValueOf(in first));
            first.CopyKey(key);
            _values.Add(key, 0, -first.Count);
        }

        if (_closed.Count > 0)
        {
            arrangement.Apply(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_closed), context.Tick);
            _closed.Clear();
        }
    }

    /// <summary>At a tick's end.</summary>
    internal void Advance() => _reached = Math.Max(_reached, context.Watermarks.Of(watermark));

    public void Dispose()
    {
        _values.Dispose();
        _matches.Dispose();
    }

    private void Note(Batch batch, int sign)
    {
        ref var values = ref batch[column];
        long last = 0;
        long count = 0;
        for (int row = 0; row < batch.RowCount; row++)
        {
            long weight = batch.Weight(row);
            if (Math.Sign(weight) != sign || !values.IsValid(row))
            {
                continue;
            }

            long value = ClosingKeys.ValueAt(in values, row);
            if (value != last)
            {
                Add(last, count);
                (last, count) = (value, 0);
            }

            count += weight;
        }

        Add(last, count);
    }

    private void Add(long value, long count)
    {
        if (count != 0)
        {
            Span<byte> key = stackalloc byte[sizeof(long)];
            BinaryPrimitives.WriteInt64BigEndian(key, value ^ long.MinValue);
            _values.Add(key, 0, count);
        }
    }

    /// <summary>All rows of one value, to be retracted.</summary>
    private void Find(long value)
    {
        var scratch = context.Scratch;
        var keys = context.Batches.Take(1, 1);
        keys[0] = Vector.Allocate(scratch, arrangement.Spec.Columns[column], 1);
        switch (keys[0].Type.Layout)
        {
            case Layout.Fixed2: keys[0].Values<short>()[0] = (short)value; break;
            case Layout.Fixed4: keys[0].Values<int>()[0] = (int)value; break;
            default: keys[0].Values<long>()[0] = value; break;
        }

        int[] keyColumns = [0];
        var hashes = KeyHashing.Of(keys, keyColumns, context.HashSeed, scratch);
        var cursor = default(ProbeCursor);
        bool more;
        do
        {
            _matches.Clear();
            more = arrangement.Probe(index, keys, keyColumns, hashes, Stamp.Before(context.Tick), ref cursor, _matches);
            if (_matches.Count > 0)
            {
                _closed.Add(Retraction(_matches.RowIds));
            }
        }
        while (more);
    }

    private Batch Retraction(ReadOnlySpan<uint> rowIds)
    {
        var types = arrangement.Spec.Columns;
        var batch = context.Batches.Take(rowIds.Length, types.Count);
        var weights = context.Scratch.Allocate<long>(rowIds.Length);
        for (int i = 0; i < types.Count; i++)
        {
            batch[i] = arrangement.Gather(rowIds, i, context.Scratch);
        }

        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = -arrangement.CountOf(rowIds[i]);
        }

        batch.SetWeights(weights);
        return batch;
    }
}
