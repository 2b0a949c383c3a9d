using Vectorized.Bench.Nexmark;

namespace Vectorized.Bench.Tpch;

/// <summary>The 22 queries of the specification with its default parameters: q1 to q22, from bench/queries/tpch.</summary>
internal static class TpchQueries
{
    internal static IReadOnlyList<string> Names { get; } =
        [.. Enumerable.Range(1, 22).Select(n => $"q{n}")];

    internal static string Read(string query) =>
        File.ReadAllText(Path.Combine(NexmarkSql.BenchDirectory, "queries", "tpch", FileName(query) + ".sql"));

    /// <summary>q1 is q01 among files.</summary>
    internal static string FileName(string query) => "q" + query[1..].PadLeft(2, '0');
}
