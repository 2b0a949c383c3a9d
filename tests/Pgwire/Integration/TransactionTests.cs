using Npgsql;
using Vectorized.Tests.Server;

namespace Vectorized.Tests.Pgwire.Integration;

/// <summary>Transactions on the wire: blocks, status letters, implicit transactions of strings and pipelines, Npgsql's ways.</summary>
public sealed class TransactionTests
{
    private static readonly string[] _definitions =
    [
        "CREATE TABLE t (a int PRIMARY KEY, b int NOT NULL)",
        "CREATE MATERIALIZED VIEW m AS SELECT count(*) AS n, sum(b) AS s FROM t",
    ];

    [Fact]
    public async Task Block_StatusLetters_FollowIt()
    {
        await using var server = await Start();
        using var client = RawClient.Connect(server.Port);
        Assert.Equal("CZ", Answer(client.Query("BEGIN").Go(), out char status));
        Assert.Equal('T', status);
        Answer(client.Query("INSERT INTO t VALUES (1, 1)").Go(), out status);
        Assert.Equal('T', status);
        Assert.Equal("EZ", Answer(client.Query("INSERT INTO t VALUES (2, NULL)").Go(), out status));
        Assert.Equal('E', status);
        var refused = client.Query("SELECT 1").Go();
        Assert.Equal("25P02", Code(refused));
        Assert.Equal('E', Status(refused));
        var ended = client.Query("COMMIT").Go();
        Assert.Equal("ROLLBACK", Tag(ended));
        Assert.Equal('I', Status(ended));
        Assert.Equal("0", Value(client.Query("SELECT count(*) FROM t").Go()));
    }

    /// <summary>A conflict at COMMIT ends the block: the session is idle and may try again at once.</summary>
    [Fact]
    public async Task Commit_ThatConflicts_LeavesTheSessionIdle()
    {
        await using var server = await Start();
        using var first = RawClient.Connect(server.Port);
        using var second = RawClient.Connect(server.Port);
        first.Query("INSERT INTO t VALUES (1, 1)").Go();
        first.Query("BEGIN").Go();
        first.Query("UPDATE t SET b = b + 1 WHERE a = 1").Go();
        second.Query("UPDATE t SET b = b + 10 WHERE a = 1").Go();
        var refused = first.Query("COMMIT").Go();
        Assert.Equal("40001", Code(refused));
        Assert.Equal('I', Status(refused));
        Assert.Equal("11", Value(first.Query("SELECT b FROM t WHERE a = 1").Go()));
    }

    [Fact]
    public async Task SimpleString_ThatFailsHalfWay_LeavesNothing()
    {
        await using var server = await Start();
        using var client = RawClient.Connect(server.Port);
        const string Sql = "INSERT INTO t VALUES (1, 1); INSERT INTO t VALUES (2, 2); INSERT INTO t VALUES (3, NULL)";
        Assert.Equal("CCEZ", Answer(client.Query(Sql).Go(), out _));
        Assert.Equal("0", Value(client.Query("SELECT count(*) FROM t").Go()));
        // A block of its own inside the string keeps what it has committed.
        client.Query("BEGIN; INSERT INTO t VALUES (1, 1); COMMIT; INSERT INTO t VALUES (2, NULL)").Go();
        Assert.Equal("1", Value(client.Query("SELECT count(*) FROM t").Go()));
        // BEGIN takes in what the string has written before it.
        client.Query("INSERT INTO t VALUES (5, 5); BEGIN; INSERT INTO t VALUES (6, 6)").Go();
        client.Query("ROLLBACK").Go();
        Assert.Equal("1", Value(client.Query("SELECT count(*) FROM t").Go()));
    }

    /// <summary>Within a string a statement sees those before, through materialized views too.</summary>
    [Fact]
    public async Task SimpleString_Reads_SeeItsWrites()
    {
        await using var server = await Start();
        using var client = RawClient.Connect(server.Port);
        Assert.Equal("1", Value(client.Query("INSERT INTO t VALUES (1, 7); SELECT count(*) FROM t").Go()));
        Assert.Equal("2", Value(client.Query("INSERT INTO t VALUES (2, 7); SELECT n FROM m").Go()));
        Assert.Equal("3", Value(client.Query("CREATE TABLE x (a int); INSERT INTO x VALUES (1), (2), (3); SELECT count(*) FROM x").Go()));
    }

    [Fact]
    public async Task Pipeline_ThatFails_IsUndoneUpToItsSync()
    {
        await using var server = await Start();
        using var client = RawClient.Connect(server.Port);
        client.Parse("i", "INSERT INTO t VALUES ($1, $2)").Sync().Go();
        client.Bind("", "i", 0, "1", "1").Execute().Sync();
        client.Bind("", "i", 0, "2", "2").Execute().Bind("", "i", 0, "3", null).Execute().Bind("", "i", 0, "4", "4").Execute().Sync();
        client.Bind("", "i", 0, "5", "5").Execute().Bind("", "i", 0, "6", "6").Execute().Sync();
        var messages = client.Go(readies: 3);
        Assert.Equal("2C" + "Z" + "2C2EZ" + "2C2CZ", RawClient.Types(messages));
        Assert.Equal("3", Value(client.Query("SELECT count(*) FROM t").Go()));
        Assert.Equal("12", Value(client.Query("SELECT sum(a) FROM t").Go()));
    }

