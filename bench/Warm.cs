using System.Diagnostics;

namespace Vectorized.Bench;

/// <summary>
/// Runs a body until the JIT has compiled it for good: tiers are promoted on a timer and compiled by a thread of their own, so
/// by time, not by count, and where others use the machine by processor time, too.
/// </summary>
internal static class Warm
{
    /// <summary>
    /// For a dataflow: its operators are called a few times a tick only, and are compiled anew after thirty calls, twice. Figures of q4
    /// rise for 2 s, to twice what they are at first.
    /// </summary>
    internal const double Dataflow = 2.5;

    internal static void Up(Action body, double seconds = 0.6)
    {
        long start = Stopwatch.GetTimestamp();
        double enough = CpuClock.ProcessSeconds + seconds;
        while (CpuClock.ProcessSeconds < enough || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
            body();
        }
    }
}
