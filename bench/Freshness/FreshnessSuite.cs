using System.Globalization;
using Npgsql;
using Vectorized.Storage.Platform;

namespace Vectorized.Bench.Freshness;

/// <summary>
/// How old is what a client reads: an outside client polls views while events flow at half, or other parts, of the greatest rate the
/// same server sustains with the same views, which is measured first, over about as many events as the polled time has: checkpoints
/// and the size of the state are in both. A read's freshness is the time of its arrival minus the due time
/// of the newest event in what it read; event times are whole milliseconds, rounded down, which counts against us.
/// </summary>
internal sealed class FreshnessSuite : IBenchSuite
{
    private const int WarmSeconds = 3;
    private const int ProbeSeconds = 10;
    private const string DeviceBefore = "device's syncs alone, before";
    private const string DeviceAfter = "and after";
    private const long StartDelayMs = 4_000;
    private static readonly IClock _clock = Host.System.Clock;

    public string Name => "freshness";

    public string Summary => "age of what an outside client reads at half the greatest rate: [--seconds N] [--events N] [--rate N] "
        + "[--loads 0.1,0.5,0.9] (other parts of it) [--workers N] [--data DIR]";

    public IReadOnlyList<string> Options { get; } = ["--seconds", "--events", "--rate", "--loads", "--workers", "--data"];

    public BenchTable Run(BenchArguments arguments)
    {
        long events = arguments.Number("--events", 15_000_000) / 50 * 50;
        string data = arguments.Text("--data") ?? Path.GetTempPath();
        var before = DeviceProbe.Run(data, ProbeSeconds);
        using var server = ServedDatabase.Start(data, "--workers", $"{arguments.Number("--workers", 1)}");
        using var connection = new NpgsqlConnection(server.ConnectionString);
        connection.Open();
        double maxRate = 0;
        if (!arguments.Has("--rate"))
        {
            // The first round warms up what is compiled at run time.
            MeasureGreatestRate(connection, events / 250 * 50);
            maxRate = MeasureGreatestRate(connection, events);
        }

        int seconds = (int)arguments.Number("--seconds", 20);
        var table = new BenchTable("view", "load", "events/s", "max events/s", "reads", "p50 ms", "p99 ms", "max ms");
        foreach (var (load, rate) in Rates(arguments, maxRate))
        {
            var ages = Poll(connection, rate, seconds);
            Execute(connection, FreshnessScript.Drop());
            foreach (string view in FreshnessScript.Views)
            {
                Add(view, load, rate, ages[view]);
            }
        }

        // A last checkpoint comes before the device is alone.
        Pause(3000);
        Add(DeviceBefore, null, null, before);
        Add(DeviceAfter, null, null, DeviceProbe.Run(data, ProbeSeconds));
        return table;

        void Add(string name, double? load, long? rate, List<long> times)
        {
            times.Sort();
            table.Add(name, load, rate, maxRate, times.Count, At(times, 0.5), At(times, 0.99), times[^1] / 1000.0);
        }
    }

    /// <summary>Offered rates, and which parts of the greatest they are where that is known.</summary>
    private static IEnumerable<(double? Load, long Rate)> Rates(BenchArguments arguments, double maxRate)
    {
        if (maxRate == 0)
        {
            return [(null, arguments.Number("--rate", 0))];
        }

        var loads = (arguments.Text("--loads") ?? "0.5").Split(',').Select(text => double.Parse(text, CultureInfo.InvariantCulture));
        return loads.Select(load => ((double?)load, (long)(load * maxRate)));
    }

    /// <summary>All events fall due at once; the time from then until the last one is in the views.</summary>
    private static double MeasureGreatestRate(NpgsqlConnection connection, long events)
    {
        const long GapNanos = 1_000;
        long start = (_clock.WallMicros / 1000) + StartDelayMs;
        Execute(connection, FreshnessScript.Create(start, GapNanos, paceNanos: 1, events));
        WaitUntil(start);
        string rest = $"SELECT {events} - bids - (SELECT rows FROM others) FROM {FreshnessScript.Totals}";
        using (var command = new NpgsqlCommand(rest, connection))
        {
            while (Convert.ToInt64(command.ExecuteScalar(), null) > 0)
            {
                Pause(5);
            }
        }

        double seconds = (_clock.WallMicros - (start * 1000)) / 1e6;
        Execute(connection, FreshnessScript.Drop());
        return events / seconds;
    }

    /// <summary>Ages of what was read, in microseconds, by view.</summary>
    private static Dictionary<string, List<long>> Poll(NpgsqlConnection connection, long rate, int seconds)
    {
        long gap = 1_000_000_000 / rate;
        long start = (_clock.WallMicros / 1000) + StartDelayMs;
        Execute(connection, FreshnessScript.Create(start, gap, gap, long.MaxValue));
        var ages = FreshnessScript.Views.ToDictionary(v => v, _ => new List<long>());
        var commands = FreshnessScript.Views.ToDictionary(v => v, v => new NpgsqlCommand(FreshnessScript.Read(v), connection));
        foreach (var command in commands.Values)
        {
            command.Prepare();
        }

        WaitUntil(start + (WarmSeconds * 1000));
        long end = _clock.WallMicros + (seconds * 1_000_000L);
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
        }

        return ages;
    }

    private static double At(List<long> sorted, double quantile) => sorted[(int)((sorted.Count - 1) * quantile)] / 1000.0;

    private static void WaitUntil(long wallMs)
    {
        while (_clock.WallMicros < wallMs * 1000)
        {
            Pause(1);
        }
    }

    private static void Pause(int ms) => _clock.Delay(TimeSpan.FromMilliseconds(ms), CancellationToken.None).AsTask().Wait();

    private static void Execute(NpgsqlConnection connection, IEnumerable<string> statements)
    {
        foreach (string statement in statements)
        {
            using var command = new NpgsqlCommand(statement, connection);
            command.ExecuteNonQuery();
        }
    }
}
