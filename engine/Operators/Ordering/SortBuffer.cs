using System.Runtime.InteropServices;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Ordering;

/// <summary>
/// Rows to be sorted, with their normalised keys, in memory of their own. Sorting orders entries of 16 key bytes and a row
/// number; keys that agree so far are compared in full. Cutting keeps the first rows of the order and gives the
/// memory of the others back. One thread; O(n) to O(n log n).
/// </summary>
internal sealed class SortBuffer(IReadOnlyList<SqlType> types, NormalizedKeyEncoder encoder) : IDisposable
{
    private readonly NormalizedKeys _keys = new();
    private readonly List<Batch> _batches = [];
    private readonly List<Vector> _keyViews = [];
    private readonly List<int> _firstRows = [];
    private Arena _arena = new();
    private Arena _spare = new();
    private Batch? _whole;

    internal int RowCount { get; private set; }

    internal long Bytes => _arena.Bytes;

    /// <summary>Copies rows of a batch in.</summary>
    internal void Add(Batch batch)
    {
        encoder.Encode(batch, _keys);
        var views = Vector.Allocate(_arena, SqlType.Bytea, batch.RowCount);
        for (int row = 0; row < batch.RowCount; row++)
        {
            views.Views[row] = _arena.AddString(_keys[row]);
        }

        _batches.Add(BatchCopy.Into(_arena, batch));
        _keyViews.Add(views);
        _firstRows.Add(RowCount);
        RowCount = checked(RowCount + batch.RowCount);
        _whole = null;
    }

    /// <summary>All rows as entries in their order; the memory is the buffer's and lasts until it changes.</summary>
    internal Span<SortEntry> Sort()
    {
        var entries = _arena.Allocate<SortEntry>(RowCount);
        int at = 0;
        foreach (ref readonly var views in CollectionsMarshal.AsSpan(_keyViews))
        {
            for (int row = 0; row < views.Length; row++)
            {
                entries[at] = SortEntry.Of(views.Bytes(row), at);
                at++;
            }
        }

        KeySort.Sort(entries, _arena);
        SortTies(entries);
        return entries;
    }

    internal ReadOnlySpan<byte> Key(int row)
    {
        int batch = BatchOf(row);
        return CollectionsMarshal.AsSpan(_keyViews)[batch].Bytes(row - _firstRows[batch]);
    }

    internal long Weight(int row)
    {
        int batch = BatchOf(row);
        return _batches[batch].Weight(row - _firstRows[batch]);
    }

    /// <summary>All rows as one batch, for gathering by row number: columns only.</summary>
    internal Batch Whole()
    {
        if (_whole is null)
        {
            var parts = new Vector[_batches.Count];
            _whole = new Batch().Reset(RowCount, types.Count);
            for (int column = 0; column < types.Count; column++)
            {
                for (int i = 0; i < parts.Length; i++)
                {
                    parts[i] = _batches[i][column];
                }

                _whole[column] = parts.Length == 1 ? parts[0] : ConcatKernel.Concat(types[column], parts, _arena);
            }
        }

        return _whole;
    }

    /// <summary>Keeps the given rows, in that order.</summary>
    internal void Keep(ReadOnlySpan<int> rows)
    {
        var whole = Whole();
        var kept = new Batch().Reset(rows.Length, types.Count);
        for (int column = 0; column < types.Count; column++)
        {
            kept[column] = BatchCopy.Into(_spare, TakeKernel.Take(whole[column], rows, _arena));
        }

        var views = Vector.Allocate(_spare, SqlType.Bytea, rows.Length);
        var weights = _spare.Allocate<long>(rows.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            views.Views[i] = _spare.AddString(Key(rows[i]));
            weights[i] = Weight(rows[i]);
        }

        kept.SetWeights(weights);
        _batches.Clear();
        _keyViews.Clear();
        _firstRows.Clear();
        _batches.Add(kept);
        _keyViews.Add(views);
        _firstRows.Add(0);
        RowCount = rows.Length;
        _whole = null;
        _arena.Reset();
        (_arena, _spare) = (_spare, _arena);
    }

    public void Dispose()
    {
        _keys.Dispose();
        _arena.Dispose();
        _spare.Dispose();
    }

    private int BatchOf(int row)
    {
        int low = 0;
        int high = _firstRows.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) >>> 1;
            if (_firstRows[middle] <= row)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low;
    }

    private void SortTies(Span<SortEntry> entries)
    {
        for (int start = 0; start < entries.Length;)
        {
            int end = start + 1;
            bool isLong = entries[start].KeyLength > 16;
            while (end < entries.Length && entries[end].High == entries[start].High && entries[end].Low == entries[start].Low)
            {
                isLong |= entries[end++].KeyLength > 16;
            }

            if (isLong && end > start + 1)
            {
                entries[start..end].Sort(new KeyOrder(this));
            }

            start = end;
        }
    }

    private readonly struct KeyOrder(SortBuffer buffer) : IComparer<SortEntry>
    {
        public int Compare(SortEntry x, SortEntry y)
        {
            int order = buffer.Key(x.Row).SequenceCompareTo(buffer.Key(y.Row));
            return order != 0 ? order : x.Row.CompareTo(y.Row);
        }
    }
}
