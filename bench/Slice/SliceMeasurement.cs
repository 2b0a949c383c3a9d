using Vectorized.Bench.Floor;
using Vectorized.Bench.Nexmark;

namespace Vectorized.Bench.Slice;

/// <summary>
/// A query's ratio of ours to the hand-written loop, made to vary little: processor time of the process, not the wall clock; ticks of a
/// fixed number of events, so that the work is the same each time; both in turn, round by round, each for some tens of milliseconds;
/// the rounds' lower quartiles, since the compiler's thread and neighbours in the caches only ever add.
/// </summary>
internal sealed class SliceMeasurement : IDisposable
{
    private const int BlocksPerTick = 8;
    private const double LeastSeconds = 0.06;

    private readonly NexmarkBlocks _input;
    private readonly NexmarkBlock[] _blocks;
    private readonly double _slowdown;

    /// <param name="events">Of all kinds.</param>
    /// <param name="slowdown">Processor time burnt on our side, as part of what it needs: shows what the comparison finds.</param>
    internal SliceMeasurement(long events, double slowdown)
    {
        _input = new NexmarkBlocks(events, NexmarkDensity.All[0].GapNanos);
        _blocks = [.. _input.Blocks];
        _slowdown = slowdown;
    }

    internal (double Ratio, double OurRate, double FloorRate) Measure(string query, int rounds)
    {
        using var loop = FloorLoop.Create(query, _input);
        Warm.Up(() => Ours(query), Warm.Dataflow);
        Warm.Up(() => FloorRun.CpuSeconds(loop, _input, BlocksPerTick));
        double[][] seconds = InTurn.Measure(rounds, () => FloorRun.CpuSeconds(loop, _input, BlocksPerTick), () => Ours(query));
        double floor = InTurn.LowerQuartile(seconds[0]);
        double ours = InTurn.LowerQuartile(seconds[1]);
        return (floor / ours, _input.EventCount / ours, _input.EventCount / floor);
    }

    public void Dispose() => _input.Dispose();

    /// <summary>The mean of as many runs as take <see cref="LeastSeconds"/>.</summary>
    private double Ours(string query)
    {
        double seconds = 0;
        int runs = 0;
        for (; seconds < LeastSeconds; runs++)
        {
            seconds += RunOnce(query);
        }

        return seconds / runs;
    }

    private double RunOnce(string query)
    {
        using var engine = new NexmarkEngine(workers: 1, NexmarkViewSpec.Measured(query));
        long begun = CpuClock.ProcessNanos;
        for (int at = 0; at < _blocks.Length; at += BlocksPerTick)
        {
            long tick = CpuClock.ThreadNanos;
            engine.Tick(_blocks.AsSpan(at, Math.Min(BlocksPerTick, _blocks.Length - at)));
            Burn((long)((CpuClock.ThreadNanos - tick) * _slowdown));
        }

        return (CpuClock.ProcessNanos - begun) / 1e9;
    }

    private static void Burn(long nanos)
    {
        long end = CpuClock.ThreadNanos + nanos;
        while (nanos > 0 && CpuClock.ThreadNanos < end)
        {
        }
    }
}
