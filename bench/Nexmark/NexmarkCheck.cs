using System.Diagnostics;
using Vectorized.Bench.Floor;

namespace Vectorized.Bench.Nexmark;

/// <summary>
/// Runs each query in the engine and by its hand-written loop over a stream, writes rows and results as CSV and has
/// bench/check/nexmark.mjs compare them with DuckDB. A difference ends the program, and so does a missing DuckDB.
/// </summary>
internal static class NexmarkCheck
{
    private const int BlocksPerTick = 4;

    internal static readonly string[] Moments = ["before", "after"];

    /// <summary>Each query in a dataflow of its own. What was compared, by query.</summary>
    /// <param name="queries">Which queries.</param>
    /// <param name="events">Events of all three kinds.</param>
    /// <param name="gapNanos">Event time between two.</param>
    /// <param name="moments">Whether views are created before the data, after it, or each in turn; none: only the loops run.</param>
    internal static Dictionary<string, string> Run(
        IReadOnlyList<string> queries, long events, long gapNanos, IReadOnlyList<string> moments)
    {
        Compare(events, gapNanos, (input, directory) =>
        {
            var results = new List<string>();
            if (moments.Contains("after"))
            {
                string[] after = [.. queries.Except(NexmarkQueries.ByArrival)];
                NexmarkBackfill.WriteResults(after, input, directory);
                results.AddRange(after.SelectMany(q => NexmarkBackfill.Forms.Select(form => $"{q}@{form}")));
            }

            foreach (string query in moments.Contains("before") ? queries : [])
            {
                Maintain([NexmarkViewSpec.Measured(query)], input, directory);
                results.Add(query);
            }

            foreach (string query in queries.Intersect(FloorLoop.Queries))
            {
                string name = query + "@loop";
                RunLoop(query, input, Path.Combine(directory, name + ".csv"));
                results.Add(name);
            }

            return results;
        });
        return queries.ToDictionary(q => q, q => $"DuckDB, {events} events{Checked(q, moments)}");
    }

    /// <summary>All views in one dataflow. A view that is none of the suite's queries has a text that DuckDB takes as well.</summary>
    internal static string Together(IReadOnlyList<NexmarkViewSpec> views, long events, long gapNanos)
    {
        Compare(events, gapNanos, (input, directory) =>
        {
            foreach (var view in views.Where(v => !NexmarkQueries.Names.Contains(v.Name)))
            {
                File.WriteAllText(Path.Combine(directory, view.Name + ".duckdb.sql"), view.Sql);
            }

            Maintain(views, input, directory);
            return [.. views.Select(v => v.Name)];
        });
        return $"DuckDB, {events} events, all in one dataflow";
    }

    /// <summary>Writes results as NAME.csv, and which bids each tick took at what time as tick.csv.</summary>
    private static void Maintain(IReadOnlyList<NexmarkViewSpec> views, NexmarkBlocks input, string directory)
    {
        using var engine = new NexmarkEngine(workers: 1, [.. views.Select(v => v with { IsKept = true })]) { TickMicros = 1_234_567 };
        using (var ticks = new CsvWriter(Path.Combine(directory, "tick.csv"), "first_bid", "now"))
        {
            long bids = 0;
            foreach (var tick in input.Blocks.Chunk(BlocksPerTick))
            {
                engine.Tick(tick);
                ticks.Number(bids).Number(engine.NowMicros).End();
                bids += tick.Sum(b => b.Bids.RowCount);
            }
        }

        foreach (var view in views)
        {
            engine.WriteResult(view.Name, Path.Combine(directory, view.Name + ".csv"));
        }
    }

    private static void RunLoop(string query, NexmarkBlocks input, string path)
    {
        using var loop = FloorLoop.Create(query, input);
        loop.Reset();
        foreach (var block in input.Blocks)
        {
            loop.Consume(block);
            loop.EndTick();
        }

        loop.Write(path);
    }

    private static string Checked(string query, IReadOnlyList<string> moments) => moments.Count == 0 ? "" : ", views created "
        + string.Join(" and ", NexmarkQueries.ByArrival.Contains(query) ? moments.Intersect(["before"]) : moments);

    /// <summary>Makes a stream, exports it beside the results that <paramref name="write"/> names, and compares.</summary>
    private static void Compare(long events, long gapNanos, Func<NexmarkBlocks, string, List<string>> write)
    {
        string directory = Directory.CreateTempSubdirectory("nexmark-check-").FullName;
        try
        {
            using var input = new NexmarkBlocks(events, gapNanos);
            NexmarkExport.Write(input, directory);
            CheckWithDuckDb(directory, write(input, directory));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static void CheckWithDuckDb(string directory, List<string> results)
    {
        string script = Path.Combine(NexmarkSql.BenchDirectory, "check", "nexmark.mjs");
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments = [script, directory, .. results];
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            using var node = Process.Start(start)!;
            string text = node.StandardOutput.ReadToEnd() + node.StandardError.ReadToEnd();
            node.WaitForExit();
            if (node.ExitCode != 0)
            {
                throw new InvalidOperationException($"results differ from DuckDB's:\n{text}");
            }

            if (!text.Contains($"{results.Count} equal", StringComparison.Ordinal))
            {
                throw new DuckDbMissingException($"DuckDB compared nothing: {text.Trim()}");
            }
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new DuckDbMissingException("node is missing");
        }
    }
}
