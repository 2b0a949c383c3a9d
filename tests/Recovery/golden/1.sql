CREATE TABLE account (id int PRIMARY KEY, owner varchar, balance numeric, opened timestamp);
CREATE TABLE note (body varchar, n bigint);
CREATE MATERIALIZED VIEW total AS SELECT count(*) AS c, sum(balance) AS s, max(owner) AS m FROM account;
CREATE MATERIALIZED VIEW joined AS SELECT a.id, a.owner, n.body FROM account a LEFT JOIN note n ON n.n = a.id;
CREATE MATERIALIZED VIEW top AS SELECT owner, balance FROM account ORDER BY balance DESC, owner LIMIT 3;
CREATE MATERIALIZED VIEW running AS SELECT id, sum(balance) OVER (ORDER BY id) AS upto, lag(owner) OVER (ORDER BY id) AS before FROM account;
CREATE MATERIALIZED VIEW kinds AS SELECT n % 3 AS k, count(DISTINCT body) AS d, string_agg(body, ',' ORDER BY body) AS bodies FROM note GROUP BY 1;
CREATE INDEX by_owner ON account (owner);
INSERT INTO account SELECT i, 'owner number ' || i, i * 1.25, timestamp '2026-01-01' + i * interval '1 day' FROM generate_series(1, 200) AS g(i);
INSERT INTO note SELECT 'a note that is longer than a view ' || (i % 7), i FROM generate_series(1, 300) AS g(i);
DELETE FROM account WHERE id % 5 = 0;
-- restart
UPDATE account SET balance = balance + 100 WHERE id % 7 = 0;
DELETE FROM note WHERE n > 250;
INSERT INTO note VALUES (NULL, 1), ('x', NULL);
