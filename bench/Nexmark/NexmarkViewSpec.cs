namespace Vectorized.Bench.Nexmark;

/// <summary>A view over the Nexmark sources.</summary>
/// <param name="Name">The query's, or any other.</param>
/// <param name="Sql">Its query.</param>
/// <param name="IsKept">Its rows are kept, as a view's are; else they are folded into a checksum.</param>
internal sealed record NexmarkViewSpec(string Name, string Sql, bool IsKept)
{
    /// <summary>A query of bench/queries as it is measured.</summary>
    internal static NexmarkViewSpec Measured(string query) =>
        new(query, NexmarkSql.Read(query), IsKept: true);
}
