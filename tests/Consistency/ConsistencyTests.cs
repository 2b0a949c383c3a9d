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
        await Execute(source, ConsistencyReads.Table + ConsistencyReads.Views);

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
            checker.Check(await ConsistencyReads.ReadOnce(connection, session, withBalances: i % 4 == 0, withScans: i % 200 == 100));
            var due = TimeSpan.FromSeconds((double)i * Readers / ReadsPerSecond);
            if (due > clock.Elapsed + TimeSpan.FromMilliseconds(1))
            {
                await Task.Delay(due - clock.Elapsed, CancellationToken.None);
            }
        }
    }

    private static async Task CheckEnd(NpgsqlDataSource source, Transactions input)
    {
        await using var connection = await source.OpenConnectionAsync();
        var last = await ConsistencyReads.ReadOnce(connection, session: 99, withBalances: true, withScans: true);
        Assert.Equal(Rows, last.Accepted);
        Assert.Equal(Rows, last.OuterJoin);
        Assert.Equal(
            Enumerable.Range(0, 10).Select(a => (long)input.Balance(Rows, a)), Enumerable.Range(0, 10).Select(a => last.Balances![a]));
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
