using Vectorized.Bench.Experiments;
using Xunit.Abstractions;

namespace Vectorized.Tests.Operators;

/// <summary>
/// Once warm, the main lane's thread allocates nothing a tick and nothing a row: sources, tick records, operators, views,
/// publication. The views keep a bounded number of rows, because state that grows allocates directories.
/// </summary>
public class LaneAllocationTests(ITestOutputHelper output)
{
    private static readonly string[] _views =
    [
        "SELECT count(*) AS bids, sum(price) AS paid, max(date_time) AS newest FROM bid",
        "SELECT price % 16 AS remainder, count(*) AS bids, avg(price) AS mean, min(price) AS low FROM bid GROUP BY 1",
        "SELECT category, count(*) AS auctions, max(reserve) AS top FROM auction WHERE initial_bid > 1000 GROUP BY category",
        "SELECT auction, price FROM bid ORDER BY price DESC, auction LIMIT 10",
    ];

    [Fact]
    public void Lane_OnceWarm_AllocatesNothing()
    {
        var (bytes, ticks, rows) = LaneAllocation.Measure(_views, warmTicks: 2000, ticks: 1000, attempts: 20);
        output.WriteLine($"{bytes} bytes in {ticks} ticks with {rows} rows");
        Assert.True(rows > 0);
        Assert.True(bytes == 0, $"{bytes} bytes in {ticks} ticks with {rows} rows");
    }
}
