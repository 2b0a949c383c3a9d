using Vectorized.Bench.Nexmark;
using Vectorized.Engine.Columns;

namespace Vectorized.Bench.Growth;

/// <summary>
/// Throughput against the size of the state: one view takes in a long stream, piece by piece; for each piece the events a second of
/// processor time, and the bytes of state after it. One worker; events are made between the pieces, not timed. Before a rate is
/// printed the results over the first events are compared with DuckDB's.
/// </summary>
internal sealed class GrowthSuite : IBenchSuite
{
    private const int Pieces = 10;
    private static readonly string[] _queries = ["q4", "q9", "q17", "q18", "q20"];

    public string Name => "growth";

    public string Summary => "throughput as state grows: [--events N] [--queries q4,q18] [--density 0.1us|10ms] [--no-check]";

    public IReadOnlyList<string> Options { get; } = ["--events", "--queries", "--density", "--no-check"];

    public BenchTable Run(BenchArguments arguments)
    {
        long perPiece = Math.Max(1, arguments.Number("--events", 20_000_000) / Pieces / NexmarkBlocks.EventsPerBlock)
            * NexmarkBlocks.EventsPerBlock;
        var table = new BenchTable("query", "density", "events", "state MB", "events/s/core", "B/event", "checked by");
        var queries = arguments.List("--queries", _queries);
        foreach (var density in NexmarkDensity.Chosen(arguments))
        {
            var checkedBy = arguments.Has("--no-check") ? queries.ToDictionary(q => q, _ => "nobody") : NexmarkCheck.Run(
                queries, Math.Min(perPiece * Pieces, NexmarkSuite.CheckedEventsMax), density.GapNanos, ["before"]);
            foreach (string query in queries)
            {
                WarmUp(query, density);
                long before = BlockPool.LiveBytes;
                using var engine = new NexmarkEngine(workers: 1, NexmarkViewSpec.Measured(query));
                for (int piece = 0; piece < Pieces; piece++)
                {
                    double seconds;
                    using (var input = new NexmarkBlocks(piece * perPiece, perPiece, density.GapNanos))
                    {
                        seconds = NexmarkRun.Adaptive(engine, input).Cpu;
                    }

                    long bytes = BlockPool.LiveBytes - before;
                    long events = (piece + 1) * perPiece;
                    table.Add(query, density.Name, events, bytes / 1e6, perPiece / seconds, bytes / (double)events, checkedBy[query]);
                }
            }
        }

        return table;
    }

    private static void WarmUp(string query, NexmarkDensity density)
    {
        using var input = new NexmarkBlocks(20 * NexmarkBlocks.EventsPerBlock, density.GapNanos);
        Warm.Up(
            () =>
            {
                using var engine = new NexmarkEngine(workers: 1, NexmarkViewSpec.Measured(query));
                NexmarkRun.Adaptive(engine, input);
            },
            Warm.Dataflow);
    }
}
