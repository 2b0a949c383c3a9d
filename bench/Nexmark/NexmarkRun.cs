using System.Diagnostics;

namespace Vectorized.Bench.Nexmark;

/// <summary>Feeds an engine a whole stream in ticks and says what that cost.</summary>
internal static class NexmarkRun
{
    private const double TickNanos = 8e6;
    private const int FirstBlocksPerTick = 4;
    private const int BlocksPerTickMax = 64;

    /// <summary>
    /// In ticks of about 8 ms of the calling thread's processor time, so that a busy machine does not change the work: processor
    /// seconds of the process, and seconds of the wall clock.
    /// </summary>
    internal static (double Cpu, double Wall) Adaptive(NexmarkEngine engine, NexmarkBlocks input)
    {
        long wall = Stopwatch.GetTimestamp();
        long cpu = CpuClock.ProcessNanos;
        var blocks = input.Blocks.ToArray();
        int perTick = FirstBlocksPerTick;
        for (int at = 0; at < blocks.Length;)
        {
            int count = Math.Min(perTick, blocks.Length - at);
            long start = CpuClock.ThreadNanos;
            engine.Tick(blocks.AsSpan(at, count));
            double nanos = CpuClock.ThreadNanos - start;
            at += count;
            perTick = Math.Clamp((int)(perTick * Math.Clamp(TickNanos / nanos, 0.5, 2)), 1, BlocksPerTickMax);
        }

        return ((CpuClock.ProcessNanos - cpu) / 1e9, Stopwatch.GetElapsedTime(wall).TotalSeconds);
    }
}
