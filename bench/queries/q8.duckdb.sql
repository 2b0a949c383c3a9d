SELECT p.id, p.name, make_timestamp(p.w * 10000000) AS starttime
FROM (SELECT DISTINCT id, name, epoch_us(date_time) // 10000000 AS w FROM person) AS p
JOIN (SELECT DISTINCT seller, epoch_us(date_time) // 10000000 AS w FROM auction) AS a
ON p.id = a.seller AND p.w = a.w
