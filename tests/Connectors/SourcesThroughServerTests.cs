using System.Diagnostics;
using System.Text;
using Npgsql;
using Vectorized.Bench.Kafka;
using Vectorized.Tests.Server;

namespace Vectorized.Tests.Connectors;

/// <summary>
/// The connectors behind the built server: rows into a live view, what is malformed into the `$errors` relation,
/// refusals that a user can act on.
/// </summary>
public sealed class SourcesThroughServerTests : IDisposable
{
    private const string Columns = "(id INT, name VARCHAR)";
    private const string View = "CREATE MATERIALIZED VIEW live AS SELECT name, count(*) AS n FROM data_stream GROUP BY name";

    private readonly string _files = Directory.CreateTempSubdirectory("sources").FullName;

    public void Dispose() => Directory.Delete(_files, recursive: true);

    private static async Task<NpgsqlDataSource> Prepare(ServerProcess server, params string[] statements)
    {
        // What is tested needs no type catalog.
        var database = NpgsqlDataSource.Create(server.ConnectionString + ";Server Compatibility Mode=NoTypeLoading");
        foreach (string statement in statements)
        {
            await using var command = database.CreateCommand(statement);
            await command.ExecuteNonQueryAsync();
        }

        return database;
    }

    private static async Task<List<string>> Rows(NpgsqlDataSource database, string query)
    {
        await using var command = database.CreateCommand(query);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i =>
                reader.GetValue(i) is byte[] bytes ? Encoding.UTF8.GetString(bytes) : reader.GetValue(i).ToString())));
        }

        return rows;
    }

    /// <summary>Asks until the answer is the expected one; fails with the last one.</summary>
    private static async Task Eventually(NpgsqlDataSource database, string query, params string[] expected)
    {
        var time = Stopwatch.StartNew();
        var rows = await Rows(database, query);
        while (!rows.Order().SequenceEqual(expected.Order()) && time.Elapsed < TimeSpan.FromSeconds(20))
        {
            await Task.Delay(10);
            rows = await Rows(database, query);
        }

        Assert.Equal(expected.Order(), rows.Order());
    }

    [Fact]
    public async Task PosixFs_AppendedLines_ReachTheViewAndBadOnesTheErrors()
    {
        await using var server = await ServerProcess.Start("--files-dir", _files);
        await using var database = await Prepare(
            server,
            $"CREATE SOURCE data_stream {Columns} WITH (connector = 'posix_fs', posix_fs.root = '{_files}', "
                + "match_pattern = '*.json') FORMAT PLAIN ENCODE JSON",
            View);
        string path = Path.Combine(_files, "a.json");
        await File.WriteAllTextAsync(path, "{\"id\":1,\"name\":\"a\"}\nbroken\n{\"id\":2,\"name\":\"a\"}\n");
        await Eventually(database, "SELECT name, n FROM live", "a|2");
        await File.AppendAllTextAsync(path, "{\"id\":3,\"name\":\"b\"}\n{\"id\":4,");
        await Eventually(database, "SELECT name, n FROM live", "a|2", "b|1");
        await File.AppendAllTextAsync(path, "\"name\":\"b\"}\n");
        await Eventually(database, "SELECT name, n FROM live", "a|2", "b|2");
        await Eventually(
            database,
            "SELECT split, \"offset\", reason, raw FROM \"data_stream$errors\"",
            "a.json|20|the record is not a JSON object|broken");
    }

    [KafkaFact]
    public async Task Kafka_Messages_ReachTheViewAndBadOnesTheErrors()
    {
        using var kafka = new MockKafka();
        kafka.CreateTopic("data", 2);
        kafka.Produce("data", 0, """{"id": 1, "name": "a"}""");
        kafka.Flush();
        await using var server = await ServerProcess.Start();
        await using var database = await Prepare(
            server,
            $"CREATE SOURCE data_stream {Columns} WITH (connector = 'kafka', topic = 'data', "
                + $"properties.bootstrap.server = '{kafka.Servers}', scan.startup.mode = 'earliest') "
                + "FORMAT PLAIN ENCODE JSON",
            View);
        await Eventually(database, "SELECT name, n FROM live", "a|1");
        kafka.Produce("data", 1, """{"id": 2, "name": "b"}""");
        kafka.Produce("data", 1, "broken");
        kafka.Flush();
        await Eventually(database, "SELECT name, n FROM live", "a|1", "b|1");
        await Eventually(
            database,
            "SELECT split, \"offset\", reason, raw FROM \"data_stream$errors\"",
            "1|1|the record is not a JSON object|broken");
    }

    [Fact]
    public async Task Kafka_WithoutTheLibrary_ServerRunsAndTheStatementSaysHowToGetIt()
    {
        await using var server = await ServerProcess.StartWith([new("LIBRDKAFKA_PATH", "/nonexistent/librdkafka.so.1")]);
        await using var database = await Prepare(server, "CREATE TABLE t (a INT)");
        var error = await Assert.ThrowsAsync<PostgresException>(() => Rows(
            database,
            $"CREATE SOURCE data_stream {Columns} WITH (connector = 'kafka', topic = 'data', "
                + "properties.bootstrap.server = 'localhost:9092') FORMAT PLAIN ENCODE JSON"));
        Assert.Contains("needs the library librdkafka", error.MessageText);
        Assert.Contains("apt-get install librdkafka1", error.Hint);
        Assert.Contains("LIBRDKAFKA_PATH", error.Hint);
        Assert.Empty(await Rows(database, "SELECT * FROM t"));
    }

    [Fact]
    public async Task Nexmark_BoundedSource_IsCountedWhole()
    {
        await using var server = await ServerProcess.Start();
        await using var database = await Prepare(
            server,
            "CREATE SOURCE bid WITH (connector = 'nexmark', nexmark.table.type = 'Bid', nexmark.event.num = '100000', "
                + "nexmark.min.event.gap.in.ns = '0')",
            "CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS n FROM bid");
        await Eventually(database, "SELECT n FROM counted", "92000");
    }
}
