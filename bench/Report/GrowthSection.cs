using System.Text;

namespace Vectorized.Bench.Report;

/// <summary>Throughput against the size of the state.</summary>
internal sealed class GrowthSection : IReportSection
{
    public string Title => "Throughput against state size";

    public IReadOnlyList<string> Suites { get; } = ["growth"];

    public string Write(SuiteResults results)
    {
        var html = new StringBuilder("<p>One view takes in a long stream; for each tenth of it the rate, and the state after it.</p>\n");
        foreach (var density in results.Rows("growth", "query", "density", "events").GroupBy(r => r.Text("density")))
        {
            var chart = new LineChart($"Throughput against state size, events {density.Key} apart", "MB of state", "events/s/core");
            foreach (var query in density.GroupBy(r => r.Text("query")))
            {
                chart.Add(query.Key ?? "", query.Select(r => (r.Number("state MB"), r.Number("events/s/core"))));
            }

            html.Append($"<h3>Events {density.Key} apart</h3>\n");
            if (!chart.IsEmpty)
            {
                html.Append(chart.Draw());
            }

            html.Append("<details><summary>All points</summary>\n").Append(HtmlTable.Of([.. density])).Append("</details>\n");
        }

        return html.ToString();
    }
}
