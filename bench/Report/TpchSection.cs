using System.Text;
using Vectorized.Bench.Tpch;

namespace Vectorized.Bench.Report;

/// <summary>TPC-H by query: load, refresh and ad hoc, beside DuckDB in the same run and beside published figures.</summary>
internal sealed class TpchSection : IReportSection
{
    public string Title => "TPC-H, queries as incremental views and ad hoc";

    public IReadOnlyList<string> Suites { get; } = ["tpch"];

    public string Write(SuiteResults results)
    {
        var html = new StringBuilder(
            """
            <p>Load: the query as a view, all tables streamed in turn in ticks of 1,000 rows; rows of the tables it reads a second of
            processor time. Refresh: what the view needs to take in a set of new orders and lose a set of old ones (0.1 % each), beside what
            DuckDB needs to run the query again. Ad hoc: the query over stored tables, planning included, beside DuckDB. One thread on both
            sides; every answer was compared.</p>

            """);
        foreach (var scale in results.Rows("tpch", "query", "scale").GroupBy(r => r.Text("scale")))
        {
            ResultRow[] rows = [.. TpchQueries.Names.Select(q => scale.FirstOrDefault(r => r.Text("query") == q)).OfType<ResultRow>()];
            html.Append($"<h3>Scale {scale.Key}</h3>\n");
            Load(html, rows);
            AgainstDuckDb(html, rows);
            Table(html, rows);
        }

        return html.Append(PublishedTable.Of(PublishedTpch.All)).ToString();
    }

    private static void Load(StringBuilder html, ResultRow[] rows)
    {
        var chart = new DotChart("TPC-H load", "tuples/s/core");
        foreach (var (source, marker) in PublishedTpch.All.Zip((Marker[])[Marker.Diamond, Marker.Bar]))
        {
            string whose = $"{source.System} (published)";
            chart.Add(whose, "published", marker, source.Values.Select(v => (v.Key, (double?)v.Value, (string?)null)));
        }

        chart.Add("ours", "ours", Marker.Circle, Column(rows, "tuples/s/core"));
        html.Append(chart.Draw([.. rows.Select(Query)]));
    }

    private static void AgainstDuckDb(StringBuilder html, ResultRow[] rows)
    {
        var chart = new DotChart("TPC-H against DuckDB's processor time", "times DuckDB's processor time; left is less");
        chart.Reference(1, "DuckDB");
        chart.Add("refresh of the view", "floor", Marker.Diamond, Column(rows, "refresh vs DuckDB"));
        chart.Add("ad hoc", "ours", Marker.Circle, Column(rows, "ad-hoc vs DuckDB"));
        html.Append(chart.Draw([.. rows.Select(Query)]));
        foreach (var (name, column) in new[] { ("refresh", "refresh vs DuckDB"), ("ad hoc", "ad-hoc vs DuckDB") })
        {
            var values = rows.Select(r => r.Number(column)).OfType<double>().Where(v => v > 0).ToList();
            if (values.Count > 0)
            {
                double mean = Math.Exp(values.Average(Math.Log));
                html.Append($"<p>Geometric mean, {name}: {Quantity.Format(mean)} of DuckDB's processor time; "
                    + $"the worst {Quantity.Format(values.Max())}.</p>\n");
            }
        }
    }

    private static void Table(StringBuilder html, ResultRow[] rows)
    {
        var table = new HtmlTable(
            "query", "load, tuples/s/core", "best published", "whose", "times it", "refresh ms", "DuckDB ms", "refresh / DuckDB",
            "ad hoc ms", "ad hoc / DuckDB", "state MB");
        foreach (var row in rows)
        {
            var best = PublishedSource.Best(PublishedTpch.All, Query(row));
            table.Add(
                Query(row), F("tuples/s/core"), Quantity.Format(best?.Value), best?.System,
                Quantity.Format(row.Number("tuples/s/core") / best?.Value), F("refresh ms"), F("DuckDB ms"), F("refresh vs DuckDB"),
                F("ad-hoc ms"), F("ad-hoc vs DuckDB"), F("state MB"));

            string F(string column) => Quantity.Format(row.Number(column));
        }

        html.Append(table);
    }

    private static string Query(ResultRow row) => row.Text("query") ?? "";

    private static IEnumerable<(string Name, double? Value, string? Note)> Column(ResultRow[] rows, string column) =>
        rows.Select(r => (Query(r), r.Number(column), (string?)null));
}
