using Npgsql;

namespace Vectorized.Tests.Server;

public sealed class RestartTests
{
    /// <summary>
    /// Writers on two connections note what was acknowledged; the process is killed under them several times. Every
    /// acknowledged row is there afterwards, exactly once, and the view over the table agrees with it.
    /// </summary>
    [Fact]
    public async Task Server_KilledUnderInserts_LosesNothingAcknowledged()
    {
        var server = await ServerProcess.Start();
        await Execute(server, "CREATE TABLE t (id bigint PRIMARY KEY, body varchar)");
        await Execute(server, "CREATE MATERIALIZED VIEW v AS SELECT count(*) AS n, max(id) AS last FROM t");
        long[] acknowledged = new long[2];
        for (int round = 0; round < 3; round++)
        {
            var writers = Enumerable.Range(0, 2).Select(w => Task.Run(() => Write(server, w, acknowledged))).ToList();
            await Task.Delay(700);
            server = await server.KillAndStartAgain();
            await Task.WhenAll(writers);
            for (int writer = 0; writer < 2; writer++)
            {
                long count = (long)(await Scalar(server, $"SELECT count(*) FROM t WHERE id % 2 = {writer}"))!;
                // The one under way may have been made durable without an answer.
                Assert.InRange(count, acknowledged[writer], acknowledged[writer] + 1);
                acknowledged[writer] = count;
            }

            Assert.Equal(acknowledged.Sum(), await Scalar(server, "SELECT n FROM v"));
        }

        Assert.True(acknowledged.Sum() > 20);
        await server.DisposeAsync();
    }

    private static async Task Write(ServerProcess server, int writer, long[] acknowledged)
    {
        try
        {
            await using var connection = new NpgsqlConnection(server.ConnectionString);
            await connection.OpenAsync();
            while (true)
            {
                await using var insert = new NpgsqlCommand(
                    $"INSERT INTO t VALUES ({(acknowledged[writer] * 2) + writer}, 'row of writer {writer}')", connection);
                await insert.ExecuteNonQueryAsync();
                acknowledged[writer]++;
            }
        }
        catch (NpgsqlException)
        {
            // The server is gone.
        }
    }

    private static async Task Execute(ServerProcess server, string sql) => await Scalar(server, sql);

    private static async Task<object?> Scalar(ServerProcess server, string sql)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
