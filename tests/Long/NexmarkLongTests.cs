using Vectorized.Bench.Nexmark;

namespace Vectorized.Tests.Long;

/// <summary>
/// The Nexmark queries over enough events for every structure to grow through all its sizes, compared with DuckDB. Throws
/// where a result differs or DuckDB is missing.
/// </summary>
[Trait(LongRun.Trait, LongRun.Value)]
public sealed class NexmarkLongTests
{
    private const long Events = 10_000_000;

    [Theory]
    [InlineData(100)]
    [InlineData(10_000_000)]
    public void Queries_OverTenMillionEvents_EqualDuckDb(long gapNanos)
    {
        // What keeps no state of its own has nothing to grow, and its result would be most of the time.
        string[] queries = [.. NexmarkQueries.Names.Except(NexmarkQueries.Stateless)];
        Assert.Equal(queries.Length, NexmarkCheck.Run(queries, Events, gapNanos, ["before"]).Count);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(10_000_000)]
    public void Queries_CreatedAfterTheData_EqualDuckDb(long gapNanos) => Assert.Equal(
        NexmarkQueries.Names.Count, NexmarkCheck.Run(NexmarkQueries.Names, 1_000_000, gapNanos, ["before", "after"]).Count);
}
