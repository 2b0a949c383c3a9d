SELECT bidder, count(*) AS bid_count, to_timestamp(w * 10)::TIMESTAMP AS window_start, to_timestamp((w + 1) * 10)::TIMESTAMP AS window_end
FROM (
    SELECT b.bidder, tick.now // 10000000 AS w
    FROM (SELECT bidder, rowid AS place FROM bid) AS b ASOF JOIN tick ON b.place >= tick.first_bid
)
GROUP BY bidder, w
