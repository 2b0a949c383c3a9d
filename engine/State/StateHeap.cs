using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Vectorized.Engine.Columns;

namespace Vectorized.Engine.State;

/// <summary>
/// The memory of one state structure: power-of-two pieces of 16 bytes to 2 KiB cut from blocks and kept on free lists,
/// larger ones blocks of their own. Owner thread only. Pieces readers may still see go back through
/// <see cref="Retire"/>; the rest at once through <see cref="Free"/>. <see cref="Dispose"/> gives every block back to
/// the pool.
/// </summary>
internal sealed unsafe class StateHeap(StateContext context) : IRetirable, IDisposable
{
    private const int PieceBytesMin = 16;
    private const int PieceBytesMax = 2048;
    private const int ClassCount = 8;
    private const int SlabBytesMax = 1 << 16;

    private readonly List<Block> _slabs = [];
    private readonly Dictionary<nint, Block> _blocks = [];
    private readonly nint[] _free = new nint[ClassCount];
    private byte* _next;
    private int _left;

    /// <summary>Bytes taken from the pool.</summary>
    internal long Bytes { get; private set; }

    /// <summary>At least this many bytes, 16-byte aligned (64-byte from 64 bytes on); content unspecified.</summary>
    internal byte* Allocate(long bytes)
    {
        if (bytes > PieceBytesMax)
        {
            var block = BlockPool.Rent(bytes);
            Bytes += block.Bytes;
            _blocks.Add((nint)block.Address, block);
            return block.Address;
        }

        int index = ClassOf(bytes);
        nint piece = _free[index];
        if (piece != 0)
        {
            _free[index] = *(nint*)piece;
            return (byte*)piece;
        }

        return Cut(index);
    }

    internal byte* AllocateZeroed(long bytes)
    {
        byte* address = Allocate(bytes);
        NativeMemory.Clear(address, (nuint)bytes);
        return address;
    }

    internal void Free(void* address, long bytes)
    {
        if (bytes > PieceBytesMax)
        {
            _blocks.Remove((nint)address, out var block);
            Bytes -= block.Bytes;
            BlockPool.Return(block);
            return;
        }

        int index = ClassOf(bytes);
#if DEBUG
        new Span<byte>(address, PieceBytesMin << index).Fill(0xDD);
#endif
        *(nint*)address = _free[index];
        _free[index] = (nint)address;
    }

    /// <summary>Frees once no reader can see it.</summary>
    internal void Retire(void* address, long bytes) => context.Retired.Retire(this, (nint)address, bytes);

    void IRetirable.Release(nint token, long size)
    {
        if (!_disposed)
        {
            Free((void*)token, size);
        }
    }

    private bool _disposed;

    /// <summary>Gives all memory back; the caller has made sure that no reader is left.</summary>
    public void Dispose()
    {
        _disposed = true;
        foreach (var slab in _slabs)
        {
            BlockPool.Return(slab);
        }

        foreach (var block in _blocks.Values)
        {
            BlockPool.Return(block);
        }

        _slabs.Clear();
        _blocks.Clear();
        Bytes = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ClassOf(long bytes) =>
        bytes <= PieceBytesMin ? 0 : BitOperations.Log2((uint)(bytes - 1)) - 3;

    private byte* Cut(int index)
    {
        int bytes = PieceBytesMin << index;
        int skip = bytes >= 64 ? (int)(-(nint)_next & 63) : 0;
        if (_left < bytes + skip)
        {
            var slab = BlockPool.Rent(Math.Clamp(Bytes, BlockPool.BytesMin, SlabBytesMax));
            Bytes += slab.Bytes;
            _slabs.Add(slab);
            _next = slab.Address;
            _left = slab.Bytes;
            skip = 0;
        }

        byte* piece = _next + skip;
        _next += skip + bytes;
        _left -= skip + bytes;
        return piece;
    }
}
