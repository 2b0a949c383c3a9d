using System.Text;

namespace Vectorized.Bench.Report;

/// <summary>Suites shown as the tables they print.</summary>
internal sealed class TableSection(string title, params string[] suites) : IReportSection
{
    public string Title => title;

    public IReadOnlyList<string> Suites => suites;

    public string Write(SuiteResults results)
    {
        var html = new StringBuilder();
        foreach (var (file, record) in results.Records.Where(r => suites.Contains(r.Record.Suite)))
        {
            string command = System.Net.WebUtility.HtmlEncode($"bench -- {record.Suite} {record.Options}".TrimEnd());
            html.Append($"<h3>{record.Suite}</h3>\n<p><code>{command}</code> ({file})</p>\n");
            html.Append(HtmlTable.Of([.. record.Rows.Select(cells => new ResultRow(cells))]));
        }

        return html.ToString();
    }
}
