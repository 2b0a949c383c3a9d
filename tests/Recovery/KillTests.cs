using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Vectorized.Bench.Kafka;
using Vectorized.Tests.Connectors;
using Vectorized.Tests.Consistency;
using Vectorized.Tests.Long;
using Vectorized.Tests.Server;
using Vectorized.Tests.Sql;
using Xunit.Abstractions;
using Input = Vectorized.Tests.Consistency.Transactions;

namespace Vectorized.Tests.Recovery;

/// <summary>
/// The real server, killed (SIGKILL) every few seconds while clients insert, a Kafka topic is read and four readers check every
/// answer by the rules E1 to E5. The readers go on across restarts, so that time may not go back there either (E8). After each
/// restart nothing acknowledged is missing, nothing is there twice, and views equal recomputation. VECTORIZED_KILLS says how
/// often, VECTORIZED_STATE where the state is to be (an address as --state takes it).
/// </summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Writers = 4;
    private const int Readers = 4;
    private const int OperationsPerSecond = 20;
    private const int MessagesPerSecond = 300;
    private const int SecondsMax = 8;

    private const string Recomputed = """
        SELECT writer, count(*) AS n, max(op) AS last, sum(id) AS ids, sum(value) AS vals FROM t GROUP BY writer
        """;

    private readonly KilledWriter[] _writers = [.. Enumerable.Range(0, Writers).Select(w => new KilledWriter(w, Writers))];
    private readonly List<double> _restarts = [];
    private volatile ServerProcess _server = null!;
    private volatile bool _isOver;

    [KafkaFact]
    public async Task Server_KilledUnderInsertsKafkaAndReaders_LosesNothingAndNeverGoesBack()
    {
        int kills = int.TryParse(Environment.GetEnvironmentVariable("VECTORIZED_KILLS"), out int asked) ? asked : LongRun.IsOn ? 5 : 2;
        string[] state = Environment.GetEnvironmentVariable("VECTORIZED_STATE") is { Length: > 0 } address ? ["--state", address] : [];
        var input = new Input(Math.Min(kills * (SecondsMax + 4) * MessagesPerSecond, 900_000));
        var checker = new ConsistencyChecker(input);
        using var kafka = new MockKafka();
        kafka.CreateTopic("tx", 1);
        _server = await ServerProcess.Start(state);
        await Create(kafka);
        int seed = Seeds.Next(output);
        var random = new Random(seed);
        var readers = Enumerable.Range(0, Readers).Select(r => Task.Run(() => Read(r, checker))).ToList();
        var producing = Task.Run(() => Produce(kafka, input));
        var serving = new Stopwatch();
        int produced;
        try
        {
            for (int kill = 0; kill < kills; kill++)
            {
                await Round(random, serving, kill);
            }
        }
        finally
        {
            // Nobody may use the mock any more when it goes.
            _isOver = true;
            produced = await producing;
        }

        await Task.WhenAll(readers);
        await CheckEnd(input, checker, produced);
        long rows = _writers.Sum(w => w.Acknowledged) * KilledWriter.RowsPerOperation;
        _restarts.Sort();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{kills} kills, {rows} inserts acknowledged, {rows / serving.Elapsed.TotalSeconds:0}/s while up, {produced} messages, "
                + $"{checker.Readings} reads, {checker.Violations.Count} violations; listening again after "
                + $"{_restarts[_restarts.Count / 2]:0.0} s (median), {_restarts[^1]:0.0} s (longest); seed {seed}"));
        await _server.DisposeAsync();
    }

    /// <summary>Load until the kill, a new process, and what must hold then.</summary>
    private async Task Round(Random random, Stopwatch serving, int kill)
    {
        string connection = Connection(_server);
        serving.Start();
        var load = _writers.Select(w => Task.Run(() => w.Write(connection, OperationsPerSecond))).ToList();
        load.Add(Task.Run(() => Define(connection, kill)));
        await UntilKill(random, kill);
        serving.Stop();
        long started = Stopwatch.GetTimestamp();
        var server = await _server.KillAndStartAgain();
        _restarts.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
        await Task.WhenAll(load);
        // Readers come at once; what was written is compared before more is.
        _server = server;
        await CheckWriters();
    }

    /// <summary>Some seconds, or, every other time, the moment in which a checkpoint is being written.</summary>
    private async Task UntilKill(Random random, int kill)
    {
        var clock = Stopwatch.StartNew();
        double seconds = 0.5 + (random.NextDouble() * (SecondsMax - 0.5));
        string packs = Path.Combine(_server.DataDirectory, "state");
        int before = Files(packs);
        while (clock.Elapsed.TotalSeconds < SecondsMax + 3)
        {
            if (kill % 2 == 0 ? clock.Elapsed.TotalSeconds > seconds : clock.Elapsed.TotalSeconds > 1 && Files(packs) != before)
            {
                await Task.Delay(random.Next(10));
                return;
            }

            before = clock.Elapsed.TotalSeconds > 1 ? before : Files(packs);
            await Task.Delay(1);
        }
    }

    private static int Files(string directory) =>
        Directory.Exists(directory) ? Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Count() : 0;

    private async Task Create(MockKafka kafka)
    {
        await using var connection = await Open(Connection(_server));
        await Execute(connection, KilledWriter.Table);
        foreach (string view in KilledWriter.Views)
        {
            await Execute(connection, view);
        }

        await Execute(connection, $"""
            CREATE SOURCE tx (id bigint, from_account int, to_account int, amount numeric, ts timestamp, _p int, _o bigint)
            WITH (connector = 'kafka', topic = 'tx', properties.bootstrap.server = '{kafka.Servers}', scan.startup.mode = 'earliest')
            FORMAT PLAIN ENCODE JSON
            """);
        foreach (string view in ConsistencyReads.Views.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            await Execute(connection, view);
        }
    }

    /// <summary>A view over the table comes and goes while it is written, and may be half made when the server goes.</summary>
    private static async Task Define(string connectionString, int kill)
    {
        try
        {
            await using var connection = await Open(connectionString);
            await Execute(connection, "DROP MATERIALIZED VIEW IF EXISTS late");
            await Task.Delay(kill * 137 % 1500);
            await Execute(connection, $"CREATE MATERIALIZED VIEW late AS {Recomputed}");
        }
        catch (NpgsqlException e) when (e is not PostgresException)
        {
            // The server is gone.
        }
    }

    private int Produce(MockKafka kafka, Input input)
    {
        var clock = Stopwatch.StartNew();
        int at = 0;
        while (!_isOver && at < input.InOrder.Count)
        {
            for (int due = (int)(clock.Elapsed.TotalSeconds * MessagesPerSecond); at < due && at < input.InOrder.Count; at++)
            {
                var t = input.InOrder[at];
                kafka.Produce("tx", 0, $$"""
                    {"id":{{t.Id}},"from_account":{{t.From}},"to_account":{{t.To}},"amount":1,"ts":"{{t.Timestamp}}","_p":0,"_o":{{at}}}
                    """);
            }

            Thread.Sleep(10);
        }

        kafka.Flush();
        return at;
    }

    private async Task Read(int session, ConsistencyChecker checker)
    {
        while (!_isOver)
        {
            try
            {
                await using var connection = await Open(Connection(_server));
                for (int i = 0; !_isOver; i++)
                {
                    checker.Check(await ConsistencyReads.ReadOnce(
                        connection, session, withBalances: i % 4 == 0, withScans: i % 500 == 100));
                    if (i % 8 == 0)
                    {
                        await CheckSums(connection);
                    }

                    await Task.Delay(4);
                }
            }
            catch (NpgsqlException e) when (e is not PostgresException)
            {
                await Task.Delay(20);
            }
        }
    }

    /// <summary>Under load: each writer's rows are those of a count of operations no lower than what was acknowledged before.</summary>
    private async Task CheckSums(NpgsqlConnection connection)
    {
        long[] acknowledged = [.. _writers.Select(w => w.Acknowledged)];
        var sums = await Sums(connection, "SELECT * FROM sums");
        foreach (var writer in _writers)
        {
            var sum = sums[writer.Number];
            Assert.True(sum.Last + 1 >= acknowledged[writer.Number], $"{acknowledged[writer.Number]} acknowledged, {sum} read");
            Assert.True(sum.Rows == 0 || sum == writer.After(sum.Last + 1), $"{sum} read, not {writer.After(sum.Last + 1)}");
        }
    }

    private async Task CheckWriters()
    {
        await using var connection = await Open(Connection(_server));
        var table = await Sums(connection, Recomputed);
        var view = await Sums(connection, "SELECT * FROM sums");
        for (int w = 0; w < Writers; w++)
        {
            _writers[w].Found(table[w]);
            Assert.Equal(table[w], view[w]);
        }

        await CheckSame(connection, "newest", KilledWriter.Views[1]);
        await CheckSame(connection, "touched", KilledWriter.Views[2]);
        if ((await Rows(connection, "SELECT name FROM rw_catalog.rw_materialized_views WHERE name = 'late'")).Count > 0)
        {
            await CheckSame(connection, "late", " AS " + Recomputed);
        }
    }

    private static async Task CheckSame(NpgsqlConnection connection, string view, string definition)
    {
        string query = definition[(definition.IndexOf(" AS ", StringComparison.Ordinal) + 4)..];
        Assert.Equal(
            (await Rows(connection, query)).Order(StringComparer.Ordinal),
            (await Rows(connection, $"SELECT * FROM {view}")).Order(StringComparer.Ordinal));
    }

    private async Task CheckEnd(Input input, ConsistencyChecker checker, int produced)
    {
        await using var connection = await Open(Connection(_server));
        var clock = Stopwatch.StartNew();
        Reading last;
        do
        {
            last = await ConsistencyReads.ReadOnce(connection, session: 99, withBalances: true, withScans: true);
            checker.Check(last);
        }
        while (last.Accepted < produced && clock.Elapsed.TotalSeconds < 60);

        Assert.True(checker.Violations.Count == 0, string.Join('\n', checker.Violations.Take(10)));
        Assert.Equal(produced, last.Accepted);
        Assert.InRange(produced, 1, input.InOrder.Count);
    }

    private static async Task<WriterSum[]> Sums(NpgsqlConnection connection, string query)
    {
        var sums = Enumerable.Repeat(new WriterSum(0, -1, 0, 0), Writers).ToArray();
        await using var command = new NpgsqlCommand(query, connection);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            long Long(int i) => Convert.ToInt64(reader.GetValue(i), CultureInfo.InvariantCulture);
            sums[reader.GetInt32(0)] = new WriterSum(Long(1), Long(2), Long(3), Long(4));
        }

        return sums;
    }

    private static async Task<List<string>> Rows(NpgsqlConnection connection, string query)
    {
        var rows = new List<string>();
        await using var command = new NpgsqlCommand(query, connection);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(reader.GetValue)));
        }

        return rows;
    }

    private static string Connection(ServerProcess server) =>
        server.ConnectionString + ";Pooling=false;Server Compatibility Mode=NoTypeLoading;Command Timeout=120";

    private static async Task<NpgsqlConnection> Open(string connectionString)
    {
        var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        return connection;
    }

    private static async Task Execute(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
