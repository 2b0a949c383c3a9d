using System.Diagnostics;

namespace Vectorized.Bench;

/// <summary>
/// Runs a body until the JIT has compiled it for good: tiers are promoted on a timer, so by time, not by count.
/// </summary>
internal static class Warm
{
    private static readonly TimeSpan _duration = TimeSpan.FromMilliseconds(600);

    internal static void Up(Action body)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < _duration)
        {
            body();
        }
    }
}
