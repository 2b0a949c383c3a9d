namespace Vectorized.Server.Demo;

/// <summary>One view the demo shows: its title and the query that reads it.</summary>
internal sealed record DemoPanel(string Title, string Query);

/// <summary>What a demo creates and shows.</summary>
internal sealed record DemoScript(string Setup, IReadOnlyList<DemoPanel> Panels)
{
    /// <summary>Nexmark: an auction site's bids at a steady rate (events a second over all three kinds).</summary>
    internal static DemoScript Nexmark(int rate)
    {
        long gapNanos = 1_000_000_000L / Math.Max(1, rate);
        string with = $"nexmark.min.event.gap.in.ns = '{gapNanos}', nexmark.event.time.gap.in.ns = '{gapNanos}'";
        return new DemoScript(
            $"""
            CREATE SOURCE auction (id bigint, item_name varchar, description varchar, initial_bid bigint, reserve bigint,
              date_time timestamp, expires timestamp, seller bigint, category bigint, extra varchar)
              WITH (connector = 'nexmark', nexmark.table.type = 'Auction', {with});
            CREATE SOURCE bid (auction bigint, bidder bigint, price bigint, channel varchar, url varchar,
              date_time timestamp, extra varchar)
              WITH (connector = 'nexmark', nexmark.table.type = 'Bid', {with});
            CREATE MATERIALIZED VIEW large_bids AS
              SELECT auction, bidder, price, channel, date_time FROM bid WHERE price > 90000000;
            CREATE MATERIALIZED VIEW hot_auctions AS
              SELECT a.id, a.item_name, count(*) AS bids, max(b.price) AS highest
              FROM auction a JOIN bid b ON b.auction = a.id
              GROUP BY a.id, a.item_name ORDER BY bids DESC, a.id LIMIT 5;
            CREATE MATERIALIZED VIEW bids_by_window AS
              SELECT window_start, count(*) AS bids, count(DISTINCT bidder) AS bidders, max(price) AS highest
              FROM TUMBLE(bid, date_time, INTERVAL '10 seconds') GROUP BY window_start;
            CREATE MATERIALIZED VIEW credits AS SELECT auction AS account, sum(price) AS credits FROM bid GROUP BY auction;
            CREATE MATERIALIZED VIEW debits AS SELECT bidder AS account, sum(price) AS debits FROM bid GROUP BY bidder;
            CREATE MATERIALIZED VIEW always_zero AS
              SELECT count(*) AS accounts, sum(coalesce(credits, 0) - coalesce(debits, 0)) AS total
              FROM credits FULL OUTER JOIN debits USING (account);
            """,
            [
                new("large_bids: a filter, newest five", "SELECT * FROM large_bids ORDER BY date_time DESC, auction LIMIT 5"),
                new("hot_auctions: a join with a top five", "SELECT * FROM hot_auctions ORDER BY bids DESC, id"),
                new("bids_by_window: ten-second windows, newest five", "SELECT * FROM bids_by_window ORDER BY window_start DESC LIMIT 5"),
                new("always_zero: credits against debits over a full outer join", "SELECT * FROM always_zero"),
            ]);
    }
}
