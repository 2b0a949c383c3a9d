using Vectorized.Engine.Serving;
using Vectorized.Server.Shell;
using Vectorized.Tests.Slt;

namespace Vectorized.Tests.Consistency;

/// <summary>
/// A source whose rows come out of order, behind a watermark: what it accepted and what came too late add up to what it was sent,
/// and every view over it, whenever it was made, holds exactly what was accepted, at every epoch.
/// </summary>
public sealed class WatermarkConsistencyTests
{
    private const int Events = 40_000;

    /// <summary>46 of 50 Nexmark events are bids.</summary>
    private const int Bids = Events / 50 * 46;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task LateRows_AreCounted_AndInNoView(int workers)
    {
        await using var database = TestDatabase.Open(workers);
        using var session = database.Connect("root", "dev");
        await Run(session, $"""
            CREATE SOURCE bid (auction bigint, bidder bigint, price bigint, date_time timestamp,
                sent timestamp AS date_time - interval '1 millisecond' * (auction % 97), WATERMARK FOR sent AS sent - interval '60 milliseconds')
            WITH (connector = 'nexmark', nexmark.table.type = 'Bid', nexmark.event.num = '{Events}')
            """);
        await Run(session, "CREATE MATERIALIZED VIEW windows AS SELECT window_start, count(*) AS n, sum(price) AS s "
            + "FROM tumble(bid, sent, interval '1 second') GROUP BY window_start");
        await Run(session, "CREATE MATERIALIZED VIEW total AS SELECT count(*) AS n, sum(price) AS s FROM bid");
        long seen = 0;
        while (seen < Bids)
        {
            // One epoch: both views hold the same rows.
            var row = (await Run(session, "SELECT sum(w.n), sum(w.s), max(t.n), max(t.s) FROM windows w, total t")).Rows[0];
            Assert.Equal((row[2], row[3]), (row[0], row[1]));
            var counts = (await Run(session, "SELECT accepted, late FROM late_rows")).Rows[0];
            seen = long.Parse(counts[0]!) + long.Parse(counts[1]!);
        }

        Assert.Equal(Bids, seen);
        var end = (await Run(session, "SELECT accepted, late FROM late_rows")).Rows[0];
        Assert.InRange(long.Parse(end[1]!), 1, Bids / 2);
        Assert.Equal(end[0], (await Run(session, "SELECT n FROM total")).Rows[0][0]);
        // Read again from its start, in chunks of other sizes: the same rows are late.
        await Run(session, "CREATE MATERIALIZED VIEW later AS SELECT count(*) AS n, sum(price) AS s FROM bid");
        Assert.Empty((await Run(session, "SELECT * FROM total EXCEPT SELECT * FROM later")).Rows);
        await Run(session, "CREATE MATERIALIZED VIEW closed AS SELECT window_start, count(*) AS n, sum(price) AS s "
            + "FROM tumble(bid, sent, interval '1 second') GROUP BY window_start EMIT ON WINDOW CLOSE");
        Assert.Empty((await Run(session, "SELECT * FROM closed EXCEPT SELECT * FROM windows")).Rows);
    }

    private static Task<ResultTable> Run(ISession session, string sql) => ResultTable.Run(session, sql, CancellationToken.None);
}
