using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;

namespace Vectorized.Engine.State.Checkpoints;

/// <summary>
/// What has changed in an arrangement whose rows still stand in a checkpoint's runs: whole ticks' deltas, copied, in order. Rows
/// are found in it by <paramref name="key"/> (null: never), the newest first. The thread that executes the log again writes it,
/// before anyone reads; then any thread finds rows, while another applies it to what it has loaded.
/// </summary>
internal sealed unsafe class Backlog(DirectoryKey? key) : IDisposable
{
    private const int HeadsMin = 1024;

    private readonly Arena _arena = new();
    private readonly List<Batch> _deltas = [];

    private readonly RecordPages _rows = new(sizeof(Row));
    private int _rowCount;
    private int* _heads;
    private int _headCount;

    /// <summary>Memory held.</summary>
    internal long Bytes => _arena.Bytes + _rows.Bytes;

    /// <summary>The deltas in order; valid until disposal.</summary>
    internal IReadOnlyList<Batch> Deltas => _deltas;

    /// <summary>The tick of the last delta.</summary>
    internal long Tick { get; private set; }

    /// <summary>Where its deltas begin, and the tick of the one before (0: there is none).</summary>
    internal int TickStart { get; private set; }

    internal long TickBefore { get; private set; }

    /// <summary>Copies what one call changes: insertions and retractions in whatever order, each row by its weight.</summary>
    internal void Add(ReadOnlySpan<Batch> deltas, long tick)
    {
        int first = _deltas.Count;
        if (tick != Tick)
        {
            TickBefore = Tick;
            TickStart = first;
            Tick = tick;
        }

        foreach (var delta in deltas)
        {
            if (delta.RowCount > 0)
            {
                _deltas.Add(BatchCopy.Into(_arena, delta));
            }
        }

        if (key is not null)
        {
            // What is retracted was there before what is inserted.
            Index(key, first, isInsertion: false);
            Index(key, first, isInsertion: true);
        }
    }

    /// <summary>
    /// Whether the row of the key (in the first row of <paramref name="keys"/>) has changed: then it is in <paramref name="delta"/>, or
    /// gone (false). Null: it is as the runs have it.
    /// </summary>
    internal bool? Find(Batch keys, ulong hash, out Batch delta, out int row)
    {
        for (int number = _headCount == 0 ? 0 : _heads[Head(hash)]; number != 0; number = At(number)->Before)
        {
            var known = At(number);
            if (known->Hash == hash && IsOfKey(_deltas[known->Delta], known->Place, keys))
            {
                delta = _deltas[known->Delta];
                row = known->Place;
                return delta.Weight(row) > 0;
            }
        }

        delta = keys;
        row = -1;
        return null;
    }

    public void Dispose()
    {
        _arena.Dispose();
        _rows.Dispose();
        _headCount = 0;
    }

    private bool IsOfKey(Batch delta, int place, Batch keys)
    {
        for (int i = 0; i < key!.Columns.Length; i++)
        {
            if (!KeyEquality.Equal(delta[key.Columns[i]], place, keys[i], 0))
            {
                return false;
            }
        }

        return true;
    }

    private void Index(DirectoryKey by, int first, bool isInsertion)
    {
        using var scratch = new Arena();
        for (int number = first; number < _deltas.Count; number++)
        {
            var delta = _deltas[number];
            var hashes = KeyHashing.Of(delta, by.Columns, by.HashSeed, scratch);
            for (int place = 0; place < delta.RowCount; place++)
            {
                if (delta.Weight(place) > 0 == isInsertion)
                {
                    Append(new Row { Hash = hashes[place], Delta = number, Place = place });
                }
            }
        }
    }

    private void Append(Row row)
    {
        if (_rowCount == _rows.Capacity)
        {
            _rows.AddPage();
        }

        _rowCount++;
        *At(_rowCount) = row;
        if (_rowCount <= _headCount)
        {
            Chain(_rowCount);
            return;
        }

        _headCount = Math.Max(HeadsMin, 2 * _headCount);
        var heads = _arena.Allocate<int>(_headCount);
        heads.Clear();
        _heads = (int*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref heads[0]);
        for (int number = 1; number <= _rowCount; number++)
        {
            Chain(number);
        }
    }

    private void Chain(int number)
    {
        var row = At(number);
        int head = Head(row->Hash);
        row->Before = _heads[head];
        _heads[head] = number;
    }

    /// <summary>Rows count from 1: 0 is none.</summary>
    private Row* At(int number) => (Row*)_rows.At(number - 1);

    private int Head(ulong hash) => (int)(hash >> 20) & (_headCount - 1);

    /// <summary>In order of arrival: its key's hash, its delta, its place there, the row before under the same head.</summary>
    private struct Row
    {
        internal ulong Hash;
        internal int Delta;
        internal int Place;
        internal int Before;
    }
}
