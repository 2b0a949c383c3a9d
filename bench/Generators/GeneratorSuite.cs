using System.Diagnostics;
using Vectorized.Connectors.Generators;
using Vectorized.Engine.Columns;

namespace Vectorized.Bench.Generators;

/// <summary>What making Nexmark events costs, a core: the share of a benchmark that is not the engine.</summary>
internal sealed class GeneratorSuite : IBenchSuite
{
    private const int EventsPerBatch = 4450;

    public string Name => "generator";

    public string Summary => "Nexmark generation into columns: [--events N] [--dictionary]";

    public IReadOnlyList<string> Options { get; } = ["--events", "--dictionary"];

    public BenchTable Run(BenchArguments arguments)
    {
        long events = arguments.Number("--events", 10_000_000);
        var table = new BenchTable("kind", "rows", "ns/row", "Mrows/s/core", "B/row");
        var options = new NexmarkOptions { ChannelDictionary = arguments.Has("--dictionary") };
        var generator = new NexmarkGenerator(options);
        foreach (var kind in Enum.GetValues<NexmarkKind>())
        {
            Warm.Up(() => Generate(generator, kind, 200_000));
            long start = Stopwatch.GetTimestamp();
            var (rows, bytes) = Generate(generator, kind, events);
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            string name = kind.ToString().ToLowerInvariant();
            table.Add(name, rows, seconds * 1e9 / rows, rows / seconds / 1e6, bytes / (double)rows);
        }

        return table;
    }

    private static (long Rows, long Bytes) Generate(NexmarkGenerator generator, NexmarkKind kind, long events)
    {
        using var arena = new Arena();
        var batch = new Batch();
        long rows = 0;
        long bytes = 0;
        for (long at = 0; at < events; at += EventsPerBatch)
        {
            generator.Write(arena, batch, kind, at, Math.Min(at + EventsPerBatch, events));
            rows += batch.RowCount;
            bytes += arena.Position.Used + (arena.Position.BlockIndex << 18);
            arena.Reset();
        }

        return (rows, bytes);
    }
}
