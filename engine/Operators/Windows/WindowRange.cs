using Vectorized.Engine.Columns;

namespace Vectorized.Engine.Operators.Windows;

/// <summary>Some rows of a leaf in order: numbers, how often each stands there, the columns functions read.</summary>
internal sealed class RangeRows
{
    private int[] _numbers = new int[256];
    private long[] _counts = new long[256];

    internal int Count { get; private set; }

    internal ReadOnlySpan<int> Numbers => _numbers.AsSpan(0, Count);

    internal ReadOnlySpan<long> Counts => _counts.AsSpan(0, Count);

    internal Batch Columns { get; } = new();

    internal void Clear() => Count = 0;

    internal void Add(int number, long count)
    {
        if (Count == _numbers.Length)
        {
            Array.Resize(ref _numbers, 2 * Count);
            Array.Resize(ref _counts, 2 * Count);
        }

        _numbers[Count] = number;
        _counts[Count++] = count;
    }
}

/// <summary>A range of the ordered set in order: the end of a leaf, whole pages, the start of a leaf; any may be empty.</summary>
internal sealed class WindowRange
{
    internal RangeRows Head { get; } = new();

    internal List<int> Pages { get; } = [];

    internal RangeRows Tail { get; } = new();

    internal void Clear()
    {
        Head.Clear();
        Pages.Clear();
        Tail.Clear();
    }
}
