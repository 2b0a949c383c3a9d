namespace Vectorized.Bench.Report;

/// <summary>A part of the report, drawn from what some suites have written.</summary>
internal interface IReportSection
{
    string Title { get; }

    /// <summary>The suites it draws from; those without results are named in its place.</summary>
    IReadOnlyList<string> Suites { get; }

    /// <summary>HTML of what there is; called when one of the suites has results.</summary>
    string Write(SuiteResults results);
}
