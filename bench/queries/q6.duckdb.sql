SELECT seller, (sum(final) OVER w * 2000000 + count(*) OVER w) // (2 * count(*) OVER w) AS avg
FROM (
    SELECT a.id, a.seller, b.price AS final, b.date_time,
        ROW_NUMBER() OVER (PARTITION BY a.id, a.seller ORDER BY b.price DESC, b.date_time ASC, b.bidder ASC) AS rownum
    FROM auction AS a, bid AS b
    WHERE a.id = b.auction AND b.date_time BETWEEN a.date_time AND a.expires
) AS winning
WHERE rownum <= 1
WINDOW w AS (PARTITION BY seller ORDER BY date_time, id ROWS BETWEEN 10 PRECEDING AND CURRENT ROW)
