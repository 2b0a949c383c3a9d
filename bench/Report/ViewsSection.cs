using System.Text;

namespace Vectorized.Bench.Report;

/// <summary>Cost against the number of views.</summary>
internal sealed class ViewsSection : IReportSection
{
    public string Title => "Cost against the number of views";

    public IReadOnlyList<string> Suites { get; } = ["views"];

    public string Write(SuiteResults results)
    {
        var rows = results.Rows("views", "kind", "density", "events", "views");
        var html = new StringBuilder(
            """
            <p>nexmark: the first so many of the Nexmark queries in one dataflow. filters: so many copies of one filter, each for another
            residue. Together: processor time of all in one dataflow; alone: the sum of what each takes in one of its own.</p>

            """);
        var cost = new LineChart("Processor seconds against the number of views", "views", "CPU s") { HasLogX = true, HasLogY = true };
        var ratio = new LineChart("Together as part of alone", "views", "together / alone") { HasLogX = true };
        foreach (var kind in rows.GroupBy(r => $"{r.Text("kind")}, {r.Text("density")}"))
        {
            cost.Add(kind.Key, kind.Select(r => (r.Number("views"), r.Number("CPU s"))));
            cost.Add($"{kind.Key} alone", kind.Select(r => (r.Number("views"), r.Number("alone CPU s"))));
            ratio.Add(kind.Key, kind.Select(r => (r.Number("views"), r.Number("together/alone"))));
        }

        if (!cost.IsEmpty)
        {
            html.Append(cost.Draw()).Append(ratio.Draw());
        }

        return html.Append(HtmlTable.Of(rows)).ToString();
    }
}
