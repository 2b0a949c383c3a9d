WITH panes AS (
    SELECT auction, epoch_us(date_time) // 2000000 AS pane, count(*) AS num FROM bid GROUP BY ALL
),
windows AS (
    SELECT auction, pane - back AS starts, sum(num)::BIGINT AS num
    FROM panes, (VALUES (0), (1), (2), (3), (4)) AS backs(back)
    GROUP BY ALL
)
SELECT auction, num FROM windows QUALIFY num = max(num) OVER (PARTITION BY starts)
