namespace Vectorized.Engine.Operators.Windows;

/// <summary>
/// Stretches of partitions to be evaluated, one after another: in each, the distinct rows in order, by number, with how often
/// each stood there before the tick and stands there after it, and whether its results may have changed. Memory is used
/// again. One thread.
/// </summary>
internal sealed class WindowEntries
{
    private int[] _numbers = new int[256];
    private long[] _before = new long[256];
    private long[] _after = new long[256];
    private bool[] _isAffected = new bool[256];
    private Region[] _regions = new Region[16];

    internal struct Region
    {
        internal int Start;
        internal int End;

        /// <summary>Rows of the partition in front of the region, and in all: before the tick and after it.</summary>
        internal long SkippedBefore;
        internal long SkippedAfter;
        internal long TotalBefore;
        internal long TotalAfter;
    }

    internal int Count { get; private set; }

    internal int RegionCount { get; private set; }

    internal ReadOnlySpan<Region> Regions => _regions.AsSpan(0, RegionCount);

    internal ReadOnlySpan<int> Numbers => _numbers.AsSpan(0, Count);

    internal long CountOf(int entry, bool isOld) => isOld ? _before[entry] : _after[entry];

    internal bool IsAffected(int entry) => _isAffected[entry];

    internal void Clear()
    {
        Count = 0;
        RegionCount = 0;
    }

    internal void BeginRegion(long skippedBefore, long skippedAfter, long totalBefore, long totalAfter)
    {
        if (RegionCount == _regions.Length)
        {
            Array.Resize(ref _regions, 2 * RegionCount);
        }

        _regions[RegionCount++] = new Region
        {
            Start = Count,
            End = Count,
            SkippedBefore = skippedBefore,
            SkippedAfter = skippedAfter,
            TotalBefore = totalBefore,
            TotalAfter = totalAfter,
        };
    }

    internal void Add(int number, long before, long after, bool isAffected)
    {
        if (Count == _numbers.Length)
        {
            Array.Resize(ref _numbers, 2 * Count);
            Array.Resize(ref _before, 2 * Count);
            Array.Resize(ref _after, 2 * Count);
            Array.Resize(ref _isAffected, 2 * Count);
        }

        _numbers[Count] = number;
        _before[Count] = before;
        _after[Count] = after;
        _isAffected[Count++] = isAffected;
        _regions[RegionCount - 1].End = Count;
    }

    /// <summary>The last region's partition has so many rows: known only when it has been read.</summary>
    internal void SetTotal(long after) => _regions[RegionCount - 1].TotalAfter = after;
}
