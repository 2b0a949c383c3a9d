namespace Vectorized.Bench.Nexmark;

/// <summary>
/// The Nexmark queries whose text stands in bench/queries; results of these are checked against DuckDB.
/// </summary>
internal static class NexmarkQueries
{
    internal static IReadOnlyList<string> Names { get; } =
    [
        "q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8", "q9", "q10", "q11", "q12", "q13", "q14",
        "q15", "q16", "q17", "q18", "q19", "q20", "q21", "q22",
    ];

    /// <summary>
    /// Queries whose answer depends on when rows arrive: on the ticks' clock. For a view created later they all arrive then.
    /// </summary>
    internal static IReadOnlyList<string> ByArrival { get; } = ["q12"];

    /// <summary>Queries that keep nothing but their result.</summary>
    internal static IReadOnlyList<string> Stateless { get; } = ["q0", "q1", "q2", "q10", "q14", "q21", "q22"];
}
