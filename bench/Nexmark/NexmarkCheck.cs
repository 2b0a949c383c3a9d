using System.Diagnostics;

namespace Vectorized.Bench.Nexmark;

/// <summary>
/// Runs each query in the engine over a stream, writes rows and results as CSV and has bench/check/nexmark.mjs compare them
/// with DuckDB. A difference ends the program, and so does a missing DuckDB.
/// </summary>
internal static class NexmarkCheck
{
    internal static readonly string[] Moments = ["before", "after"];

    /// <param name="queries">Which queries.</param>
    /// <param name="events">Events of all three kinds.</param>
    /// <param name="gapNanos">Event time between two.</param>
    /// <param name="moments">Whether views are created before the data, after it, or each in turn.</param>
    internal static Dictionary<string, string> Run(
        IReadOnlyList<string> queries, long events, long gapNanos, IReadOnlyList<string> moments)
    {
        string directory = Directory.CreateTempSubdirectory("nexmark-check-").FullName;
        try
        {
            using var input = new NexmarkBlocks(events, gapNanos);
            NexmarkExport.Write(input, directory);
            var results = new List<string>();
            if (moments.Contains("after"))
            {
                string[] after = [.. queries.Except(NexmarkQueries.ByArrival)];
                NexmarkBackfill.WriteResults(after, input, directory);
                results.AddRange(after.SelectMany(q => NexmarkBackfill.Forms.Select(form => $"{q}@{form}")));
            }

            foreach (string query in moments.Contains("before") ? queries : [])
            {
                using var engine = new NexmarkEngine(query, NexmarkSql.Read(query), workers: 1, materialize: true)
                {
                    TickMicros = 1_234_567,
                };
                using var ticks = new CsvWriter(Path.Combine(directory, "tick.csv"), "first_bid", "now");
                long bids = 0;
                foreach (var tick in input.Blocks.Chunk(4))
                {
                    engine.Tick(tick);
                    ticks.Number(bids).Number(engine.NowMicros).End();
                    bids += tick.Sum(b => b.Bids.RowCount);
                }

                engine.WriteResult(Path.Combine(directory, query + ".csv"));
                results.Add(query);
            }

            CheckWithDuckDb(directory, results);
            return queries.ToDictionary(q => q, q => $"DuckDB, {events} events, views created {Checked(q, moments)}");
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static string Checked(string query, IReadOnlyList<string> moments) =>
        string.Join(" and ", NexmarkQueries.ByArrival.Contains(query) ? moments.Intersect(["before"]) : moments);

    private static void CheckWithDuckDb(string directory, IReadOnlyList<string> results)
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
                throw new ArgumentException(
                    $"DuckDB compared nothing: {text.Trim()} (tests/services/install.sh gets it; --no-check goes without)");
            }
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new ArgumentException("node is missing: tests/services/install.sh gets it; --no-check goes without");
        }
    }
}
