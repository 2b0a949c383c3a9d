-- Processing time windows: how many bids of each bidder arrived in each 10 seconds of the clock.
WITH arrivals AS (SELECT bidder, PROCTIME() AS arrived FROM bid)
SELECT bidder, COUNT(*) AS bid_count, window_start, window_end
FROM TUMBLE(arrivals, arrived, INTERVAL '10' SECOND)
GROUP BY bidder, window_start, window_end
