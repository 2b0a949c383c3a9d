using System.Diagnostics;
using System.Text.Json;
using Vectorized.Bench.Nexmark;
using Vectorized.Connectors.Generators.Tpch;

namespace Vectorized.Bench.Tpch;

/// <summary>
/// DuckDB over the same rows in the same run (bench/check/tpch.mjs): each query's processor time and answer on the loaded tables,
/// and its answer after a set of new orders came and one of old orders went.
/// </summary>
internal sealed class DuckDbRun
{
    private readonly Dictionary<string, JsonElement> _queries;

    private DuckDbRun(Dictionary<string, JsonElement> queries) => _queries = queries;

    /// <summary>Processor seconds of one run of the query, warm, on one thread.</summary>
    internal double Seconds(string query) => _queries[query].GetProperty("seconds").GetDouble();

    internal List<string?[]> Answer(string query, bool refreshed) =>
        [.. _queries[query].GetProperty(refreshed ? "refreshed" : "loaded").EnumerateArray()
            .Select(row => row.EnumerateArray().Select(cell => cell.GetString()).ToArray())];

    /// <summary>Null when DuckDB cannot be had; the script says so.</summary>
    internal static DuckDbRun? Start(TpchGenerator generator, IReadOnlyList<string> queries, int threads)
    {
        string directory = Directory.CreateTempSubdirectory("tpch-").FullName;
        try
        {
            foreach (var table in Enum.GetValues<TpchTable>())
            {
                using var file = Create(directory, TblWriter.FileName(table));
                TblWriter.Write(generator, table, file);
            }

            using var ticks = new TpchTicks(generator);
            WriteRefresh(directory, ticks);
            foreach (string query in queries)
            {
                File.WriteAllText(Path.Combine(directory, query + ".sql"), TpchQueries.Read(query));
            }

            string script = Path.Combine(NexmarkSql.BenchDirectory, "check", "tpch.mjs");
            using var node = Process.Start(new ProcessStartInfo("node", [script, directory, $"{threads}", .. queries]))!;
            node.WaitForExit();
            string results = Path.Combine(directory, "results.json");
            if (node.ExitCode != 0)
            {
                throw new InvalidOperationException("bench/check/tpch.mjs failed");
            }

            return File.Exists(results)
                ? new DuckDbRun(JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(File.ReadAllText(results))!) : null;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static void WriteRefresh(string directory, TpchTicks ticks)
    {
        foreach (var (name, changes) in new[] { ("new", ticks.NewOrders(0)), ("old", ticks.OldOrders(0)) })
        {
            var files = new Dictionary<TpchTable, Stream>();
            foreach (var (table, rows) in changes)
            {
                if (!files.TryGetValue(table, out var file))
                {
                    files.Add(table, file = Create(directory, $"{name}-{TblWriter.FileName(table)}"));
                }

                TblWriter.Write(rows, table, file);
            }

            foreach (var file in files.Values)
            {
                file.Dispose();
            }
        }
    }

    private static BufferedStream Create(string directory, string name) =>
        new(File.Create(Path.Combine(directory, name)), 1 << 20);
}
