using System.Text.Json;
using System.Xml.Linq;
using Vectorized.Bench;
using Vectorized.Bench.Report;

namespace Vectorized.Tests.Bench;

/// <summary>The report out of records of several runs.</summary>
public sealed class ReportTests : IDisposable
{
    private static readonly MachineFacts _machine = new("a <processor>", 2, 1_000_000_000, "a kernel", ".NET", "abc", 0.5);

    private readonly string _directory = Directory.CreateTempSubdirectory("report-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Report_OfSomeSuites_IsOnePageThatNamesTheOthers()
    {
        Write("nexmark", "2026-01-01T00:00:00", ["query", "density", "events", "events/s/core"], ["q0", "0.1us", 1000, 5e6], ["q4", "0.1us", 1000, 4e6]);
        Write("growth", "2026-01-01T00:00:00", ["query", "density", "events", "state MB", "events/s/core"], ["q4", "10ms", 10, 1.5, 1e6], ["q4", "10ms", 20, 3.0, 9e5]);
        File.WriteAllText(Path.Combine(_directory, "other.json"), "[1, 2]");

        var (page, table) = Report();

        // Everything stands in the page: nothing is fetched, nothing runs.
        var elements = page.Descendants().ToList();
        Assert.DoesNotContain(elements, e => e.Name.LocalName is "script" or "link" or "img" or "iframe");
        Assert.DoesNotContain(elements.Attributes(), a => a.Name.LocalName is "src" || (a.Name.LocalName == "href" && !a.Value.StartsWith('#')));
        Assert.DoesNotContain("url(", elements.Single(e => e.Name.LocalName == "style").Value, StringComparison.Ordinal);
        Assert.Contains("a <processor>", page.Value, StringComparison.Ordinal);

        var ours = elements.Where(e => (string?)e.Attribute("class") == "mark ours").Select(e => e.Elements().First().Value).ToList();
        Assert.Contains("q0, ours: 5 M events/s/core", ours);
        Assert.Contains("q4, ours: 4 M events/s/core", ours);
        string[] missing = [.. elements.Where(e => (string?)e.Attribute("class") == "missing").Select(e => e.Value.Split(' ')[1])];
        Assert.Equal(["floor", "tpch", "freshness", "views", "pgwire"], missing[..5]);
        Assert.Matches(@"(?m)^tpch +MISSING", table);
    }

    [Fact]
    public void Report_OfTwoRuns_ShowsTheLaterLineOfAKey()
    {
        string[] columns = ["query", "density", "events", "events/s/core"];
        Write("nexmark", "2026-01-02T00:00:00", columns, ["q0", "0.1us", 1000, 7e6]);
        Write("nexmark", "2026-01-01T00:00:00", columns, ["q0", "0.1us", 1000, 5e6], ["q1", "0.1us", 1000, 6e6]);

        var rows = SuiteResults.Read(_directory).Rows("nexmark", "query", "density", "events");

        Assert.Equal([7e6, 6e6], rows.Select(r => r.Number("events/s/core")));
    }

    [Fact]
    public void Report_OfNothing_NamesEverySuite()
    {
        Report();
        var missing = new ReportSuite().Run(new BenchArguments(["--from", _directory], ["--from", "--out"])).ToJson();
        Assert.All(missing, row => Assert.Equal("MISSING", row["files"].GetString()));
        var shown = missing.Select(row => row["suite"].GetString());
        Assert.Equal(Suites.All.Select(s => s.Name).Except(["report"]).Order(), shown.Order());
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.0123, "0.0123")]
    [InlineData(1234.6, "1235")]
    [InlineData(16_600_000, "16.6 M")]
    [InlineData(999_600_000, "1 G")]
    public void Quantity_IsThreeFiguresAndAUnit(double value, string expected) => Assert.Equal(expected, Quantity.Format(value));

    private (XElement Page, string Table) Report()
    {
        var table = new ReportSuite().Run(new BenchArguments(["--from", _directory], ["--from", "--out"]));
        using var printed = new StringWriter();
        table.Print(printed);
        string html = File.ReadAllText(Path.Combine(_directory, "report.html"));
        return (XElement.Parse(html[html.IndexOf("<html", StringComparison.Ordinal)..]), printed.ToString());
    }

    private void Write(string suite, string taken, string[] columns, params object[][] rows) => new BenchRecord
    {
        Suite = suite,
        Options = "",
        Taken = taken,
        Seconds = 1,
        Machine = _machine,
        Rows = [.. rows.Select(row => columns.Zip(row).ToDictionary(c => c.First, c => JsonSerializer.SerializeToElement(c.Second)))],
    }.Write(Path.Combine(_directory, $"{suite}-{taken[8..10]}.json"));
}
