using Npgsql;
using Vectorized.Bench.Freshness;
using Vectorized.Bench.Nexmark;
using Vectorized.Connectors.Generators;
using Vectorized.Engine.Budget;
using Vectorized.Storage.Platform;

namespace Vectorized.Bench.Budget;

/// <summary>
/// A server whose limit some views outgrow, beside others that stay small: how large the process gets (sampled every 20 ms),
/// how old the others are to an outside client meanwhile, when each hoarder is suspended, and whether RESUME under a larger limit brings it
/// back complete. A second client asks the hoarders for large results all the time.
/// </summary>
internal sealed class MemorySuite : IBenchSuite
{
    private const long StartDelayMs = 3_000;

    /// <summary>What is compiled at run time is compiled by then.</summary>
    private const long WarmMs = 5_000;
    private static readonly IClock _clock = Host.System.Clock;

    private static readonly (string Name, string Query)[] _steady =
    [
        ("totals", "SELECT count(*) AS bids, sum(price) AS paid, max(date_time) AS newest FROM bid"),
        ("by_channel", "SELECT channel, count(*) AS bids, max(price) AS best FROM bid GROUP BY channel"),
        ("by_second", "SELECT extract(second FROM date_time)::int AS s, count(*) AS bids, avg(price) AS price FROM bid GROUP BY 1"),
    ];

    private static readonly (string Name, string Query)[] _hoarders =
    [
        ("hoard_rows", "SELECT * FROM bid"),
        ("hoard_groups", "SELECT auction, bidder, price, count(*) AS n, max(url) AS url FROM bid GROUP BY auction, bidder, price"),
        ("hoard_urls", "SELECT auction, url, date_time FROM bid"),
    ];

    public string Name => "memory";

    public string Summary =>
        "a server whose limit some views outgrow: size, age of the others, RESUME: [--seconds N] [--rate N] [--memory SIZE] "
        + "[--workers N] [--data DIR]";

    public IReadOnlyList<string> Options { get; } = ["--seconds", "--rate", "--memory", "--workers", "--data"];

    public BenchTable Run(BenchArguments arguments)
    {
        string limit = arguments.Text("--memory") ?? "512MiB";
        long limitBytes = MemorySize.TryParse(limit) ?? throw new ArgumentException("--memory wants a size");
        using var server = ServedDatabase.Start(
            arguments.Text("--data") ?? Path.GetTempPath(), "--workers", $"{arguments.Number("--workers", 1)}", "--memory", limit);
        using var connection = new NpgsqlConnection(server.ConnectionString);
        connection.Open();
        Create(connection, arguments.Number("--rate", 10_000));
        int seconds = (int)arguments.Number("--seconds", 300);
        var watch = new MemoryWatch(server);
        var ages = _steady.ToDictionary(v => v.Name, _ => new List<long>());
        var suspendedAt = new Dictionary<string, double>();
        var refusals = Task.Factory.StartNew(() => AskForMuch(server, seconds), TaskCreationOptions.LongRunning);
        Poll(connection, seconds, ages, suspendedAt);
        double maxMiB = watch.Stop() / 1048576.0;
        var refused = refusals.Result;
        Execute(connection, $"ALTER SYSTEM SET memory = '{limitBytes * 6}'");
        var table = new BenchTable("view", "reads", "p50 ms", "p99 ms", "max ms", "suspended at s", "resumed in s", "rows missing");
        foreach (var (name, _) in _steady)
        {
            var sorted = ages[name];
            sorted.Sort();
            table.Add(name, sorted.Count, At(sorted, 0.5), At(sorted, 0.99), sorted[^1] / 1000.0, null, null, null);
        }

        foreach (var (name, _) in _hoarders)
        {
            bool isSuspended = suspendedAt.TryGetValue(name, out double at);
            long started = _clock.MonotonicNanos;
            if (isSuspended)
            {
                Execute(connection, $"RESUME MATERIALIZED VIEW {name}");
            }

            double resumed = (_clock.MonotonicNanos - started) / 1e9;
            string rows = name == "hoard_groups" ? "sum(n)" : "count(*)";
            long missing = Convert.ToInt64(Scalar(connection, $"SELECT (SELECT bids FROM totals) - (SELECT {rows} FROM {name})"), null);
            table.Add(name, null, null, null, null, isSuspended ? at : null, isSuspended ? resumed : null, missing);
        }

        Console.WriteLine($"limit {MemorySize.Format(limitBytes)}, most resident {maxMiB:0.0} MiB "
            + $"({(maxMiB * 1048576 / limitBytes - 1) * 100:+0.0;-0.0} %), {refused.Done} large queries done, {refused.Refused} refused");
        return table;
    }

