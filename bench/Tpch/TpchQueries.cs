using Vectorized.Bench.Nexmark;

namespace Vectorized.Bench.Tpch;

/// <summary>The 22 queries of the specification with its default parameters, from bench/queries/tpch.</summary>
internal static class TpchQueries
{
    internal static IReadOnlyList<string> Names { get; } =
        [.. Enumerable.Range(1, 22).Select(n => $"q{n:00}")];

    internal static string Read(string query) =>
        File.ReadAllText(Path.Combine(NexmarkSql.BenchDirectory, "queries", "tpch", query + ".sql"));
}
