using System.Buffers.Binary;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Planning;
using Vectorized.Engine.State;
using Vectorized.Engine.State.Checkpoints;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Time;

/// <summary>
/// Frees the rows of an arrangement whose value in a column lies below a watermark that both sides of a join have passed: no
/// change of either can meet them. The values there are stand in order, each with how many rows have it; the rows are found by
/// an index of that column. A tick frees what the tick before had passed, for its own changes still look at the state before
/// it. O(log n) a run of equal values, O(1) a row freed.
/// </summary>
internal sealed class ClosingRows : IDisposable
{
    private readonly OperatorContext _context;
    private readonly Arrangement _arrangement;
    private readonly int _column;
    private readonly int _index;
    private readonly IReadOnlyList<WatermarkTerm> _watermark;
    private readonly OrderedSet _values;
    private readonly MatchList _matches = new();
    private readonly List<Batch> _closed = [];
    private readonly WordsState _words;
    private long _reached = WatermarkBoard.None;

    internal ClosingRows(
        OperatorContext context, Arrangement arrangement, int column, int index, IReadOnlyList<WatermarkTerm> watermark)
    {
        _context = context;
        _arrangement = arrangement;
        _column = column;
        _index = index;
        _watermark = watermark;
        _values = new OrderedSet("rows by window", context.State);
        _words = new WordsState(context.State, () => [_reached], words => _reached = words[0]);
    }

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
            _arrangement.Apply(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_closed), _context.Tick);
            _closed.Clear();
        }
    }

    /// <summary>At a tick's end.</summary>
    internal void Advance() => _reached = Math.Max(_reached, _context.Watermarks.Of(_watermark));

    public void Dispose()
    {
        _words.Dispose();
        _values.Dispose();
        _matches.Dispose();
    }

    private void Note(Batch batch, int sign)
    {
        ref var values = ref batch[_column];
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
        var scratch = _context.Scratch;
        var keys = _context.Batches.Take(1, 1);
        keys[0] = Vector.Allocate(scratch, _arrangement.Spec.Columns[_column], 1);
        switch (keys[0].Type.Layout)
        {
            case Layout.Fixed2: keys[0].Values<short>()[0] = (short)value; break;
            case Layout.Fixed4: keys[0].Values<int>()[0] = (int)value; break;
            default: keys[0].Values<long>()[0] = value; break;
        }

        int[] keyColumns = [0];
        var hashes = KeyHashing.Of(keys, keyColumns, _context.HashSeed, scratch);
        var cursor = default(ProbeCursor);
        bool more;
        do
        {
            _matches.Clear();
            more = _arrangement.Probe(_index, keys, keyColumns, hashes, Stamp.Before(_context.Tick), ref cursor, _matches);
            if (_matches.Count > 0)
            {
                _closed.Add(Retraction(_matches.RowIds));
            }
        }
        while (more);
    }

    private Batch Retraction(ReadOnlySpan<uint> rowIds)
    {
        var types = _arrangement.Spec.Columns;
        var batch = _context.Batches.Take(rowIds.Length, types.Count);
        var weights = _context.Scratch.Allocate<long>(rowIds.Length);
        for (int i = 0; i < types.Count; i++)
        {
            batch[i] = _arrangement.Gather(rowIds, i, _context.Scratch);
        }

        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = -_arrangement.CountOf(rowIds[i]);
        }

        batch.SetWeights(weights);
        return batch;
    }
}
