-- The ten highest bids of each auction, with their rank. The text makes the answer unique among equal prices.
SELECT auction, bidder, price, channel, url, date_time, extra, rank_number
FROM (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price DESC, extra ASC) AS rank_number
    FROM bid
) AS ranked
WHERE rank_number <= 10
