using System.Numerics;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;

namespace Vectorized.Engine.Operators.Joins;

/// <summary>
/// The distinct keys among the rows of some batches of one tick: says of each row whether its key is the first of its kind.
/// In arena memory, by linear probing; the batches must stay valid meanwhile. One thread; O(1) a row.
/// </summary>
internal ref struct KeySet
{
    private readonly ReadOnlySpan<int> _columns;
    private readonly ReadOnlySpan<Batch> _batches;
    private readonly Span<int> _table;
    private readonly Span<int> _batchOf;
    private readonly Span<int> _rowOf;
    private readonly Span<ulong> _hashOf;
    private int _count;

    internal KeySet(ReadOnlySpan<Batch> batches, ReadOnlySpan<int> columns, int capacity, Arena arena)
    {
        _batches = batches;
        _columns = columns;
        _table = arena.Allocate<int>((int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(capacity, 8) * 2));
        _table.Fill(-1);
        _batchOf = arena.Allocate<int>(capacity);
        _rowOf = arena.Allocate<int>(capacity);
        _hashOf = arena.Allocate<ulong>(capacity);
    }

    /// <summary>False if an equal key is in the set already. At most as many additions as the capacity.</summary>
    internal bool Add(int batch, int row, ulong hash)
    {
        int mask = _table.Length - 1;
        int position = (int)((hash * 0x9E3779B97F4A7C15) >> 33) & mask;
        for (int entry; (entry = _table[position]) >= 0; position = (position + 1) & mask)
        {
            if (_hashOf[entry] == hash && Equal(entry, batch, row))
            {
                return false;
            }
        }

        _table[position] = _count;
        _batchOf[_count] = batch;
        _rowOf[_count] = row;
        _hashOf[_count++] = hash;
        return true;
    }

    private readonly bool Equal(int entry, int batch, int row)
    {
        var known = _batches[_batchOf[entry]];
        var other = _batches[batch];
        foreach (int column in _columns)
        {
            if (!KeyEquality.Equal(in known[column], _rowOf[entry], in other[column], row))
            {
                return false;
            }
        }

        return true;
    }
}
