-- The last bid of each bidder on each auction. Many fall on one millisecond: the text makes the answer unique.
SELECT auction, bidder, price, channel, url, date_time, extra
FROM (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY bidder, auction ORDER BY date_time DESC, extra ASC) AS rank_number
    FROM bid
) AS ranked
WHERE rank_number <= 1
