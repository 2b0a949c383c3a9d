using System.Diagnostics;
using Npgsql;
using Vectorized.Tests.Server;
using Xunit.Abstractions;

namespace Vectorized.Tests.Consistency;

/// <summary>
/// No update is lost, over the wire: clients that take 10 from one balance without a block, clients that move money in blocks
/// and write a ledger beside, one that rewrites the whole table, while readers check at every read that balances, ledger
/// and views agree. At the end everything must be exactly what was acknowledged.
/// </summary>
public sealed class TransferTests(ITestOutputHelper output)
{
    private const int Accounts = 8;
    private const int Start = 1_000;
    private static readonly TimeSpan _duration = TimeSpan.FromSeconds(
        Environment.GetEnvironmentVariable("VECTORIZED_LONG_TESTS") is "1" or "true" ? 60 : 10);

    private const string Definitions = """
        CREATE TABLE account (id int PRIMARY KEY, bal int NOT NULL, visits int NOT NULL);
        CREATE TABLE ledger (acc int, amount int);
        CREATE TABLE counter (id int PRIMARY KEY, bal int);
        CREATE MATERIALIZED VIEW total AS SELECT sum(bal) AS total FROM account;
        CREATE MATERIALIZED VIEW wrong AS SELECT a.id FROM account a
          LEFT JOIN (SELECT acc, sum(amount) AS s FROM ledger GROUP BY acc) l ON l.acc = a.id WHERE a.bal <> 1000 + coalesce(l.s, 0);
        INSERT INTO account SELECT i, 1000, 0 FROM generate_series(0, 7) AS g(i);
        INSERT INTO counter VALUES (1, 0);
        """;

    private long _decrements;
    private long _transfers;
    private long _conflicts;
    private long _rewrites;
    private long _reads;

    [Fact]
    public async Task Transfers_FromManyClients_LoseNothing()
    {
        await using var server = await ServerProcess.Start();
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using (var connection = await source.OpenConnectionAsync())
        {
            await Execute(connection, Definitions);
        }

        var clock = Stopwatch.StartNew();
        var clients = new List<Task>
        {
            Task.Run(() => Decrement(source, clock)),
            Task.Run(() => Decrement(source, clock)),
            Task.Run(() => Transfer(source, clock, seed: 1)),
            Task.Run(() => Transfer(source, clock, seed: 2)),
            Task.Run(() => Rewrite(source, clock)),
            Task.Run(() => Read(source, clock)),
            Task.Run(() => Read(source, clock)),
        };
        await Task.WhenAll(clients);
        output.WriteLine(
            $"{_decrements} decrements, {_transfers} transfers, {_conflicts} conflicts, {_rewrites} rewrites, {_reads} reads");

        await using var last = await source.OpenConnectionAsync();
        Assert.Equal(-10 * _decrements, await Number(last, "SELECT bal FROM counter"));
        Assert.Equal((long)Accounts * Start, await Number(last, "SELECT sum(bal) FROM account"));
        Assert.Equal(2 * _transfers, await Number(last, "SELECT count(*) FROM ledger"));
        Assert.Equal(0, await Number(last, "SELECT count(*) FROM wrong"));
        Assert.Equal(Accounts * _rewrites, await Number(last, "SELECT sum(visits) FROM account"));
        Assert.True(_decrements > 0 && _transfers > 0 && _rewrites > 0 && _reads > 0);
    }

    private async Task Decrement(NpgsqlDataSource source, Stopwatch clock)
    {
        await using var connection = await source.OpenConnectionAsync();
        while (clock.Elapsed < _duration)
        {
            Assert.Equal(1, await Execute(connection, "UPDATE counter SET bal = bal - 10 WHERE id = 1"));
            Interlocked.Increment(ref _decrements);
        }
    }

    /// <summary>What has read and then written under an old epoch is refused with 40001, and tried again.</summary>
    private async Task Transfer(NpgsqlDataSource source, Stopwatch clock, int seed)
    {
        var random = new Random(seed);
        await using var connection = await source.OpenConnectionAsync();
        while (clock.Elapsed < _duration)
        {
            int from = random.Next(Accounts);
            int to = (from + random.Next(1, Accounts)) % Accounts;
            int amount = random.Next(1, 20);
            await using var transaction = await connection.BeginTransactionAsync();
            try
            {
                long before = await Number(connection, $"SELECT bal FROM account WHERE id = {from}");
                await Execute(connection, $"UPDATE account SET bal = {before - amount} WHERE id = {from}");
                await Execute(connection, $"UPDATE account SET bal = bal + {amount} WHERE id = {to}");
                await Execute(connection, $"INSERT INTO ledger VALUES ({from}, {-amount}), ({to}, {amount})");
                if (random.Next(10) == 0)
                {
                    await transaction.RollbackAsync();
                    continue;
                }

                await transaction.CommitAsync();
                Interlocked.Increment(ref _transfers);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.SerializationFailure)
            {
                Interlocked.Increment(ref _conflicts);
            }
        }
    }

    private async Task Rewrite(NpgsqlDataSource source, Stopwatch clock)
    {
        await using var connection = await source.OpenConnectionAsync();
        while (clock.Elapsed < _duration)
        {
            Assert.Equal(Accounts, await Execute(connection, "UPDATE account SET visits = visits + 1"));
            Interlocked.Increment(ref _rewrites);
            await Task.Delay(20);
        }
    }

    private async Task Read(NpgsqlDataSource source, Stopwatch clock)
    {
        await using var connection = await source.OpenConnectionAsync();
        while (clock.Elapsed < _duration)
        {
            await using var command = new NpgsqlCommand(
                "SELECT (SELECT total FROM total), (SELECT sum(bal) FROM account), (SELECT count(*) FROM wrong),"
                + " (SELECT coalesce(sum(amount), 0) FROM ledger)",
                connection);
            await using var row = await command.ExecuteReaderAsync();
            Assert.True(await row.ReadAsync());
            Assert.Equal((Accounts * Start, Accounts * Start, 0L, 0L), (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)));
            Interlocked.Increment(ref _reads);
        }
    }

    private static async Task<int> Execute(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteNonQueryAsync();
    }

    private static async Task<long> Number(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
