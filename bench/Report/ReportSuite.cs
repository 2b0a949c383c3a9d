namespace Vectorized.Bench.Report;

/// <summary>
/// One page with charts out of what the suites have written with --json, each in its own run: reads every record in a directory and
/// names the suites that are missing.
/// </summary>
internal sealed class ReportSuite : IBenchSuite
{
    private static readonly IReportSection[] _sections =
    [
        new NexmarkSection(),
        new TpchSection(),
        new GrowthSection(),
        new FreshnessSection(),
        new ViewsSection(),
        new TableSection("Serving: look-ups by key beside PostgreSQL", "pgwire"),
        new TableSection("Sources", "kafka", "generator"),
        new TableSection("Durability", "recovery", "checkpoints"),
        new TableSection("Others while a view is built", "backfill"),
        new TableSection("Memory limit", "memory"),
        new TableSection("Two workers beside two runs with one", "scaling"),
        new TableSection("Kernels beside plain loops", "kernels"),
        new TableSection("The slice that CI runs", "slice"),
    ];

    public string Name => "report";

    public string Summary =>
        "one HTML page out of the suites' --json files: [--from DIR] (default .) [--out FILE] (default DIR/report.html)";

    public IReadOnlyList<string> Options { get; } = ["--from", "--out"];

    public BenchTable Run(BenchArguments arguments)
    {
        string directory = arguments.Text("--from") ?? ".";
        if (!Directory.Exists(directory))
        {
            throw new ArgumentException($"there is no directory {directory}");
        }

        string path = arguments.Text("--out") ?? Path.Combine(directory, "report.html");
        var results = SuiteResults.Read(directory);
        File.WriteAllText(path, ReportPage.Write(results, _sections));
        var table = new BenchTable("suite", "files", "lines", "section");
        foreach (var section in _sections)
        {
            foreach (string suite in section.Suites)
            {
                var records = results.Records.Where(r => r.Record.Suite == suite).ToList();
                table.Add(
                    suite, records.Count == 0 ? "MISSING" : string.Join(", ", records.Select(r => r.File)),
                    records.Sum(r => r.Record.Rows.Count), section.Title);
            }
        }

        return table;
    }
}
