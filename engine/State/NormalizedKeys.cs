using System.Runtime.CompilerServices;
using Vectorized.Engine.Columns;

namespace Vectorized.Engine.State;

/// <summary>
/// The normalised keys of a batch's rows, one byte string a row, in memory that is used again. One thread.
/// </summary>
internal sealed unsafe class NormalizedKeys : IDisposable
{
    private Block _bytes;
    private Block _offsets;
    private int* _ends;
    private int* _cursors;

    internal int Count { get; private set; }

    internal ReadOnlySpan<byte> this[int row]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            int start = row == 0 ? 0 : _ends[row - 1];
            return new ReadOnlySpan<byte>(_bytes.Address + start, _ends[row] - start);
        }
    }

    /// <summary>While measuring: the length of each row's key. Afterwards: where it ends.</summary>
    internal Span<int> Ends => new(_ends, Count);

    public void Dispose()
    {
        BlockPool.Return(_bytes);
        BlockPool.Return(_offsets);
        _bytes = default;
        _offsets = default;
        Count = 0;
    }

    internal void Begin(int count)
    {
        Count = count;
        EnsureRoom(ref _offsets, count * 2L * sizeof(int));
        _ends = (int*)_offsets.Address;
        _cursors = _ends + count;
    }

    /// <summary>Turns lengths into places and makes room.</summary>
    internal void Lay()
    {
        long end = 0;
        for (int row = 0; row < Count; row++)
        {
            _cursors[row] = (int)end;
            end += _ends[row];
            _ends[row] = (int)end;
        }

        EnsureRoom(ref _bytes, end);
    }

    /// <summary>The next bytes of a row's key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal byte* Advance(int row, int bytes)
    {
        byte* target = _bytes.Address + _cursors[row];
        _cursors[row] += bytes;
        return target;
    }

    private static void EnsureRoom(ref Block block, long bytes)
    {
        if (block.IsNull || block.Bytes < bytes)
        {
            BlockPool.Return(block);
            block = BlockPool.Rent(bytes);
        }
    }
}
