using System.Globalization;
using Vectorized.Bench.Freshness;

namespace Vectorized.Bench.Pgwire;

/// <summary>
/// Point look-ups over the wire, by pgbench on the same machine (what it costs itself is part of the rates, not of the
/// processor times): our server, started here, and PostgreSQL 15 where it is installed, with equal tables, in turn within
/// each round; medians of the rounds. The answers of both are checked first. `--changes N` compares look-ups in a
/// materialized view of ours while N of its rows a second change with look-ups while none does. `--port` measures a
/// server that runs already.
/// </summary>
internal sealed class PgwireSuite : IBenchSuite
{
    private const string Table = "pgwire_accounts";
    private const string View = "pgwire_view";
    private const string Source = "pgwire_changes";

    public string Name => "pgwire";

    public string Summary => "point look-ups beside PostgreSQL's: [--rows N] [--clients 1,8,32] [--modes prepared,extended,simple] "
        + "[--seconds N] [--rounds N] [--changes N] | --port N [--host H] [--user U] [--db D]";

    public IReadOnlyList<string> Options { get; } =
    [
        "--port", "--host", "--user", "--db", "--rows", "--clients", "--modes", "--seconds", "--rounds", "--changes",
    ];

    public BenchTable Run(BenchArguments arguments)
    {
        if (!PgbenchRun.IsInstalled)
        {
            throw new ArgumentException("pgbench is not installed");
        }

        if (arguments.Has("--port"))
        {
            var given = new LookupTarget(
                "the server", arguments.Text("--host") ?? "127.0.0.1", (int)arguments.Number("--port", 4566),
                arguments.Text("--user") ?? "root", arguments.Text("--db") ?? "dev", null);
            return Compare(given, null, arguments);
        }

        using var server = ServedDatabase.Start(Path.GetTempPath());
        var ours = new LookupTarget("vectorized", "127.0.0.1", server.Port, "root", "dev", () => server.ProcessorSeconds);
        if (arguments.Has("--changes"))
        {
            return Disturb(ours, arguments);
        }

        using var cluster = PostgresCluster.TryStart();
        var theirs = cluster is null
            ? null
            : new LookupTarget("postgresql", "127.0.0.1", cluster.Port, "postgres", "postgres", () => cluster.ProcessorSeconds);
        return Compare(ours, theirs, arguments);
    }

    private static BenchTable Compare(LookupTarget ours, LookupTarget? theirs, BenchArguments arguments)
    {
        int rows = (int)arguments.Number("--rows", 100_000);
        LookupTarget[] targets = theirs is null ? [ours] : [ours, theirs];
        foreach (var target in targets)
        {
            target.Execute(
                $"DROP TABLE IF EXISTS {Table}",
                $"CREATE TABLE {Table} (aid int PRIMARY KEY, bid int, abalance int, filler text)",
                $"INSERT INTO {Table} SELECT i, i % 10, i * 7, 'account ' || i FROM generate_series(1, {rows}) AS g(i)");
            target.Check($"SELECT abalance FROM {Table} WHERE aid = $1", rows, id => id * 7L);
        }

        theirs?.Execute($"VACUUM ANALYZE {Table}");
        string script = $"\\set aid random(1, {rows})\nSELECT abalance FROM {Table} WHERE aid = :aid;\n";
        var table = new BenchTable(
            "mode", "clients", "tps", "postgres tps", "ratio", "cpu us", "postgres cpu us", "cpu ratio", "p50 us", "p99 us");
        foreach (var (mode, clients) in Cases(arguments))
        {
            var measured = Rounds(targets, script, mode, clients, arguments);
            var (tps, cpu) = (measured[0].Tps, measured[0].Cpu);
            double? otherTps = theirs is null ? null : measured[1].Tps;
            double? otherCpu = theirs is null ? null : measured[1].Cpu;
            table.Add(
                mode, clients, tps, otherTps, tps / otherTps, double.IsNaN(cpu) ? null : cpu, otherCpu, cpu / otherCpu,
                measured[0].P50, measured[0].P99);
        }

        return table;
    }

