using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Vectorized.Tests.Consistency;

/// <summary>The views of the internal-consistency test over a relation `tx`, and how a client reads all of them at once.</summary>
internal static class ConsistencyReads
{
    internal const string Table =
        "CREATE TABLE tx (id bigint, from_account int, to_account int, amount numeric, ts timestamp, _p int, _o bigint);\n";

    internal const string Views = """
        CREATE MATERIALIZED VIEW accepted AS SELECT id, _p, _o FROM tx;
        CREATE MATERIALIZED VIEW outer_join AS SELECT t1.id, t2.id AS other_id
          FROM (SELECT id FROM tx) t1 LEFT JOIN (SELECT id FROM tx) t2 ON t1.id = t2.id;
        CREATE MATERIALIZED VIEW outer_join_with_time AS SELECT t1.id, t2.id AS other_id
          FROM tx t1 LEFT JOIN tx t2 ON t1.id = t2.id AND t1.ts = t2.ts;
        CREATE MATERIALIZED VIEW credits AS SELECT to_account AS account, sum(amount) AS credits FROM tx GROUP BY 1;
        CREATE MATERIALIZED VIEW debits AS SELECT from_account AS account, sum(amount) AS debits FROM tx GROUP BY 1;
        CREATE MATERIALIZED VIEW balance AS SELECT c.account, credits - debits AS balance
          FROM credits c, debits d WHERE c.account = d.account;
        CREATE MATERIALIZED VIEW total AS SELECT sum(balance) AS total FROM balance;
        CREATE MATERIALIZED VIEW balance_full AS SELECT account, coalesce(credits, 0) - coalesce(debits, 0) AS balance
          FROM credits FULL OUTER JOIN debits USING (account);
        CREATE MATERIALIZED VIEW total_full AS SELECT coalesce(sum(balance), 0) AS total FROM balance_full;
        CREATE MATERIALIZED VIEW frontier AS SELECT _p, max(_o) AS off, count(*) AS n FROM tx GROUP BY _p;
        CREATE MATERIALIZED VIEW joined_counts AS SELECT count(*) AS n, count(*) FILTER (WHERE other_id IS NULL) AS nulls FROM outer_join;
        CREATE MATERIALIZED VIEW timed_counts AS SELECT count(*) AS n, count(*) FILTER (WHERE other_id IS NULL) AS nulls
          FROM outer_join_with_time;
        CREATE MATERIALIZED VIEW accepted_count AS SELECT count(*) AS n FROM accepted;
        """;

    private const string ReadTotals = """
        SELECT (SELECT n FROM accepted_count) n, (SELECT sum(n) FROM frontier) nf,
               (SELECT total FROM total) t_in, (SELECT total FROM total_full) t_full,
               (SELECT sum(credits) FROM credits) c, (SELECT sum(debits) FROM debits) d,
               (SELECT n FROM joined_counts) oj, (SELECT nulls FROM joined_counts) oj_null,
               (SELECT n FROM timed_counts) ojt, (SELECT nulls FROM timed_counts) ojt_null,
               (SELECT string_agg(_p || ':' || off, ',' ORDER BY _p) FROM frontier) vec
        """;

    private const string ReadScans = """
        SELECT (SELECT count(*) FROM accepted) n, (SELECT count(*) FROM outer_join) oj,
               (SELECT count(*) FROM outer_join WHERE other_id IS NULL) oj_null
        """;

    /// <summary>One reading: the statement of totals alone, or in a read-only block with others that must agree.</summary>
    internal static async Task<Reading> ReadOnce(NpgsqlConnection connection, int session, bool withBalances, bool withScans)
    {
        long started = Stopwatch.GetTimestamp();
        bool inBlock = withBalances || withScans;
        if (inBlock)
        {
            await Execute(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ");
        }

        Reading reading;
        await using (var command = new NpgsqlCommand(ReadTotals, connection))
        await using (var row = await command.ExecuteReaderAsync())
        {
            Assert.True(await row.ReadAsync());
            reading = new Reading
            {
                Session = session,
                Started = started,
                Accepted = Long(row, "n"),
                Frontier = Long(row, "nf"),
                InnerTotal = row.IsDBNull(row.GetOrdinal("t_in")) ? null : Long(row, "t_in"),
                FullTotal = Long(row, "t_full"),
                Credits = Long(row, "c"),
                Debits = Long(row, "d"),
                OuterJoin = Long(row, "oj"),
                OuterJoinNulls = Long(row, "oj_null"),
                OuterJoinWithTime = Long(row, "ojt"),
                OuterJoinWithTimeNulls = Long(row, "ojt_null"),
            };
            string expected = reading.Accepted == 0 ? "" : $"0:{reading.Accepted - 1}";
            Assert.Equal(expected, row["vec"] is DBNull ? "" : (string)row["vec"]);
        }

        if (withBalances)
        {
            var balances = new Dictionary<int, long>();
            await using var command = new NpgsqlCommand("SELECT account, balance FROM balance_full", connection);
            await using var rows = await command.ExecuteReaderAsync();
            while (await rows.ReadAsync())
            {
                balances.Add(rows.GetInt32(0), Long(rows, "balance"));
            }

            reading = reading with { Balances = balances };
        }

        if (withScans)
        {
            await using var command = new NpgsqlCommand(ReadScans, connection);
            await using var row = await command.ExecuteReaderAsync();
            Assert.True(await row.ReadAsync());
            Assert.Equal(
                (reading.Accepted, reading.OuterJoin, reading.OuterJoinNulls), (Long(row, "n"), Long(row, "oj"), Long(row, "oj_null")));
        }

        if (inBlock)
        {
            await Execute(connection, "COMMIT");
        }

        return reading with { Finished = Stopwatch.GetTimestamp() };
    }

    private static long Long(NpgsqlDataReader row, string column)
    {
        object value = row[column];
        return value is DBNull ? 0 : Convert.ToInt64(value, CultureInfo.InvariantCulture);
    }

    private static async Task Execute(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
