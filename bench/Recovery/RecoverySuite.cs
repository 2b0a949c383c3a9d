using Npgsql;
using Vectorized.Bench.Freshness;
using Vectorized.Storage.Platform;

namespace Vectorized.Bench.Recovery;

/// <summary>
/// How long a server takes from its start to the answer of a first point look-up, measured by a client: over a table of many rows
/// after a clean stop, and killed under full load, its files synced and out of the page cache both times. Results are checked.
/// </summary>
internal sealed class RecoverySuite : IBenchSuite
{
    private const int Clients = 4;
    private const int RowsPerInsert = 200;
    private static readonly IClock _clock = Host.System.Clock;

    public string Name => "recovery";

    public string Summary => "seconds to the first look-up after a clean stop and a kill: [--rows N] [--load-seconds N] [--workers N] "
        + "[--data DIR] [--times N]";

    public IReadOnlyList<string> Options { get; } = ["--rows", "--load-seconds", "--workers", "--data", "--times"];

    public BenchTable Run(BenchArguments arguments)
    {
        long rows = arguments.Number("--rows", 10_000_000);
        string[] options = ["--workers", $"{arguments.Number("--workers", 1)}"];
        var table = new BenchTable(
            "end", "rows", "state MB", "log MB", "listening s", "look-up s", "of that CPU s", "execution s", "acknowledged");
        var server = ServedDatabase.Start(arguments.Text("--data") ?? Path.GetTempPath(), options);
        try
        {
            using (var connection = Open(server))
            {
                long filling = _clock.MonotonicNanos;
                Array.ForEach(RecoveryTable.Definitions, d => RecoveryTable.Execute(connection, d));
                RecoveryTable.Fill(connection, rows);
                Console.Error.WriteLine($"filled in {Seconds(filling):0.0} s, {server.ProcessorSeconds:0.0} s of CPU");
            }

            for (int time = 0; time < arguments.Number("--times", 1); time++)
            {
                long began = _clock.MonotonicNanos;
                server.End(atOnce: false);
                Console.Error.WriteLine($"stopped in {Seconds(began):0.00} s");
                Restart(ref server, options, table, "stop", rows, null, null);
            }

            ChangeOneRow(server, rows / 3);
            var load = new RecoveryLoad(Clients, RowsPerInsert, rows);
            load.Run(server, (int)arguments.Number("--load-seconds", 15));
            Restart(ref server, options, table, "kill", load.Prefix, load.ExecutionSeconds, load.Acknowledged);
        }
        finally
        {
            server.Dispose();
        }

        return table;
    }

    private static void Restart(
        ref ServedDatabase server, string[] options, BenchTable table, string end, long rowsMin, double? execution, long? acknowledged)
    {
        PageCache.Drop(server.DataDirectory);
        double state = Megabytes(Path.Combine(server.DataDirectory, "state"));
        double log = Megabytes(Path.Combine(server.DataDirectory, "log"));
        long began = _clock.MonotonicNanos;
        server = ServedDatabase.StartIn(server.DataDirectory, options);
        double listening = Seconds(began);
        using var connection = Open(server);
        RecoveryTable.LookUp(connection, rowsMin / 2);
        double lookUp = Seconds(began);
        double cpu = server.ProcessorSeconds;
        RecoveryTable.LookUp(connection, rowsMin - 1);
        long rows = RecoveryTable.Check(connection, rowsMin);
        if (rows < rowsMin)
        {
            throw new InvalidOperationException($"{rows} rows of {rowsMin} acknowledged came back");
        }

        table.Add(end, rows, state, log, listening, lookUp, cpu, execution, acknowledged);
    }

    /// <summary>Prints what a checkpoint writes for one changed row of the table.</summary>
    private static void ChangeOneRow(ServedDatabase server, long id)
    {
        string state = Path.Combine(server.DataDirectory, "state");
        var before = Directory.GetFiles(state, "*", SearchOption.AllDirectories).ToHashSet();
        using (var connection = Open(server))
        {
            RecoveryTable.Execute(
                connection, $"UPDATE t SET note = note || '!', customer = (customer + 1) % {RecoveryTable.Customers} WHERE id = {id}");
        }

        long began = _clock.MonotonicNanos;
        string[] written = [];
        while (!Array.Exists(written, f => f.Contains("manifest", StringComparison.Ordinal)))
        {
            if (Seconds(began) > 60)
            {
                throw new InvalidOperationException("a changed row has led to no checkpoint within a minute");
            }

            _clock.Delay(TimeSpan.FromMilliseconds(50), CancellationToken.None).AsTask().Wait();
            written = [.. Directory.GetFiles(state, "*", SearchOption.AllDirectories).Where(f => !before.Contains(f))];
        }

        long bytes = written.Sum(f => new FileInfo(f).Length);
        Console.Error.WriteLine($"one changed row: {bytes} bytes in {written.Length} objects");
        if (bytes >= 1 << 20)
        {
            throw new InvalidOperationException($"one changed row was written as {bytes} bytes");
        }
    }

    private static NpgsqlConnection Open(ServedDatabase server)
    {
        var connection = new NpgsqlConnection(server.ConnectionString);
        connection.Open();
        return connection;
    }

    private static double Megabytes(string directory) => Directory.Exists(directory)
        ? Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length) / 1e6
        : 0;

    private static double Seconds(long since) => (_clock.MonotonicNanos - since) / 1e9;
}
