using System.Diagnostics;
using Vectorized.Engine.Serving;
using Vectorized.Fuzz.Engines;
using Vectorized.Fuzz.Generation;
using Vectorized.Fuzz.Shrinking;

namespace Vectorized.Fuzz.Views;

/// <summary>The loop: a history a seed, checked, shrunk when something shows.</summary>
internal sealed class ViewsRun(PostgresWire? postgres, DatabaseOptions options, TextWriter output)
{
    /// <summary>A line of progress after so many histories: a long run that is cut short has still said how far it came.</summary>
    private const int ProgressEvery = 100;

    /// <summary>Only variations whose name has this in it; empty: all.</summary>
    internal string Only { get; init; } = "";

    private readonly HashSet<string> _seen = [];

    internal ViewsReport Report { get; } = new();

    internal bool Shrinks { get; init; } = true;

    /// <summary>Prints every history before it runs.</summary>
    internal bool IsVerbose { get; init; }

    internal void Go(ulong seed, double seconds, long histories, int findings)
    {
        var clock = Stopwatch.StartNew();
        for (ulong number = 0; clock.Elapsed.TotalSeconds < seconds && Report.Histories < histories
            && Report.Findings < findings; number++)
        {
            RunHistory(seed + number);
            if (Report.Histories % ProgressEvery == 0)
            {
                output.WriteLine($"-- {Report.Histories} histories, {Report.Findings} findings, "
                    + $"{clock.Elapsed.TotalSeconds:F0} s, {Environment.WorkingSet >> 20} MB");
                output.Flush();
            }
        }

        Report.Seconds = clock.Elapsed.TotalSeconds;
    }

    private void RunHistory(ulong seed)
    {
        var maker = new HistoryMaker(seed);
        var statements = maker.Make();
        var variation = Variation.Draw(new Dice(~seed), Only);
        if (IsVerbose)
        {
            output.WriteLine($"-- seed {seed}, run again with {variation.Name}");
            output.WriteLine(string.Join('\n', statements.Select(s => s + ";")));
            output.Flush();
        }

        var check = new HistoryCheck(postgres, options, variation);
        var failure = check.Run(statements);
        Report.Count(maker, statements.Count, check, variation);
        if (failure is not null)
        {
            Find(seed, statements, variation, failure);
        }
    }

    private void Find(ulong seed, IReadOnlyList<string> statements, Variation variation, HistoryFailure failure)
    {
        var needed = failure.Kind.StartsWith(variation.Name, StringComparison.Ordinal) ? variation : null;
        var oracle = failure.Kind.StartsWith("PostgreSQL", StringComparison.Ordinal) ? postgres : null;
        bool Fails(IReadOnlyList<string> tried) =>
            tried.Count > 0 && new HistoryCheck(oracle, options, needed).Run(tried) is { } again && again.Kind == failure.Kind
            && (again.View is null) == (failure.View is null);

        IReadOnlyList<string> small = Shrinks ? new Shrinker(Fails, 40).Shrink([.. statements.Take(failure.At + 1)]) : statements;
        var last = Shrinks ? new HistoryCheck(oracle, options, needed).Run(small) ?? failure : failure;
        if (!_seen.Add(Signature(small, last)))
        {
            return;
        }

        Report.Findings++;
        string where = $"against {failure.Kind} after statement {failure.At}, {failure.View}";
        output.WriteLine($"== FOUND (seed {seed}), {where}: {failure.Difference}");
        output.WriteLine($"-- shrunk, as an .slt file (now: {last.View}: {last.Difference}):");
        output.WriteLine(Slt(seed, small, last));
    }

    private static string Signature(IReadOnlyList<string> statements, HistoryFailure failure) => failure.Kind
        + System.Text.RegularExpressions.Regex.Replace(
            string.Join(';', statements.Where(s => HistoryTrace.ViewOf(s) is not null)), @"\b[a-z]+\d+(_[a-z])?\b|\d+|'[^']*'", "");

    /// <summary>The statements up to where it shows, then the view with the rows its query should give.</summary>
    private string Slt(ulong seed, IReadOnlyList<string> statements, HistoryFailure failure)
    {
        var slt = new SltWriter();
        slt.Comment($"fuzz views --seed {seed}, against {failure.Kind}");
        using var engine = new EmbeddedEngine(new DatabaseOptions());
        foreach (string statement in statements)
        {
            slt.Statement(statement);
            engine.Run(statement);
        }

        var query = statements.Select(HistoryTrace.ViewOf).FirstOrDefault(v => v?.Name == failure.View)?.Query;
        if (query is not null)
        {
            slt.Query($"SELECT * FROM {failure.View}", engine.Run(query), false);
        }

        return slt.ToString();
    }
}
