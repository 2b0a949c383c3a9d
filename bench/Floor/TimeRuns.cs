namespace Vectorized.Bench.Floor;

/// <summary>Divides a vector whose event times ascend into runs of one window.</summary>
internal static class TimeRuns
{
    /// <summary>
    /// The first row from <paramref name="start"/> on whose time is not below the limit; the length if none.
    /// </summary>
    internal static int End(ReadOnlySpan<long> times, int start, long limit)
    {
        if (times[^1] < limit)
        {
            return times.Length;
        }

        int low = start;
        int high = times.Length - 1;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            if (times[middle] < limit)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
