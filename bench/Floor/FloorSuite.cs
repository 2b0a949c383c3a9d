using System.Diagnostics;
using Vectorized.Bench.Nexmark;
using Vectorized.Connectors.Generators;

namespace Vectorized.Bench.Floor;

/// <summary>
/// What this machine can do for some Nexmark queries, one core, by hand-written loops, and the engine beside them in the same
/// run, both by processor time. Events a second count all events, as Nexmark does; generation and output to files are not timed.
/// </summary>
internal sealed class FloorSuite : IBenchSuite
{
    private const double TickMs = 8;
    private const int Repetitions = 5;

    private static readonly (string Name, long GapNanos)[] _densities = [("0.1us", 100), ("10ms", 10_000_000)];

    public string Name => "floor";

    public string Summary =>
        "hand-written loops and ours: [--events N] [--queries q0,q4] [--density 0.1us|10ms] [--alone] (no engine) [--export DIR] (CSV)";

    public IReadOnlyList<string> Options { get; } = ["--events", "--queries", "--density", "--alone", "--export"];

    public BenchTable Run(BenchArguments arguments)
    {
        long events = arguments.Number("--events", 10_000_000);
        var queries = arguments.List("--queries", FloorLoop.Queries);
        var densities = arguments.List("--density", [.. _densities.Select(d => d.Name)]);
        string? export = arguments.Text("--export");

        var table = new BenchTable("query", "density", "events", "floor events/s/core", "events/s/core", "floor ratio", "rows");
        foreach (var (density, gap) in _densities.Where(d => densities.Contains(d.Name)))
        {
            using var input = new NexmarkBlocks(events, gap);
            string? directory = export is null ? null : Path.Combine(export, density);
            if (directory is not null)
            {
                NexmarkExport.Write(input, directory);
            }

            foreach (string query in queries)
            {
                var floor = Measure(query, input, directory);
                double? ours = arguments.Has("--alone") ? null : NexmarkSuite.Measure(query, input).Rate;
                table.Add(query, density, events, floor.EventsPerSecond, ours, ours / floor.EventsPerSecond, floor.Rows);
            }
        }

        return table;
    }

    private static Measurement Measure(string query, NexmarkBlocks input, string? directory)
    {
        using var loop = FloorLoop.Create(query, input);
        Warm.Up(() => RunOnce(loop, input));
        double best = double.MaxValue;
        for (int i = 0; i < Repetitions; i++)
        {
            best = Math.Min(best, RunOnce(loop, input));
        }

        if (directory is not null)
        {
            loop.Write(Path.Combine(directory, query + ".csv"));
        }

        return new Measurement(input.EventCount / best, loop.RowCount);
    }

    /// <summary>Processor seconds for the whole stream, in ticks of about 8 ms, each of which leaves a complete result.</summary>
    private static double RunOnce(FloorLoop loop, NexmarkBlocks input)
    {
        loop.Reset();
        long begun = CpuClock.ThreadNanos;
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
        return (CpuClock.ThreadNanos - begun) / 1e9;
    }

    private readonly record struct Measurement(double EventsPerSecond, long Rows);
}
