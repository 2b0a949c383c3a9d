SELECT q.category, (sum(q.final)::HUGEINT * 2000000 + count(*)) // (2 * count(*)) AS avg
FROM (
    SELECT max(b.price) AS final, a.category
    FROM auction AS a, bid AS b
    WHERE a.id = b.auction AND b.date_time BETWEEN a.date_time AND a.expires
    GROUP BY a.id, a.category
) AS q
GROUP BY q.category
