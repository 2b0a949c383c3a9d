using System.Globalization;
using Vectorized.Connectors.Generators.Tpch;
using Vectorized.Engine.Columns;

namespace Vectorized.Bench.Tpch;

/// <summary>
/// TPC-H's queries three ways. Load: an incremental view fed all tables in ticks of 1,000 rows, in turn; rows of the tables the
/// query reads a second of processor time. Refresh: the processor time in which that view takes in a set of new orders and
/// loses a set of old ones, over the time DuckDB needs to run the query again. Ad hoc: the query over the stored tables,
/// planning included, over DuckDB's time (below 1 is faster). One thread on both sides, one run, and every answer compared.
/// </summary>
internal sealed class TpchSuite : IBenchSuite
{
    private const int Repetitions = 3;

    public string Name => "tpch";

    public string Summary =>
        "queries as views and ad hoc beside DuckDB: [--scale 0.1] [--queries q1,q6] [--no-duckdb] [--only load|ad-hoc]"
        + " [--plan [text]] [--check [--answers DIR] [--times before,amid,after]]";

    public IReadOnlyList<string> Options { get; } =
        ["--scale", "--queries", "--no-duckdb", "--plan", "--only", "--check", "--answers", "--times"];

    public BenchTable Run(BenchArguments arguments)
    {
        decimal scale = decimal.Parse(arguments.Text("--scale") ?? "0.1", CultureInfo.InvariantCulture);
        var generator = new TpchGenerator(new TpchScale(scale));
        var queries = arguments.List("--queries", TpchQueries.Names);
        if (arguments.Has("--plan"))
        {
            return TpchPlanning.Run(scale, queries, arguments.Text("--plan") == "text" ? Console.Out : null);
        }

        if (arguments.Has("--check"))
        {
            return TpchCheck.Run(scale, queries, arguments.List("--times", TpchCheck.Times), arguments.Text("--answers"));
        }

        string? only = arguments.Text("--only");
        var duckDb = arguments.Has("--no-duckdb") ? null : DuckDbRun.Start(generator, queries, threads: 1);
        var loads = queries.ToDictionary(q => q, _ => default(Load?));
        if (only is not "ad-hoc")
        {
            using var ticks = new TpchTicks(generator);
            foreach (string query in queries)
            {
                loads[query] = MeasureLoad(query, generator, ticks, duckDb);
            }
        }

        var table = new BenchTable(
            "query", "scale", "tuples/s/core", "refresh vs DuckDB", "ad-hoc vs DuckDB", "load tuples", "refresh ms", "ad-hoc ms",
            "DuckDB ms", "state MB", "checked by");
        using var database = new TpchDatabase(scale, workers: 1);
        if (only is not "load")
        {
            database.LoadAll();
        }

        foreach (string query in queries)
        {
            double? seconds = only is "load" ? null : MeasureAdHoc(query, database, duckDb);
            double? theirs = duckDb?.Seconds(query);
            var load = loads[query];
            table.Add(
                query, scale, load?.Rate, load?.RefreshSeconds / theirs, seconds / theirs, load?.Rows, load?.RefreshSeconds * 1000,
                seconds * 1000, theirs * 1000, load?.StateMegabytes, duckDb is null ? "nobody" : "DuckDB");
        }

        return table;
    }

    private static Load MeasureLoad(string query, TpchGenerator generator, TpchTicks ticks, DuckDbRun? duckDb)
    {
        var rates = new List<double>();
        var refreshes = new List<double>();
        var result = new Load();
        for (int run = 0; run <= Repetitions; run++)
        {
            long before = BlockPool.LiveBytes;
            using var view = new TpchView(query, TpchQueries.Read(query), generator);
            var load = ticks.InTurn(view.Tables).ToList();
            long rows = 0;
            double start = CpuClock.ProcessSeconds;
            foreach (var (table, batch) in load)
            {
                rows += view.Tick(table, batch);
            }

            rates.Add(rows / (CpuClock.ProcessSeconds - start));
            double megabytes = (BlockPool.LiveBytes - before) / 1e6;
            if (run == 0)
            {
                Check(query, "the loaded view", duckDb?.Answer(query, refreshed: false), view.Rows());
            }

            (List<(TpchTable, Batch)> Come, List<(TpchTable, Batch)> Go) = ([.. ticks.NewOrders(0)], [.. ticks.OldOrders(0)]);
            start = CpuClock.ProcessSeconds;
            foreach (var (table, batch) in Come.Concat(Go))
            {
                view.Tick(table, batch);
            }

            refreshes.Add(CpuClock.ProcessSeconds - start);
            if (run == 0)
            {
                Check(query, "the refreshed view", duckDb?.Answer(query, refreshed: true), view.Rows());
                rates.Clear();
                refreshes.Clear();
            }

            result = new Load { Rows = rows, StateMegabytes = megabytes };
        }

        rates.Sort();
        refreshes.Sort();
        return result with { Rate = rates[Repetitions / 2], RefreshSeconds = refreshes[Repetitions / 2] };
    }

    private static double MeasureAdHoc(string query, TpchDatabase database, DuckDbRun? duckDb)
    {
        string sql = TpchQueries.Read(query);
        var rows = database.Query(sql);
        if (duckDb is not null && TpchAnswers.Differs(duckDb.Answer(query, refreshed: false), rows) is { } difference)
        {
            throw new InvalidOperationException($"{query} ad hoc differs from DuckDB: {difference}");
        }

        Warm.Up(() => database.CountRows(database.Prepare(sql)));
        var times = new List<double>();
        for (int run = 0; run < Repetitions; run++)
        {
            double start = CpuClock.ProcessSeconds;
            database.CountRows(database.Prepare(sql));
            times.Add(CpuClock.ProcessSeconds - start);
        }

        times.Sort();
        return times[Repetitions / 2];
    }

    private static void Check(string query, string what, List<string?[]>? expected, List<string?[]> actual)
    {
        if (expected is not null && TpchAnswers.DiffersAsSet(expected, actual) is { } difference)
        {
            throw new InvalidOperationException($"{query}: {what} differs from DuckDB: {difference}");
        }
    }

    private readonly record struct Load(double Rate, double RefreshSeconds, long Rows, double StateMegabytes);
}