    private static void Create(NpgsqlConnection connection, long rate)
    {
        long gap = 1_000_000_000 / rate;
        long start = (_clock.WallMicros / 1000) + StartDelayMs;
        Execute(connection, NexmarkSql.CreateSource(
            NexmarkKind.Bid,
            $"nexmark.base.time = '{start}', nexmark.start.time = '{start}', nexmark.min.event.gap.in.ns = '{gap}', "
            + $"nexmark.event.time.gap.in.ns = '{gap}'"));
        foreach (var (name, query) in _steady.Concat(_hoarders))
        {
            Execute(connection, $"CREATE MATERIALIZED VIEW {name} AS {query}");
        }

        while (_clock.WallMicros < (start + WarmMs) * 1000)
        {
            Pause(10);
        }
    }

    private static void Poll(
        NpgsqlConnection connection, int seconds, Dictionary<string, List<long>> ages, Dictionary<string, double> suspendedAt)
    {
        var commands = _steady.ToDictionary(v => v.Name, v => new NpgsqlCommand(
            $"SELECT newest, (SELECT count(*) FROM {v.Name}) FROM totals", connection));
        foreach (var command in commands.Values)
        {
            command.Prepare();
        }

        long start = _clock.WallMicros;
        long end = start + (seconds * 1_000_000L);
        long nextLook = start;
        while (_clock.WallMicros < end)
        {
            foreach (var (view, command) in commands)
            {
                using (var reader = command.ExecuteReader())
                {
                    reader.Read();
                    long newest = (reader.GetDateTime(0) - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
                    ages[view].Add(_clock.WallMicros - newest);
                }

                Pause(1);
            }

            if (_clock.WallMicros >= nextLook)
            {
                nextLook += 500_000;
                using var command = new NpgsqlCommand("SELECT name FROM rw_catalog.rw_suspended", connection);
                using var reader = command.ExecuteReader();
                while (reader.Read())
                {
                    suspendedAt.TryAdd(reader.GetString(0), (_clock.WallMicros - start) / 1e6);
                }
            }
        }
    }

    /// <summary>Asks for what needs much memory; a refusal for want of it, or of a view that is suspended, is an answer.</summary>
    private static (int Done, int Refused) AskForMuch(ServedDatabase server, int seconds)
    {
        using var connection = new NpgsqlConnection(server.ConnectionString);
        long end = _clock.WallMicros + (seconds * 1_000_000L);
        var (done, refused) = (0, 0);
        for (int i = 0; _clock.WallMicros < end; i++)
        {
            if (connection.State != System.Data.ConnectionState.Open)
            {
                // Npgsql gives a connection up that was told 53200.
                connection.Close();
                connection.Open();
            }

            try
            {
                Execute(connection, $"SELECT count(*) FROM (SELECT DISTINCT * FROM {_hoarders[i % _hoarders.Length].Name}) q");
                done++;
            }
            catch (PostgresException e) when (e.SqlState is "53200" or "55000")
            {
                refused++;
            }

            Pause(1_000);
        }

        return (done, refused);
    }

    private static double At(List<long> sorted, double quantile) => sorted[(int)((sorted.Count - 1) * quantile)] / 1000.0;

    private static void Pause(int ms) => _clock.Delay(TimeSpan.FromMilliseconds(ms), CancellationToken.None).AsTask().Wait();

    private static void Execute(NpgsqlConnection connection, string statement) => Scalar(connection, statement);

    private static object? Scalar(NpgsqlConnection connection, string statement)
    {
        using var command = new NpgsqlCommand(statement, connection) { CommandTimeout = 600 };
        return command.ExecuteScalar();
    }
}
