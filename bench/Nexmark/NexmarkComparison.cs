using Vectorized.Bench.Floor;
using Vectorized.Engine.Columns;

namespace Vectorized.Bench.Nexmark;

/// <summary>
/// One query over one stream by the engine's view on one worker, by the hand-written loop and by DuckDB's batch query, in turn and by
/// processor time. Rates are events of all kinds a processor second, medians; ratios are medians of the rounds' ratios.
/// </summary>
internal sealed record NexmarkComparison
{
    private const int Rounds = 3;

    /// <summary>Null where there is no loop, or it was not wanted; so with the others.</summary>
    internal double? FloorRate { get; private init; }

    internal double? OurRate { get; private init; }

    internal double? DuckDbRate { get; private init; }

    /// <summary>Ours as part of the floor's.</summary>
    internal double? FloorRatio { get; private init; }

    /// <summary>How many times DuckDB's rate the floor's is.</summary>
    internal double? FloorToDuckDb { get; private init; }

    internal long StateBytes { get; private init; }

    internal long Rows { get; private init; }

    internal static NexmarkComparison Measure(string query, NexmarkBlocks input, NexmarkDuckDb? duckDb, bool withOurs = true)
    {
        using var loop = FloorLoop.Queries.Contains(query) ? FloorLoop.Create(query, input) : null;
        bool withDuckDb = duckDb is not null && NexmarkDuckDb.Answers(query);
        long stateBytes = 0;
        long rows = 0;
        long duckDbRows = 0;
        Func<double> floor = loop is null ? Missing : () => FloorRun.CpuSeconds(loop, input);
        Func<double> ours = withOurs ? Ours : Missing;
        Func<double> theirs = withDuckDb ? Theirs : Missing;
        if (loop is not null)
        {
            Warm.Up(() => floor());
        }

        if (withOurs)
        {
            Warm.Up(() => Ours(), Warm.Dataflow);
        }

        double[][] seconds = InTurn.Measure(Rounds, floor, ours, theirs);
        if (withDuckDb && loop is not null && loop.RowCount != duckDbRows)
        {
            throw new InvalidOperationException($"{query}: the loop comes to {loop.RowCount} rows, DuckDB to {duckDbRows}");
        }

        return new NexmarkComparison
        {
            FloorRate = Rate(seconds[0], input),
            OurRate = Rate(seconds[1], input),
            DuckDbRate = Rate(seconds[2], input),
            FloorRatio = Ratio(seconds[0], seconds[1]),
            FloorToDuckDb = Ratio(seconds[2], seconds[0]),
            StateBytes = stateBytes,
            Rows = withOurs ? rows : loop?.RowCount ?? duckDbRows,
        };

        double Ours()
        {
            long before = BlockPool.LiveBytes;
            using var engine = new NexmarkEngine(workers: 1, NexmarkViewSpec.Measured(query));
            double cpu = NexmarkRun.Adaptive(engine, input).Cpu;
            stateBytes = BlockPool.LiveBytes - before;
            rows = engine.ResultRows;
            return cpu;
        }

        double Theirs()
        {
            (double cpu, duckDbRows) = duckDb!.Run(query);
            return cpu;
        }
    }

    private static double Missing() => double.NaN;

    private static double? Rate(double[] seconds, NexmarkBlocks input) =>
        double.IsNaN(seconds[0]) ? null : input.EventCount / InTurn.Median(seconds);

    private static double? Ratio(double[] over, double[] under)
    {
        double ratio = InTurn.MedianRatio(over, under);
        return double.IsNaN(ratio) ? null : ratio;
    }
}