    /// <summary>Portals of a block live on across Sync, see the block as of their start, and are refused once it has failed.</summary>
    [Fact]
    public async Task Portal_InABlock_KeepsItsView()
    {
        await using var server = await Start();
        using var client = RawClient.Connect(server.Port);
        client.Query("BEGIN").Go();
        client.Query("INSERT INTO t VALUES (1, 1), (2, 2), (3, 3)").Go();
        client.Parse("s", "SELECT a FROM t ORDER BY a").Bind("p", "s").Execute("p", 1).Sync();
        Assert.Equal("12DsZ", RawClient.Types(client.Go()));
        client.Query("DELETE FROM t WHERE a = 2").Go();
        Assert.Equal("DDCZ", RawClient.Types(client.Execute("p").Sync().Go()));
        client.Bind("q", "s").Execute("q", 1).Sync().Go();
        client.Query("SELECT nope").Go();
        Assert.Equal("EZ", RawClient.Types(client.Execute("q").Sync().Go()));
        client.Query("ROLLBACK").Go();
        Assert.Equal("0", Value(client.Query("SELECT count(*) FROM t").Go()));
    }

    [Fact]
    public async Task Npgsql_TransactionsAndBatches_AreAtomic()
    {
        await using var server = await Start();
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using var connection = await source.OpenConnectionAsync();
        await using (var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead))
        {
            await using var insert = new NpgsqlCommand("INSERT INTO t VALUES ($1, $2) RETURNING b", connection, transaction)
            {
                Parameters = { new() { Value = 1 }, new() { Value = 10 } },
            };
            Assert.Equal(10, await insert.ExecuteScalarAsync());
            Assert.Equal(0L, await Scalar(source, "SELECT count(*) FROM t"));
            await transaction.CommitAsync();
        }

        Assert.Equal(1L, await Scalar(source, "SELECT n FROM m"));
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using var insert = new NpgsqlCommand("INSERT INTO t VALUES (2, 2)", connection, transaction);
            await insert.ExecuteNonQueryAsync();
        }

        Assert.Equal(1L, await Scalar(source, "SELECT count(*) FROM t"));
        await using (var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { new("INSERT INTO t VALUES (3, 3)"), new("INSERT INTO t VALUES (4, NULL)") },
        })
        {
            var error = await Assert.ThrowsAsync<PostgresException>(() => batch.ExecuteNonQueryAsync());
            Assert.Equal(("23502", "t", "b"), (error.SqlState, error.TableName, error.ColumnName));
        }

        Assert.Equal(1L, await Scalar(source, "SELECT count(*) FROM t"));
        await using var whole = new NpgsqlBatch(connection)
        {
            BatchCommands = { new("INSERT INTO t VALUES (3, 3)"), new("UPDATE t SET b = b + 1"), new("DELETE FROM t WHERE a = 1") },
        };
        Assert.Equal(4, await whole.ExecuteNonQueryAsync());
        Assert.Equal(4L, await Scalar(source, "SELECT s FROM m"));
    }

    /// <summary>COPY in a block: its rows are the block's.</summary>
    [Fact]
    public async Task Copy_InABlock_IsPartOfIt()
    {
        await using var server = await Start();
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using var connection = await source.OpenConnectionAsync();
        for (int round = 0; round < 2; round++)
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await using (var copy = await connection.BeginTextImportAsync("COPY t FROM STDIN"))
            {
                for (int i = 0; i < 10_000; i++)
                {
                    await copy.WriteAsync($"{i}\t{i}\n");
                }
            }

            await using var count = new NpgsqlCommand("SELECT count(*) FROM t", connection, transaction);
            Assert.Equal(10_000L, await count.ExecuteScalarAsync());
            Assert.Equal(0L, await Scalar(source, "SELECT n FROM m"));
            await (round == 0 ? transaction.RollbackAsync() : transaction.CommitAsync());
        }

        Assert.Equal(10_000L, await Scalar(source, "SELECT n FROM m"));
    }

    private static async Task<ServerProcess> Start()
    {
        var server = await ServerProcess.Start();
        using var client = RawClient.Connect(server.Port);
        foreach (string sql in _definitions)
        {
            client.Query(sql).Go();
        }

        return server;
    }

    private static async Task<object?> Scalar(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    private static string Answer(List<RawMessage> messages, out char status)
    {
        status = Status(messages);
        return RawClient.Types(messages);
    }

    private static char Status(List<RawMessage> messages) => (char)messages[^1].Body[0];

    private static string Tag(List<RawMessage> messages) => messages.Last(m => m.Type == 'C').Text.TrimEnd('\0');

    private static string Code(List<RawMessage> messages) => messages.Last(m => m.Type == 'E').Field('C')!;

    /// <summary>The last row.</summary>
    private static string Value(List<RawMessage> messages) => messages.Last(m => m.Type == 'D').Row;
}
