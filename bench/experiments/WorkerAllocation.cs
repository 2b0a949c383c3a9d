using Vectorized.Bench.Nexmark;
using Vectorized.Connectors.Generators;
using Vectorized.Engine.Columns;

namespace Vectorized.Bench.Experiments;

/// <summary>
/// Managed bytes that executing ticks allocates, once warm, over 10,000 ticks of 890 events each for q0 to q5; then the same
/// for a whole main lane: sources, tick records, views, publication. What remains belongs to state that grows
/// (its directories of chunks and pages), not to ticks or rows.
/// </summary>
internal sealed class WorkerAllocation : IExperiment
{
    private const int WarmTicks = 1_000;
    private const int Ticks = 10_000;
    private const int EventsPerTick = NexmarkBlocks.EventsPerBlock / 5;

    public string Name => "allocation";

    public string Summary => "managed bytes allocated by the executing thread over 10,000 ticks in steady state, q0 to q5";

    public int Run(TextWriter output)
    {
        string[] queries = ["q0", "q1", "q2", "q3", "q4", "q5"];
        foreach (string query in queries)
        {
            Report(output, query, MeasureExecutor(query), (double)Ticks * EventsPerTick);
        }

        var (bytes, ticks, rows) = LaneAllocation.Measure(queries.Select(NexmarkSql.Read), WarmTicks, Ticks);
        Report(output, "main lane with q0 to q5", bytes / (double)ticks * Ticks, rows / (double)ticks * Ticks);
        return 0;
    }

    private static double MeasureExecutor(string query)
    {
        using var engine = new NexmarkEngine(workers: 1, NexmarkViewSpec.Measured(query));
        using var arena = new Arena();
        var generator = new NexmarkGenerator(new NexmarkOptions { EventGapNanos = 100 });
        var blocks = new NexmarkBlock[1];
        var block = new NexmarkBlock(0, EventsPerTick, new Batch(), new Batch(), new Batch());
        long bytes = 0;
        for (int i = 0; i < WarmTicks + Ticks; i++)
        {
            long first = (long)i * EventsPerTick;
            generator.Write(arena, block.People, NexmarkKind.Person, first, first + EventsPerTick);
            generator.Write(arena, block.Auctions, NexmarkKind.Auction, first, first + EventsPerTick);
            generator.Write(arena, block.Bids, NexmarkKind.Bid, first, first + EventsPerTick);
            blocks[0] = block;
            long before = GC.GetAllocatedBytesForCurrentThread();
            engine.Tick(blocks);
            bytes += i < WarmTicks ? 0 : GC.GetAllocatedBytesForCurrentThread() - before;
            arena.Reset();
        }

        return bytes;
    }

    private static void Report(TextWriter output, string what, double bytes, double rows) => output.WriteLine(
        $"{what}: {bytes:0} bytes in {Ticks} ticks, {bytes / Ticks:0.00} a tick, {bytes / rows:0.00000} an event");
}
