using Vectorized.Engine.Serving;
using Vectorized.Fuzz.Comparison;
using Vectorized.Fuzz.Engines;

namespace Vectorized.Fuzz.Errors;

/// <summary>Runs a case and holds every view and its reports, after every statement, against queries that cannot fail.</summary>
internal sealed class ErrorsCheck(DatabaseOptions options)
{
    /// <summary>Comparisons of a view or of its reports.</summary>
    internal long Comparisons { get; private set; }

    /// <summary>Comparisons in which some row failed.</summary>
    internal long Failing { get; private set; }

    /// <summary>The first difference and after which statement it shows; null: none.</summary>
    internal (int At, string Difference)? Run(IReadOnlyList<ErrorStep> steps)
    {
        using var engine = new EmbeddedEngine(options);
        var views = new List<ErrorView>();
        for (int at = 0; at < steps.Count; at++)
        {
            var outcome = engine.Run(steps[at].Sql);
            if (steps[at].View is { } made)
            {
                bool mayFail = made.Mode == ErrorMode.Fail && Count(engine, made) > 0;
                if (outcome.Succeeded == mayFail)
                {
                    return (at, mayFail ? $"{made.Name} is made in spite of failing rows"
                        : $"{made.Name} is not made: {outcome.SqlState} {outcome.Message}");
                }

                if (outcome.Succeeded)
                {
                    views.Add(made);
                }
            }
            else if (!outcome.Succeeded)
            {
                return (at, $"{outcome.SqlState} {outcome.Message}");
            }

            for (int i = views.Count - 1; i >= 0; i--)
            {
                if (Differs(engine, views[i], out bool hasStopped) is { } difference)
                {
                    return (at, $"{views[i].Name}: {difference}");
                }

                if (hasStopped)
                {
                    views.RemoveAt(i);
                }
            }
        }

        return null;
    }

    private string? Differs(EmbeddedEngine engine, ErrorView view, out bool hasStopped)
    {
        Comparisons++;
        long failing = Count(engine, view);
        Failing += failing > 0 ? 1 : 0;
        var held = engine.Run($"SELECT * FROM {view.Name}");
        hasStopped = view.Mode == ErrorMode.Fail && failing > 0;
        if (hasStopped)
        {
            return held.SqlState == "55000" ? null : $"goes on with {failing} failing rows";
        }

        if (Comparer.Compare(held, engine.Run(view.Expected), false, out string difference) != Verdict.Same)
        {
            return difference;
        }

        if (!view.HasReports)
        {
            return null;
        }

        Comparisons++;
        var reports = engine.Run($"SELECT sqlstate FROM \"{view.Name}$errors\"");
        return Comparer.Compare(reports, engine.Run(view.ExpectedReports), false, out difference) == Verdict.Same
            ? null : $"reports: {difference}";
    }

    private static long Count(EmbeddedEngine engine, ErrorView view)
    {
        var counted = engine.Run(view.Failing);
        return counted.Succeeded ? long.Parse(counted.Rows[0][0]!)
            : throw new InvalidOperationException($"{view.Failing}: {counted.SqlState} {counted.Message}");
    }
}
