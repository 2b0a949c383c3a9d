using Npgsql;
using Vectorized.Storage.Platform;

namespace Vectorized.Bench.Freshness;

/// <summary>
/// Whether building a view over many rows moves what others see: an outside client polls a small view over a stream of a moderate
/// rate, first with nothing else going on, then while a second client's CREATE MATERIALIZED VIEW over a large table runs. With
/// --writes a third client changes the table one row a statement meanwhile. Every built view is held against its query.
/// </summary>
internal sealed class BackfillSuite : IBenchSuite
{
    private const long StartDelayMs = 2_000;
    private const int WarmSeconds = 3;
    private static readonly IClock _clock = Host.System.Clock;

    public string Name => "backfill";

    public string Summary => "age of what an outside client reads while views over a large table are built: [--rows N] [--rate N] "
        + "[--seconds N] [--workers N] [--writes] [--data DIR]";

    public IReadOnlyList<string> Options { get; } = ["--rows", "--rate", "--seconds", "--workers", "--writes", "--data"];

    public BenchTable Run(BenchArguments arguments)
    {
        long rows = arguments.Number("--rows", 10_000_000);
        using var server = ServedDatabase.Start(
            arguments.Text("--data") ?? Path.GetTempPath(), "--workers", $"{arguments.Number("--workers", 1)}");
        using var connection = Open(server);
        using var builder = Open(server);
        Execute(connection, [.. BackfillScript.Fill(rows)]);
        // The first round warms up what is compiled at run time.
        var alone = BackfillScript.Builds.ToDictionary(b => b.Name, b => Math.Min(BuildAlone(builder, b), BuildAlone(builder, b)));

        long gap = 1_000_000_000 / arguments.Number("--rate", 100_000);
        long start = (_clock.WallMicros / 1000) + StartDelayMs;
        Execute(connection, [.. BackfillScript.CreateStream(start, gap)]);
        PollUntil(connection, (start * 1000) + (WarmSeconds * 1_000_000L), () => false);
        var before = PollUntil(connection, _clock.WallMicros + (arguments.Number("--seconds", 15) * 1_000_000), () => false);
        var table = new BenchTable(
            "while", "rows", "build s", "alone s", "changes", "reads", "p50 ms", "p99 ms", "max ms", "p99 ratio");
        double usual = At(before, 0.99);
        table.Add("nothing is built", rows, null, null, null, before.Count, At(before, 0.5), usual, At(before, 1), null);
        foreach (var build in BackfillScript.Builds)
        {
            using var writer = arguments.Has("--writes") ? new BackfillWriter(Open(server), rows) : null;
            var running = BuildBeside(builder, build);
            var ages = PollUntil(connection, long.MaxValue, () => running.IsCompleted);
            double seconds = running.GetAwaiter().GetResult();
            long changes = writer?.Stop() ?? 0;
            Check(builder, build);
            table.Add(
                build.Name, rows, seconds, alone[build.Name], changes, ages.Count, At(ages, 0.5), At(ages, 0.99), At(ages, 1),
                At(ages, 0.99) / usual);
        }

        return table;
    }

    private static NpgsqlConnection Open(ServedDatabase server)
    {
        var connection = new NpgsqlConnection(server.ConnectionString.Replace("Timeout=120", "Timeout=600", StringComparison.Ordinal));
        connection.Open();
        return connection;
    }

    private static double BuildAlone(NpgsqlConnection connection, (string Name, string Query) build)
    {
        long started = _clock.MonotonicNanos;
        Execute(connection, BackfillScript.Create(build));
        double seconds = (_clock.MonotonicNanos - started) / 1e9;
        Check(connection, build);
        return seconds;
    }

    private static async Task<double> BuildBeside(NpgsqlConnection connection, (string Name, string Query) build)
    {
        long started = _clock.MonotonicNanos;
        await using var command = new NpgsqlCommand(BackfillScript.Create(build), connection);
        await command.ExecuteNonQueryAsync();
        return (_clock.MonotonicNanos - started) / 1e9;
    }

    /// <summary>Holds the view against its query, then drops it.</summary>
    private static void Check(NpgsqlConnection connection, (string Name, string Query) build)
    {
        foreach (string sql in BackfillScript.Differences(build))
        {
            using var command = new NpgsqlCommand(sql, connection);
            if (Convert.ToInt64(command.ExecuteScalar(), null) is var different and not 0)
            {
                throw new InvalidDataException($"{build.Name}: {different} rows differ: {sql}");
            }
        }

        Execute(connection, BackfillScript.Drop(build));
    }

    /// <summary>Ages of what was read, ascending, in microseconds.</summary>
    private static List<long> PollUntil(NpgsqlConnection connection, long endMicros, Func<bool> isOver)
    {
        var ages = new List<long>();
        using var command = new NpgsqlCommand(FreshnessScript.Read(FreshnessScript.Totals), connection);
        command.Prepare();
        while (_clock.WallMicros < endMicros && !isOver())
        {
            using (var reader = command.ExecuteReader())
            {
                if (reader.Read() && !reader.IsDBNull(0))
                {
                    long newest = (reader.GetDateTime(0) - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
                    ages.Add(_clock.WallMicros - newest);
                }
            }

            _clock.Delay(TimeSpan.FromMilliseconds(1), CancellationToken.None).AsTask().Wait();
        }

        ages.Sort();
        return ages;
    }

    private static double At(List<long> sorted, double quantile) => sorted[(int)((sorted.Count - 1) * quantile)] / 1000.0;

    private static void Execute(NpgsqlConnection connection, params string[] statements)
    {
        foreach (string statement in statements)
        {
            using var command = new NpgsqlCommand(statement, connection);
            command.ExecuteNonQuery();
        }
    }
}
