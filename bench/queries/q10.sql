-- Log to a file system, as the rows it would write: each bid with its day and minute.
SELECT auction, bidder, price, date_time, extra, TO_CHAR(date_time, 'YYYY-MM-DD') AS date, TO_CHAR(date_time, 'HH24:MI') AS time
FROM bid
