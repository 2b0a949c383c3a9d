using System.Diagnostics;

namespace Vectorized.Bench.Nexmark;

/// <summary>
/// Runs each query in the engine over a stream, writes rows and results as CSV and has bench/check/nexmark.mjs compare them
/// with DuckDB. A difference ends the program, and so does a missing DuckDB.
/// </summary>
internal static class NexmarkCheck
{
    internal static Dictionary<string, string> Run(IReadOnlyList<string> queries, long events, long gapNanos)
    {
        string directory = Directory.CreateTempSubdirectory("nexmark-check-").FullName;
        try
        {
            using var input = new NexmarkBlocks(events, gapNanos);
            NexmarkExport.Write(input, directory);
            foreach (string query in queries)
            {
                using var engine = new NexmarkEngine(query, NexmarkSql.Read(query), workers: 1, materialize: true);
                foreach (var tick in input.Blocks.Chunk(4))
                {
                    engine.Tick(tick);
                }

                engine.WriteResult(Path.Combine(directory, query + ".csv"));
            }

            CheckWithDuckDb(directory, queries);
            return queries.ToDictionary(q => q, _ => $"DuckDB, {events} events");
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static void CheckWithDuckDb(string directory, IReadOnlyList<string> queries)
    {
        string script = Path.Combine(NexmarkSql.BenchDirectory, "check", "nexmark.mjs");
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments = [script, directory, .. queries];
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

            if (!text.Contains($"{queries.Count} equal", StringComparison.Ordinal))
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
