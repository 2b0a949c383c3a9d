using System.Runtime.CompilerServices;

namespace Vectorized.Engine.State;

/// <summary>
/// One accumulator of every group (or of every saved group), by number: what an aggregate's kernel loops over. Take it
/// after the batch's groups are found: finding may move pages. T's size is at most the accumulator's.
/// </summary>
internal readonly unsafe ref struct Accumulators<T> where T : unmanaged
{
    private readonly byte** _pages;
    private readonly int _shift;
    private readonly int _mask;
    private readonly int _stride;
    private readonly int _offset;

    internal Accumulators(byte** pages, int shift, int stride, int offset)
    {
        _pages = pages;
        _shift = shift;
        _mask = (1 << shift) - 1;
        _stride = stride;
        _offset = offset;
    }

    internal ref T this[int number]
    {
        // SAFETY: numbers come from the table; a page is never moved or freed while its table lives.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref *(T*)(_pages[number >> _shift] + ((nint)(number & _mask) * _stride) + _offset);
    }
}
