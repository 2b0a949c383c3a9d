SELECT b.auction, b.bidder, b.price, b.date_time, b.extra
FROM bid AS b
JOIN (
    SELECT max(price) AS maxprice, make_timestamp((epoch_us(date_time) // 10000000 + 1) * 10000000) AS window_end
    FROM bid
    GROUP BY window_end
) AS b1
ON b.price = b1.maxprice
WHERE b.date_time BETWEEN b1.window_end - INTERVAL 10 SECOND AND b1.window_end
