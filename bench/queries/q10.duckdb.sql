SELECT auction, bidder, price, date_time, extra, strftime(date_time, '%Y-%m-%d') AS date, strftime(date_time, '%H:%M') AS time
FROM bid
