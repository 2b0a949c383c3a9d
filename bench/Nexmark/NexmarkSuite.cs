using System.Diagnostics;
using Vectorized.Bench.Floor;
using Vectorized.Engine.Columns;

namespace Vectorized.Bench.Nexmark;

/// <summary>
/// Nexmark queries as incremental views, in process, one worker: events a second of processor time, beside the hand-written
/// loop in the same run. Before a rate is printed the result over the first events is written out and compared with
/// DuckDB's over the same rows.
/// </summary>
internal sealed class NexmarkSuite : IBenchSuite
{
    private const double TickMs = 8;
    private const int Repetitions = 3;
    private const long CheckedEventsMax = 1_000_000;
    private static readonly (string Name, long GapNanos)[] _densities = [("0.1us", 100), ("10ms", 10_000_000)];

    public string Name => "nexmark";

    public string Summary =>
        "queries as incremental views: [--events N] [--queries q0,q4] [--density 0.1us|10ms] [--views before,after] [--no-check]";

    public IReadOnlyList<string> Options { get; } = ["--events", "--queries", "--density", "--views", "--no-check"];

    public BenchTable Run(BenchArguments arguments)
    {
        long events = arguments.Number("--events", 10_000_000);
        var queries = arguments.List("--queries", NexmarkQueries.Names);
        var densities = arguments.List("--density", [.. _densities.Select(d => d.Name)]);
        var table = new BenchTable(
            "query", "density", "events", "events/s/core", "2w/2x1w", "floor events/s/core", "floor ratio", "state B/event", "rows",
            "checked by");
        foreach (var (density, gap) in _densities.Where(d => densities.Contains(d.Name)))
        {
            var checkedBy = arguments.Has("--no-check")
                ? queries.ToDictionary(q => q, _ => "nobody")
                : NexmarkCheck.Run(
                    queries, Math.Min(events, CheckedEventsMax), gap, arguments.List("--views", NexmarkCheck.Moments));
            using var input = new NexmarkBlocks(events, gap);
            foreach (string query in queries)
            {
                var (ours, stateBytes, rows) = Measure(query, input);
                double scaling = MeasureScaling(query, input);
                double? floor = MeasureFloor(query, input);
                table.Add(
                    query, density, events, ours, scaling, floor, ours / floor, stateBytes / (double)events, rows, checkedBy[query]);
            }
        }

        return table;
    }

    /// <summary>Events a second of processor time, median of several runs after one that warms up.</summary>
    internal static (double Rate, long StateBytes, long Rows) Measure(string query, NexmarkBlocks input)
    {
        string sql = NexmarkSql.Read(query);
        var rates = new List<double>();
        long stateBytes = 0;
        long rows = 0;
        for (int run = 0; run <= Repetitions; run++)
        {
            long before = BlockPool.LiveBytes;
            using var engine = new NexmarkEngine(query, sql, workers: 1, materialize: !NexmarkQueries.Stateless.Contains(query));
            double seconds = RunOnce(engine, input).Cpu;
            if (run > 0)
            {
                rates.Add(input.EventCount / seconds);
            }

            stateBytes = BlockPool.LiveBytes - before;
            rows = engine.ResultRows;
        }

        rates.Sort();
        return (rates[rates.Count / 2], stateBytes, rows);
    }

    /// <summary>
    /// By the clock on the wall, what two workers do beside twice what one does (1: perfect), best of two runs each. Both must
    /// come to as many rows, and stateless queries to the same checksum.
    /// </summary>
    private static double MeasureScaling(string query, NexmarkBlocks input)
    {
        string sql = NexmarkSql.Read(query);
        var best = new double[2];
        var results = new (long Rows, ulong Checksum)[2];
        for (int run = 0; run < 4; run++)
        {
            int workers = 1 + (run & 1);
            using var engine = new NexmarkEngine(query, sql, workers, materialize: !NexmarkQueries.Stateless.Contains(query));
            double wall = RunOnce(engine, input).Wall;
            best[workers - 1] = run < 2 ? wall : Math.Min(best[workers - 1], wall);
            results[workers - 1] = (engine.ResultRows, engine.Checksum);
        }

        bool isSame = results[0] == results[1] || NexmarkQueries.ByArrival.Contains(query);
        return isSame ? best[0] / (2 * best[1]) : throw new InvalidOperationException(
            $"{query}: one worker comes to {results[0]} and two to {results[1]}");
    }

    private static (double Cpu, double Wall) RunOnce(NexmarkEngine engine, NexmarkBlocks input)
    {
        long begun = Stopwatch.GetTimestamp();
        var process = Process.GetCurrentProcess();
        process.Refresh();
        var cpu = process.TotalProcessorTime;
        var blocks = input.Blocks.ToArray();
        int perTick = 4;
        for (int at = 0; at < blocks.Length;)
        {
            int count = Math.Min(perTick, blocks.Length - at);
            long start = Stopwatch.GetTimestamp();
            engine.Tick(blocks.AsSpan(at, count));
            double ms = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            at += count;
            perTick = Math.Clamp((int)(perTick * Math.Clamp(TickMs / ms, 0.5, 2)), 1, 64);
        }

        process.Refresh();
        return ((process.TotalProcessorTime - cpu).TotalSeconds, Stopwatch.GetElapsedTime(begun).TotalSeconds);
    }

    /// <summary>The hand-written loop's rate, or null where nobody has written one.</summary>
    private static double? MeasureFloor(string query, NexmarkBlocks input)
    {
        if (!FloorLoop.Queries.Contains(query))
        {
            return null;
        }

        using var loop = FloorLoop.Create(query, input);
        var rates = new List<double>();
        for (int run = 0; run <= Repetitions; run++)
        {
            loop.Reset();
            var process = Process.GetCurrentProcess();
            process.Refresh();
            var cpu = process.TotalProcessorTime;
            int sinceTick = 0;
            foreach (var block in input.Blocks)
            {
                loop.Consume(block);
                if (++sinceTick == 16)
                {
                    loop.EndTick();
                    sinceTick = 0;
                }
            }

            loop.EndTick();
            process.Refresh();
            if (run > 0)
            {
                rates.Add(input.EventCount / (process.TotalProcessorTime - cpu).TotalSeconds);
            }
        }

        rates.Sort();
        return rates[rates.Count / 2];
    }
}
