namespace Vectorized.Bench.Nexmark;

/// <summary>
/// Nexmark queries as incremental views, in process, one worker: events a second of processor time, beside the hand-written
/// loop and DuckDB's batch query over the same rows in the same run. Before a rate is printed the result over the first events is
/// written out and compared with DuckDB's over the same rows.
/// </summary>
internal sealed class NexmarkSuite : IBenchSuite
{
    internal const long CheckedEventsMax = 1_000_000;

    public string Name => "nexmark";

    public string Summary => "queries as incremental views: [--events N] [--queries q0,q4] [--density 0.1us|10ms] [--views before,after]"
        + " [--no-check] [--no-duckdb]";

    public IReadOnlyList<string> Options { get; } = ["--events", "--queries", "--density", "--views", "--no-check", "--no-duckdb"];

    public BenchTable Run(BenchArguments arguments)
    {
        long events = arguments.Number("--events", 10_000_000);
        var queries = arguments.List("--queries", NexmarkQueries.Names);
        var table = new BenchTable(
            "query", "density", "events", "events/s/core", "2w/2x1w", "floor events/s/core", "floor ratio", "DuckDB events/s/core",
            "state B/event", "rows", "checked by");
        foreach (var density in NexmarkDensity.Chosen(arguments))
        {
            var checkedBy = arguments.Has("--no-check")
                ? queries.ToDictionary(q => q, _ => "nobody")
                : NexmarkCheck.Run(
                    queries, Math.Min(events, CheckedEventsMax), density.GapNanos, arguments.List("--views", NexmarkCheck.Moments));
            using var input = new NexmarkBlocks(events, density.GapNanos);
            using var duckDb = arguments.Has("--no-duckdb") ? null : NexmarkDuckDb.Start(input);
            foreach (string query in queries)
            {
                var figures = NexmarkComparison.Measure(query, input, duckDb);
                double scaling = MeasureScaling(query, input);
                table.Add(
                    query, density.Name, events, figures.OurRate, scaling, figures.FloorRate, figures.FloorRatio, figures.DuckDbRate,
                    figures.StateBytes / (double)events, figures.Rows, checkedBy[query]);
            }
        }

        return table;
    }

    /// <summary>
    /// By the clock on the wall, what two workers do beside twice what one does while the other core is idle (1: perfect), best of two
    /// runs each; `scaling` compares with two single ones that run at the same time. Both must
    /// come to the same result, by its checksum.
    /// </summary>
    private static double MeasureScaling(string query, NexmarkBlocks input)
    {
        var best = new double[2];
        var results = new (long Rows, ulong Checksum)[2];
        Warm.Up(() => RunOnce(2), Warm.Dataflow);
        for (int run = 0; run < 4; run++)
        {
            int workers = 1 + (run & 1);
            double wall = RunOnce(workers);
            best[workers - 1] = run < 2 ? wall : Math.Min(best[workers - 1], wall);
        }

        bool isSame = results[0] == results[1] || NexmarkQueries.ByArrival.Contains(query);
        return isSame ? best[0] / (2 * best[1]) : throw new InvalidOperationException(
            $"{query}: one worker comes to {results[0]} and two to {results[1]}");

        double RunOnce(int workers)
        {
            using var engine = new NexmarkEngine(workers, NexmarkViewSpec.Measured(query));
            double wall = NexmarkRun.Adaptive(engine, input).Wall;
            results[workers - 1] = (engine.ResultRows, engine.Checksum);
            return wall;
        }
    }
}
