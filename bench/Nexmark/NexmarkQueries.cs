namespace Vectorized.Bench.Nexmark;

/// <summary>
/// The Nexmark queries whose text stands in bench/queries; results of these are checked against DuckDB.
/// </summary>
internal static class NexmarkQueries
{
    internal static IReadOnlyList<string> Names { get; } = ["q0", "q1", "q2", "q3", "q4", "q5", "q7", "q8", "q17"];
}
