using Npgsql;
using Vectorized.Tests.Server;

namespace Vectorized.Tests.Pgwire.Integration;

/// <summary>Npgsql as applications use it, type loading included, against the built server.</summary>
public sealed class NpgsqlTests
{
    [Fact]
    public async Task Connect_WithTypeLoading_KnowsTheBuiltInTypes()
    {
        await using var server = await ServerProcess.Start();
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        Assert.Equal(new Version(15, 0), connection.PostgreSqlVersion);
        await using var command = new NpgsqlCommand("SELECT 1, 'text', true, 1.50, ARRAY[1,2,3]", connection);
        await using var reader = await command.ExecuteReaderAsync();
        Assert.True(await reader.ReadAsync());
        Assert.Equal(1, reader.GetInt32(0));
        Assert.Equal("text", reader.GetString(1));
        Assert.True(reader.GetBoolean(2));
        Assert.Equal(1.50m, reader.GetDecimal(3));
        Assert.Equal([1, 2, 3], reader.GetFieldValue<int[]>(4));
    }

    [Fact]
    public async Task Write_Read_WithParameters_RoundTrips()
    {
        await using var server = await ServerProcess.Start();
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await Execute(source, "CREATE TABLE t (id int PRIMARY KEY, name varchar, price numeric(10,2), at timestamptz)");
        await Execute(source, "CREATE MATERIALIZED VIEW m AS SELECT name, count(*) AS n, sum(price) AS total FROM t GROUP BY name");
        var at = new DateTime(2024, 2, 29, 13, 14, 15, DateTimeKind.Utc);
        for (int i = 0; i < 10; i++)
        {
            await using var insert = source.CreateCommand("INSERT INTO t VALUES ($1, $2, $3, $4)");
            insert.Parameters.AddWithValue(i);
            insert.Parameters.AddWithValue(i % 2 == 0 ? "even" : "odd");
            insert.Parameters.AddWithValue(i + 0.25m);
            insert.Parameters.AddWithValue(at);
            Assert.Equal(1, await insert.ExecuteNonQueryAsync());
        }

        await using var view = source.CreateCommand("SELECT n, total FROM m WHERE name = $1");
        view.Parameters.AddWithValue("even");
        await using (var reader = await view.ExecuteReaderAsync())
        {
            Assert.True(await reader.ReadAsync());
            Assert.Equal(5L, reader.GetInt64(0));
            Assert.Equal(21.25m, reader.GetDecimal(1));
        }

        await using var one = source.CreateCommand("SELECT name, price, at FROM t WHERE id = $1");
        one.Parameters.AddWithValue(7);
        await using var row = await one.ExecuteReaderAsync();
        Assert.True(await row.ReadAsync());
        Assert.Equal("odd", row.GetString(0));
        Assert.Equal(7.25m, row.GetDecimal(1));
        Assert.Equal(at, row.GetDateTime(2));
        Assert.False(await row.ReadAsync());
    }

    [Fact]
    public async Task Prepared_LookUps_AreRepeatable()
    {
        await using var server = await ServerProcess.Start();
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await Execute(source, "CREATE TABLE t (id int PRIMARY KEY, v bigint)");
        await Execute(source, "INSERT INTO t SELECT i, i * 7 FROM generate_series(1, 1000) AS g(i)");
        await using var connection = await source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand("SELECT v FROM t WHERE id = $1", connection);
        var parameter = command.Parameters.Add(new NpgsqlParameter<int>());
        await command.PrepareAsync();
        for (int i = 1; i <= 1000; i += 37)
        {
            ((NpgsqlParameter<int>)parameter).TypedValue = i;
            Assert.Equal(i * 7L, await command.ExecuteScalarAsync());
        }
    }

    [Fact]
    public async Task Copy_BinaryInAndOut_RoundTrips()
    {
        await using var server = await ServerProcess.Start();
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await Execute(source, "CREATE TABLE t (id int PRIMARY KEY, name varchar)");
        await using var connection = await source.OpenConnectionAsync();
        await using (var import = await connection.BeginBinaryImportAsync("COPY t FROM STDIN (FORMAT binary)"))
        {
            for (int i = 0; i < 100; i++)
            {
                await import.StartRowAsync();
                await import.WriteAsync(i);
                await import.WriteAsync($"name {i}");
            }

            Assert.Equal(100UL, await import.CompleteAsync());
        }

        var read = new SortedDictionary<int, string>();
        await using (var export = await connection.BeginBinaryExportAsync("COPY t TO STDOUT (FORMAT binary)"))
        {
            while (await export.StartRowAsync() >= 0)
            {
                read.Add(await export.ReadAsync<int>(), await export.ReadAsync<string>());
            }
        }

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"name {i}"), read.Values);
    }

    [Fact]
    public async Task Errors_CarryStateAndPosition_AndTheConnectionLivesOn()
    {
        await using var server = await ServerProcess.Start();
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using var connection = await source.OpenConnectionAsync();
        var missing = await Assert.ThrowsAsync<PostgresException>(() => Execute(connection, "SELECT * FROM nowhere"));
        Assert.Equal("42P01", missing.SqlState);
        Assert.Equal(15, missing.Position);
        var division = await Assert.ThrowsAsync<PostgresException>(() => Execute(connection, "SELECT 1 / 0"));
        Assert.Equal("22012", division.SqlState);
        await Execute(connection, "SELECT 1");
    }

    private static async Task Execute(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task Execute(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
