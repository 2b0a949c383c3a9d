-- Pass through: what ingest and output cost.
SELECT auction, bidder, price, date_time, extra FROM bid
