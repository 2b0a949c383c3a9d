using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Vectorized.Tests.Server;
using Xunit.Abstractions;

namespace Vectorized.Tests.Consistency;

/// <summary>
/// The internal-consistency test against the real server over the wire: INSERT batches paced over a minute, four reader
/// sessions together about a thousand reads a second, every read judged by rules E1 to E5, the end by E6.
/// </summary>
public sealed class ConsistencyTests(ITestOutputHelper output)
{
    private const int Rows = 100_000;
    private const int Readers = 4;
    private const int ReadsPerSecond = 1_100;
    private const int ReadsMinASecond = 330;
    private static readonly bool _isLong = Environment.GetEnvironmentVariable("VECTORIZED_LONG_TESTS") is "1" or "true";

    private const string Views = """
        CREATE TABLE tx (id bigint, from_account int, to_account int, amount numeric, ts timestamp, _p int, _o bigint);
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

    [Fact]
    public Task Reads_DuringInserts_ShowOnePrefixEach() => Run(TimeSpan.FromSeconds(60), WriteStatements);

    /// <summary>The same with blocks of several statements as the writers, some of them taken back.</summary>
    [Fact]
    public Task Reads_DuringTransactions_ShowOnePrefixEach() => Run(TimeSpan.FromSeconds(_isLong ? 60 : 15), WriteBlocks);

    private async Task Run(TimeSpan duration, Func<NpgsqlConnection, Transactions, int, int, Random, Task> write)
    {
        await using var server = await ServerProcess.Start();
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        var input = new Transactions(Rows);
        var checker = new ConsistencyChecker(input);
        await Execute(source, Views);

        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, Readers).Select(i => Task.Run(() => Read(source, i, checker, stop.Token))).ToList();
        await Write(source, input, duration, write);
        await stop.CancelAsync();
        await Task.WhenAll(readers);

        output.WriteLine($"{checker.Readings} reads, {checker.Violations.Count} violations");
        Assert.True(checker.Violations.Count == 0, string.Join('\n', checker.Violations.Take(10)));
        Assert.True(
            checker.Readings >= ReadsMinASecond * duration.TotalSeconds, $"{checker.Readings} reads in {duration.TotalSeconds} s");
        await CheckEnd(source, input);
    }

    private static async Task Write(
        NpgsqlDataSource source, Transactions input, TimeSpan duration,
        Func<NpgsqlConnection, Transactions, int, int, Random, Task> write)
    {
        await using var connection = await source.OpenConnectionAsync();
        var random = new Random(42);
        var clock = Stopwatch.StartNew();
        for (int at = 0; at < Rows;)
        {
            int count = Math.Min(random.Next(1, 200), Rows - at);
            await write(connection, input, at, count, random);
            at += count;
            var due = duration * ((double)at / Rows);
            if (due > clock.Elapsed)
            {
                await Task.Delay(due - clock.Elapsed);
            }
        }
    }

    private static Task WriteStatements(NpgsqlConnection connection, Transactions input, int at, int count, Random random) =>
        Execute(connection, Insert(input, at, count));

    /// <summary>A block of several INSERTs with rows too many that it deletes again; now and then it is rolled back first.</summary>
    private static async Task WriteBlocks(NpgsqlConnection connection, Transactions input, int at, int count, Random random)
    {
        if (random.Next(5) == 0)
        {
            await Execute(connection, "BEGIN");
            await Execute(connection, Insert(input, at, count));
            await Execute(connection, "ROLLBACK");
        }

        await Execute(connection, "BEGIN");
        int more = Math.Min(20, Rows - at - count);
        for (int start = at, part; start < at + count + more; start += part)
        {
            part = Math.Min(random.Next(1, 80), at + count + more - start);
            await Execute(connection, Insert(input, start, part));
        }

        await Execute(connection, $"DELETE FROM tx WHERE _o >= {at + count}");
        await Execute(connection, "COMMIT");
    }

    private static string Insert(Transactions input, int at, int count) =>
        "INSERT INTO tx VALUES " + string.Join(',', Enumerable.Range(at, count).Select(offset =>
        {
            var t = input.InOrder[offset];
            return string.Create(CultureInfo.InvariantCulture, $"({t.Id},{t.From},{t.To},1,'{t.Timestamp}',0,{offset})");
        }));

    private static async Task Read(NpgsqlDataSource source, int session, ConsistencyChecker checker, CancellationToken stop)
    {
        await using var connection = await source.OpenConnectionAsync(CancellationToken.None);
        var clock = Stopwatch.StartNew();
        for (int i = 0; !stop.IsCancellationRequested; i++)
        {
            checker.Check(await ReadOnce(connection, session, withBalances: i % 4 == 0, withScans: i % 200 == 100));
            var due = TimeSpan.FromSeconds((double)i * Readers / ReadsPerSecond);
            if (due > clock.Elapsed + TimeSpan.FromMilliseconds(1))
            {
                await Task.Delay(due - clock.Elapsed, CancellationToken.None);
            }
        }
    }

    /// <summary>One reading: the statement of totals alone, or in a read-only block with others that must agree.</summary>
    private static async Task<Reading> ReadOnce(NpgsqlConnection connection, int session, bool withBalances, bool withScans)
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

    private static async Task CheckEnd(NpgsqlDataSource source, Transactions input)
    {
        await using var connection = await source.OpenConnectionAsync();
        var last = await ReadOnce(connection, session: 99, withBalances: true, withScans: true);
        Assert.Equal(Rows, last.Accepted);
        Assert.Equal(Rows, last.OuterJoin);
        Assert.Equal(
            Enumerable.Range(0, 10).Select(a => (long)input.Balance(Rows, a)), Enumerable.Range(0, 10).Select(a => last.Balances![a]));
    }

    private static long Long(NpgsqlDataReader row, string column)
    {
        object value = row[column];
        return value is DBNull ? 0 : Convert.ToInt64(value, CultureInfo.InvariantCulture);
    }

    private static async Task Execute(NpgsqlDataSource source, string sql)
    {
        await using var connection = await source.OpenConnectionAsync();
        await Execute(connection, sql);
    }

    private static async Task Execute(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
