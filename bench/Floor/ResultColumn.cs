using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vectorized.Bench.Floor;

/// <summary>
/// A growing column of results in one lazily backed allocation sized for the most rows there can be, so that appending
/// never copies. <see cref="Clear"/> keeps the memory: a second run touches no new page.
/// </summary>
internal sealed unsafe class ResultColumn<T> : IDisposable
    where T : unmanaged
{
    private readonly T* _values;
    private readonly long _capacity;

    internal ResultColumn(long capacity)
    {
        _capacity = Math.Max(capacity, 1);
        _values = (T*)NativeMemory.AlignedAlloc((nuint)(_capacity * sizeof(T)), 64);
    }

    internal long Count { get; private set; }

    internal ref T this[long index] => ref _values[index];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(T value)
    {
        if (Count == _capacity)
        {
            throw new InvalidOperationException("more results than foreseen");
        }

        _values[Count++] = value;
    }

    /// <summary>Room for more values at the end, content unspecified.</summary>
    internal Span<T> Extend(int count)
    {
        if (Count + count > _capacity)
        {
            throw new InvalidOperationException("more results than foreseen");
        }

        var span = new Span<T>(_values + Count, count);
        Count += count;
        return span;
    }

    internal void Add(ReadOnlySpan<T> values) => values.CopyTo(Extend(values.Length));

    internal void Truncate(long count) => Count = count;

    internal void Clear() => Count = 0;

    public void Dispose() => NativeMemory.AlignedFree(_values);
}
