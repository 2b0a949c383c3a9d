using Vectorized.Bench.Nexmark;

namespace Vectorized.Tests.Long;

/// <summary>
/// The Nexmark queries over enough events for every structure to grow through all its sizes, compared with DuckDB. Throws
/// where a result differs or DuckDB is missing.
/// </summary>
[Trait(LongRun.Trait, LongRun.Value)]
public sealed class NexmarkLongTests
{
    /// <summary>Those whose state grows while their result stays small enough to compare.</summary>
    private static readonly string[] _narrow = ["q3", "q4", "q5", "q7", "q8", "q12", "q15", "q16", "q17"];

    [Theory]
    [InlineData(100)]
    [InlineData(10_000_000)]
    public void NarrowQueries_OverTenMillionEvents_EqualDuckDb(long gapNanos) => Check(_narrow, 10_000_000, gapNanos, "before");

    [Theory]
    [InlineData(100)]
    [InlineData(10_000_000)]
    public void WideQueries_OverThreeMillionEvents_EqualDuckDb(long gapNanos) =>
        Check([.. NexmarkQueries.Names.Except(NexmarkQueries.Stateless).Except(_narrow)], 3_000_000, gapNanos, "before");

    [Theory]
    [InlineData(100)]
    [InlineData(10_000_000)]
    public void Queries_CreatedAfterTheData_EqualDuckDb(long gapNanos) =>
        Check(NexmarkQueries.Names, 1_000_000, gapNanos, "before", "after");

    private static void Check(IReadOnlyList<string> queries, long events, long gapNanos, params string[] moments) =>
        Assert.Equal(queries.Count, NexmarkCheck.Run(queries, events, gapNanos, moments).Count);
}
