using Vectorized.Bench.Nexmark;

namespace Vectorized.Bench.Scaling;

/// <summary>
/// Two workers on one stream beside two engines of one worker each, in processes of their own, at the same time, each on a whole stream
/// of its own: what two cores do that share memory and caches, but no work. Rounds in turn; lower quartiles, for what disturbs a run
/// only ever makes it longer.
/// </summary>
internal sealed record ScalingMeasurement
{
    /// <summary>Events a second of two workers as part of what the two single ones do together; 1: nothing is lost.</summary>
    internal required double Ratio { get; init; }

    /// <summary>The same, as part of twice what one does while the other core is idle.</summary>
    internal required double RatioToAlone { get; init; }

    /// <summary>Processor time of two workers as a multiple of one's, waiting in turns included. Other load disturbs it less.</summary>
    internal required double CpuRatio { get; init; }

    /// <summary>Seconds of a run: one worker alone, each of two single ones beside the other, two workers.</summary>
    internal required (double Alone, double Single, double Two) Seconds { get; init; }

    /// <summary>Milliseconds each part was busy in each level of two workers' last run.</summary>
    internal required string Busy { get; init; }

    internal static ScalingMeasurement Measure(string query, NexmarkDensity density, NexmarkBlocks input, int rounds)
    {
        using var first = new SingleRun(query, density, input.EventCount);
        using var second = new SingleRun(query, density, input.EventCount);
        first.AwaitReady();
        second.AwaitReady();
        Warm.Up(() => Run(query, input, 1), 2 * Warm.Dataflow);
        Warm.Up(() => Run(query, input, 2), 2 * Warm.Dataflow);
        string busy = string.Empty;
        double[] cpuRatios = new double[rounds];
        double[] alone = new double[rounds];
        double[] single = new double[rounds];
        double[] two = new double[rounds];
        for (int round = 0; round < rounds; round++)
        {
            var one = Run(query, input, 1);
            first.Go();
            second.Go();
            // Events a second add up: the two runs' mean is the harmonic one.
            single[round] = 2 / ((1 / first.AwaitSeconds()) + (1 / second.AwaitSeconds()));
            var both = Run(query, input, 2);
            if (!NexmarkQueries.ByArrival.Contains(query) && one.Result != both.Result)
            {
                throw new InvalidOperationException($"{query}: one worker comes to {one.Result} and two to {both.Result}");
            }

            (alone[round], two[round], cpuRatios[round]) = (one.Wall, both.Wall, both.Cpu / one.Cpu);
            busy = both.Busy;
        }

        return new ScalingMeasurement
        {
            Ratio = InTurn.LowerQuartile(single) / InTurn.LowerQuartile(two) / 2,
            RatioToAlone = InTurn.LowerQuartile(alone) / InTurn.LowerQuartile(two) / 2,
            CpuRatio = InTurn.Median(cpuRatios),
            Seconds = (InTurn.LowerQuartile(alone), InTurn.LowerQuartile(single), InTurn.LowerQuartile(two)),
            Busy = busy,
        };
    }

    private static (double Wall, double Cpu, (long Rows, ulong Checksum) Result, string Busy) Run(
        string query, NexmarkBlocks input, int workers)
    {
        using var engine = new NexmarkEngine(workers, NexmarkViewSpec.Measured(query));
        var (cpu, wall) = NexmarkRun.Adaptive(engine, input);
        return (wall, cpu, (engine.ResultRows, engine.Checksum), BusyMillis(engine, workers));
    }

    private static string BusyMillis(NexmarkEngine engine, int workers)
    {
        var levels = Enumerable.Range(0, engine.LevelCount).Select(level =>
            string.Join('/', Enumerable.Range(0, workers).Select(part => $"{engine.Times[level, part] / 1e6:0}")));
        return string.Join(' ', levels);
    }
}
