using System.Text;

namespace Vectorized.Bench.Report;

/// <summary>Latency of ticks, as an outside client sees it, against the offered load.</summary>
internal sealed class FreshnessSection : IReportSection
{
    public string Title => "Latency against offered load";

    public IReadOnlyList<string> Suites { get; } = ["freshness"];

    public string Write(SuiteResults results)
    {
        var rows = results.Rows("freshness", "view", "load", "events/s");
        var html = new StringBuilder(
            """
            <p>An outside client polls views over the PostgreSQL protocol while events flow: the age of the newest event in what it reads,
            from the event's due time to the answer's arrival. It holds the wait for a tick, the tick, its log record's sync and the read.
            (RisingWave's default interval of barriers alone is 1,000 ms.)</p>

            """);
        foreach (string quantile in (string[])["p50 ms", "p99 ms"])
        {
            var chart = new LineChart($"{quantile} against offered load", "events/s offered", quantile);
            // The device's own times have no load.
            foreach (var view in rows.Where(r => r.Number("events/s") is not null).GroupBy(r => r.Text("view")))
            {
                chart.Add(view.Key ?? "", view.OrderBy(r => r.Number("events/s")).Select(r => (r.Number("events/s"), r.Number(quantile))));
            }

            html.Append($"<h3>{quantile}</h3>\n");
            if (!chart.IsEmpty)
            {
                html.Append(chart.Draw());
            }
        }

        return html.Append(HtmlTable.Of(rows)).ToString();
    }
}