    /// <summary>The view while its source is silent, then the same while every event changes a row of it.</summary>
    private static BenchTable Disturb(LookupTarget ours, BenchArguments arguments)
    {
        int rows = (int)arguments.Number("--rows", 100_000);
        long rate = arguments.Number("--changes", 50_000);
        string script = $"\\set k random(0, {rows - 1})\nSELECT changes FROM {View} WHERE k = :k;\n";
        var table = new BenchTable("mode", "clients", "idle tps", "tps", "ratio", "idle cpu us", "changes/s", "p50 us", "p99 us");
        foreach (var (mode, clients) in Cases(arguments))
        {
            // First as many events at once as there are rows, then silence; then the same source without end.
            ours.Execute(CreateView(rate: 10_000_000, rows, end: rows - 1));
            WaitForRows(ours, rows);
            ours.Check($"SELECT changes FROM {View} WHERE k = $1 - 1", rows, _ => 1);
            var idle = Rounds([ours], script, mode, clients, arguments)[0];
            ours.Execute(DropView());
            ours.Execute(CreateView(rate, rows, end: long.MaxValue));
            WaitForRows(ours, rows);
            var watch = System.Diagnostics.Stopwatch.StartNew();
            long before = ours.Scalar($"SELECT sum(changes)::bigint FROM {View}");
            var busy = Rounds([ours], script, mode, clients, arguments)[0];
            double changes = (ours.Scalar($"SELECT sum(changes)::bigint FROM {View}") - before) / watch.Elapsed.TotalSeconds;
            ours.Execute(DropView());
            table.Add(mode, clients, idle.Tps, busy.Tps, busy.Tps / idle.Tps, idle.Cpu, changes, busy.P50, busy.P99);
        }

        return table;
    }

    private static string[] CreateView(long rate, int rows, long end) =>
    [
        $"CREATE SOURCE {Source} (n bigint) WITH (connector = 'datagen', fields.n.kind = 'sequence', fields.n.start = '0', "
            + $"fields.n.end = '{end}', datagen.rows.per.second = '{rate}') FORMAT PLAIN ENCODE JSON",
        $"CREATE MATERIALIZED VIEW {View} AS SELECT n % {rows} AS k, count(*) AS changes FROM {Source} GROUP BY n % {rows}",
        $"CREATE INDEX {View}_k ON {View} (k)",
    ];

    private static string[] DropView() => [$"DROP MATERIALIZED VIEW {View}", $"DROP SOURCE {Source}"];

    private static void WaitForRows(LookupTarget ours, int rows)
    {
        while (ours.Scalar($"SELECT count(*) FROM {View}") < rows)
        {
            Thread.Sleep(20);
        }
    }

    private static IEnumerable<(string Mode, int Clients)> Cases(BenchArguments arguments)
    {
        foreach (string mode in arguments.List("--modes", ["prepared", "extended", "simple"]))
        {
            foreach (string clients in (arguments.Text("--clients") ?? "1,8,32").Split(','))
            {
                yield return (mode, int.Parse(clients, CultureInfo.InvariantCulture));
            }
        }
    }

    /// <summary>Medians by target; each round measures all targets, one after the other, after one second to warm up.</summary>
    private static (double Tps, double Cpu, double P50, double P99)[] Rounds(
        LookupTarget[] targets, string script, string mode, int clients, BenchArguments arguments)
    {
        int rounds = (int)arguments.Number("--rounds", 3);
        int seconds = (int)arguments.Number("--seconds", 3);
        var tps = Array.ConvertAll(targets, _ => new double[rounds]);
        var cpu = Array.ConvertAll(targets, _ => new double[rounds]);
        var results = Array.ConvertAll(targets, _ => new PgbenchResult[rounds]);
        foreach (var target in targets)
        {
            target.Measure(script, mode, clients, seconds: 1);
        }

        for (int round = 0; round < rounds; round++)
        {
            for (int t = 0; t < targets.Length; t++)
            {
                (results[t][round], cpu[t][round]) = targets[t].Measure(script, mode, clients, seconds);
                tps[t][round] = results[t][round].Tps;
            }
        }

        return
        [
            .. targets.Select((_, t) => (
                Median(tps[t]), Median(cpu[t]),
                Median([.. results[t].Select(r => r.P50Micros)]), Median([.. results[t].Select(r => r.P99Micros)]))),
        ];
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }
}
