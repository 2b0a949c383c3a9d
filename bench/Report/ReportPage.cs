using System.Net;
using System.Text;

namespace Vectorized.Bench.Report;

/// <summary>
/// The whole report as one page without anything from outside: styles and drawings stand in it, no scripts. Well-formed as XML, too.
/// </summary>
internal static class ReportPage
{
    internal static string Write(SuiteResults results, IReadOnlyList<IReportSection> sections)
    {
        var html = new StringBuilder($"""
            <!DOCTYPE html>
            <html lang="en">
            <head><meta charset="utf-8"/><meta name="viewport" content="width=device-width, initial-scale=1"/>
            <title>Vectorized: measured</title>
            <style>
            {ReportStyle.Sheet}
            </style></head>
            <body>
            <h1>Vectorized: measured</h1>
            <nav>

            """);
        for (int i = 0; i < sections.Count; i++)
        {
            html.Append($"<a href=\"#s{i}\">{WebUtility.HtmlEncode(sections[i].Title)}</a>\n");
        }

        html.Append("</nav>\n").Append(Runs(results));
        for (int i = 0; i < sections.Count; i++)
        {
            var section = sections[i];
            html.Append($"<section id=\"s{i}\">\n<h2>{WebUtility.HtmlEncode(section.Title)}</h2>\n");
            foreach (string suite in section.Suites.Where(s => !results.Has(s)))
            {
                html.Append($"<p class=\"missing\">Missing: {suite} (<code>bench -- {suite} --json {suite}.json</code>).</p>\n");
            }

            html.Append(section.Suites.Any(results.Has) ? section.Write(results) : "").Append("</section>\n");
        }

        return html.Append("</body>\n</html>\n").ToString();
    }

    /// <summary>Which runs the report is made of, and where they ran.</summary>
    private static string Runs(SuiteResults results)
    {
        var html = new StringBuilder();
        var machines = results.Records.GroupBy(r => r.Record.Machine with { Commit = null, LoadAverage = null }).ToList();
        foreach (var machine in machines.Select(m => m.Key))
        {
            string facts = $"{machine.Cpu ?? "unknown processor"}, {machine.Cores} cores, {Quantity.Format(machine.MemoryBytes / 1e9)} GB, "
                + $"{machine.Kernel}, {machine.DotNet}";
            html.Append($"<p>{WebUtility.HtmlEncode(facts)}</p>\n");
        }

        if (machines.Count > 1)
        {
            html.Append("<p class=\"missing\">The runs are of different machines or systems: figures of one run compare, "
                + "of two runs they may not.</p>\n");
        }

        var table = new HtmlTable("suite", "options", "taken, UTC", "seconds", "commit", "load average before", "lines", "file");
        foreach (var (file, record) in results.Records)
        {
            table.Add(
                record.Suite, record.Options, record.Taken, Quantity.Format(record.Seconds), record.Machine.Commit,
                Quantity.Format(record.Machine.LoadAverage), $"{record.Rows.Count}", file);
        }

        return html.Append(table).ToString();
    }
}
