-- User sessions: how many bids each made in a session, one that ends when 10 seconds go by without.
SELECT bidder, COUNT(*) AS bid_count, window_start, window_end
FROM SESSION(bid PARTITION BY bidder, date_time, INTERVAL '10' SECOND)
GROUP BY bidder, window_start, window_end
