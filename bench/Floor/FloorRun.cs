using System.Diagnostics;
using Vectorized.Bench.Nexmark;

namespace Vectorized.Bench.Floor;

/// <summary>Processor seconds of a hand-written loop for a whole stream, in ticks that each leave a complete result.</summary>
internal static class FloorRun
{
    private const double TickMs = 8;
    private const long LeastNanos = 20_000_000;

    /// <summary>
    /// One pass, the mean of as many as take 20 ms. Ticks of about 8 ms, or of so many blocks, which does not depend on how fast the
    /// machine is just then.
    /// </summary>
    internal static double CpuSeconds(FloorLoop loop, NexmarkBlocks input, int blocksPerTick = 0)
    {
        long nanos = 0;
        int passes = 0;
        for (; nanos < LeastNanos; passes++)
        {
            loop.Reset();
            long begun = CpuClock.ThreadNanos;
            if (blocksPerTick > 0)
            {
                Pass(loop, input, blocksPerTick);
            }
            else
            {
                Pass(loop, input);
            }

            nanos += CpuClock.ThreadNanos - begun;
        }

        return nanos / 1e9 / passes;
    }

    private static void Pass(FloorLoop loop, NexmarkBlocks input, int blocksPerTick)
    {
        var blocks = input.Blocks;
        for (int i = 0; i < blocks.Count; i++)
        {
            loop.Consume(blocks[i]);
            if ((i + 1) % blocksPerTick == 0)
            {
                loop.EndTick();
            }
        }

        loop.EndTick();
    }

    private static void Pass(FloorLoop loop, NexmarkBlocks input)
    {
        // The clock on the wall: reading that of processor time costs as much as some loops take for a block.
        long tickStart = Stopwatch.GetTimestamp();
        foreach (var block in input.Blocks)
        {
            loop.Consume(block);
            if (Stopwatch.GetElapsedTime(tickStart).TotalMilliseconds >= TickMs)
            {
                loop.EndTick();
                tickStart = Stopwatch.GetTimestamp();
            }
        }

        loop.EndTick();
    }
}
