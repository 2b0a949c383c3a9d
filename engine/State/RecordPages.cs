using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Vectorized.Engine.Columns;

namespace Vectorized.Engine.State;

/// <summary>
/// Fixed-width records by number, in pages that never move: number >> shift names the page. Pages are cut from blocks.
/// Owner only.
/// </summary>
internal sealed unsafe class RecordPages : IDisposable
{
    private const int BlockBytes = 1 << 20;
    private readonly List<Block> _blocks = [];
    private byte** _pages;
    private int _pagesCapacity;
    private byte* _next;
    private long _left;

    internal RecordPages(int recordBytes)
    {
        Stride = Math.Max((recordBytes + 7) & -8, 8);
        // Pages of about 16 KiB: small tables stay small.
        Shift = 4;
        while (Shift < 12 && (long)Stride << (Shift + 1) <= 16 << 10)
        {
            Shift++;
        }
    }

    internal int Stride { get; }

    internal int Shift { get; }

    internal int PageCount { get; private set; }

    internal int Capacity => PageCount << Shift;

    internal long Bytes { get; private set; }

    internal byte** Pages => _pages;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal byte* At(int number) => _pages[number >> Shift] + ((nint)(number & ((1 << Shift) - 1)) * Stride);

    internal Accumulators<T> View<T>(int offset) where T : unmanaged => new(_pages, Shift, Stride, offset);

    /// <summary>One more page, all zero.</summary>
    internal void AddPage()
    {
        if (PageCount == _pagesCapacity)
        {
            int capacity = Math.Max(16, _pagesCapacity * 2);
            _pages = (byte**)NativeMemory.Realloc(_pages, (nuint)capacity * (nuint)sizeof(byte*));
            _pagesCapacity = capacity;
        }

        long bytes = (((long)Stride << Shift) + 63) & -64;
        if (_left < bytes)
        {
            var block = BlockPool.Rent(Math.Max(bytes, Math.Clamp(Bytes, 4096, BlockBytes)));
            Bytes += block.Bytes;
            _blocks.Add(block);
            _next = block.Address;
            _left = block.Bytes;
        }

        NativeMemory.Clear(_next, (nuint)bytes);
        _pages[PageCount++] = _next;
        _next += bytes;
        _left -= bytes;
    }

    public void Dispose()
    {
        foreach (var block in _blocks)
        {
            BlockPool.Return(block);
        }

        _blocks.Clear();
        NativeMemory.Free(_pages);
        _pages = null;
    }
}
