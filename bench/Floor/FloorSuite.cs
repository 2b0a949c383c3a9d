using Vectorized.Bench.Nexmark;

namespace Vectorized.Bench.Floor;

/// <summary>
/// What this machine can do for some Nexmark queries, one core, by hand-written loops; beside them, in turn in the same run, the
/// engine and DuckDB's batch query over the same rows, all by processor time and all leaving their result in a table. Events a second
/// count all events, as Nexmark does; generation and output to files are not timed. Before a rate is printed the results over
/// the first events are compared with DuckDB's, and numbers of rows over all of them.
/// </summary>
internal sealed class FloorSuite : IBenchSuite
{
    public string Name => "floor";

    public string Summary => "hand-written loops, ours, DuckDB: [--events N] [--queries q0,q4] [--density 0.1us|10ms] [--alone] (no engine)"
        + " [--no-check] [--no-duckdb]";

    public IReadOnlyList<string> Options { get; } = ["--events", "--queries", "--density", "--alone", "--no-check", "--no-duckdb"];

    public BenchTable Run(BenchArguments arguments)
    {
        long events = arguments.Number("--events", 10_000_000);
        var queries = arguments.List("--queries", FloorLoop.Queries);
        bool withOurs = !arguments.Has("--alone");
        var table = new BenchTable(
            "query", "density", "events", "floor events/s/core", "events/s/core", "floor ratio", "DuckDB events/s/core", "floor vs DuckDB",
            "rows", "checked by");
        foreach (var density in NexmarkDensity.Chosen(arguments))
        {
            var checkedBy = arguments.Has("--no-check")
                ? queries.ToDictionary(q => q, _ => "nobody")
                : NexmarkCheck.Run(
                    queries, Math.Min(events, NexmarkSuite.CheckedEventsMax), density.GapNanos, withOurs ? ["before"] : []);
            using var input = new NexmarkBlocks(events, density.GapNanos);
            using var duckDb = arguments.Has("--no-duckdb") ? null : NexmarkDuckDb.Start(input);
            foreach (string query in queries)
            {
                var figures = NexmarkComparison.Measure(query, input, duckDb, withOurs);
                table.Add(
                    query, density.Name, events, figures.FloorRate, figures.OurRate, figures.FloorRatio, figures.DuckDbRate,
                    figures.FloorToDuckDb, figures.Rows, checkedBy[query]);
            }
        }

        return table;
    }
}
