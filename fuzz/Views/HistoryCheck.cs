using Vectorized.Engine.Serving;
using Vectorized.Fuzz.Comparison;
using Vectorized.Fuzz.Engines;

namespace Vectorized.Fuzz.Views;

/// <summary>
/// Runs one history and holds every view, after every statement, against its query computed anew at the same epoch, against
/// PostgreSQL's plain view of the same name, and against a run of the history in another way. One thread.
/// </summary>
/// <param name="postgres">The other opinion; null: none.</param>
/// <param name="options">How the database is opened.</param>
/// <param name="variation">The other way; null: none.</param>
internal sealed class HistoryCheck(PostgresWire? postgres, DatabaseOptions options, Variation? variation)
{
    /// <summary>A history ends where a view has more rows: they show nothing that fewer do not.</summary>
    private const int RowsMax = 10_000;

    private const string FreshSchema = "DROP SCHEMA IF EXISTS fuzz CASCADE; CREATE SCHEMA fuzz; SET search_path = fuzz";

    /// <summary>Comparisons of a view with something after a statement.</summary>
    internal long Comparisons { get; private set; }

    /// <summary>Messages of views that are refused.</summary>
    internal List<string> Refused { get; } = [];

    /// <summary>Documented differences from PostgreSQL that showed, by name.</summary>
    internal List<string> Known { get; } = [];

    /// <summary>Forms of the operators that ran.</summary>
    internal HashSet<string> Forms { get; } = [];

    /// <summary>The first thing that is wrong, or null.</summary>
    internal HistoryFailure? Run(IReadOnlyList<string> statements)
    {
        var trace = new HistoryTrace();
        return RunBase(statements, trace) ?? RunPostgres(statements, trace) ?? RunVariation(statements, trace);
    }

    private HistoryFailure? RunBase(IReadOnlyList<string> statements, HistoryTrace trace)
    {
        using var engine = new EmbeddedEngine(options);
        var views = new List<(string Name, string Query)>();
        for (int i = 0; i < statements.Count; i++)
        {
            var outcome = engine.Run(statements[i]);
            if (!outcome.Succeeded && outcome.SqlState is "0A000" or "54011")
            {
                Refused.Add(outcome.Message);
            }

            if (outcome.Succeeded && Scanned(statements[i]) is { } scan && Differ(outcome, engine.Run(scan), out string missed))
            {
                return new HistoryFailure("look-up", i, null, missed);
            }

            if (outcome.Succeeded && HistoryTrace.ViewOf(statements[i]) is { } view)
            {
                views.Add(view);
            }

            var rows = new Dictionary<string, Outcome>();
            for (int v = views.Count - 1; v >= 0; v--)
            {
                var (name, query) = views[v];
                var held = engine.Run($"SELECT * FROM {name}");
                var computed = engine.Run(query);
                Comparisons++;
                if (Differ(held, computed, out string difference))
                {
                    return new HistoryFailure("recomputation", i, name, difference);
                }

                if (!held.Succeeded)
                {
                    // It has failed with its query: what it holds from now on is not determined.
                    views.RemoveAt(v);
                    continue;
                }

                rows[name] = held;
            }

            trace.Add(outcome, rows);
            if (rows.Values.Any(r => r.Rows.Count > RowsMax))
            {
                break;
            }
        }

        foreach (var instance in engine.Database.Lane.Graph.Views)
        {
            Forms.UnionWith(instance.Operators.Select(o => o.Form));
        }

        return null;
    }

    /// <summary>A definition that PostgreSQL is known to refuse: its view is compared with recomputation alone.</summary>
    private bool IsKnown(string statement, Outcome ours, Outcome theirs)
    {
        if (HistoryTrace.ViewOf(statement) is null || theirs.Succeeded
            || KnownDifferences.Find(statement, ours, theirs) is not { } known)
        {
            return false;
        }

        Known.Add(known.Name);
        return true;
    }

    /// <summary>A look-up by a condition, written so that no index serves it; null: it is none.</summary>
    private static string? Scanned(string statement)
    {
        const string where = " WHERE ";
        int at = statement.IndexOf(where, StringComparison.Ordinal);
        return statement.StartsWith("SELECT * FROM ", StringComparison.Ordinal) && at > 0
            ? $"{statement[..at]}{where}({statement[(at + where.Length)..]}) IS TRUE" : null;
    }

    private HistoryFailure? RunPostgres(IReadOnlyList<string> statements, HistoryTrace trace)
    {
        if (postgres is null)
        {
            return null;
        }

        postgres.Run(FreshSchema);
        var dialect = new PostgresDialect();
        var sent = new List<string>();
        for (int i = 0; i < trace.Outcomes.Count; i++)
        {
            sent.Add(dialect.Translate(statements[i]));
            sent.AddRange(trace.Rows[i].Keys.Select(v => $"SELECT * FROM {v}"));
        }

        postgres.Send(sent);
        HistoryFailure? failure = null;
        var lost = new HashSet<string>();
        for (int i = 0; i < trace.Outcomes.Count; i++)
        {
            var theirs = postgres.Receive();
            var ours = trace.Outcomes[i];
            if (failure is null && !IsBesideTheSubject(ours, theirs) && Differ(ours, theirs, out string answer)
                && !IsKnown(statements[i], ours, theirs))
            {
                failure = new HistoryFailure($"PostgreSQL ({ours.SqlState}/{theirs.SqlState})", i, null, answer);
            }

            foreach (var (view, held) in trace.Rows[i])
            {
                var rows = postgres.Receive();
                if (!rows.Succeeded)
                {
                    lost.Add(view);
                }

                Comparisons++;
                if (failure is null && !lost.Contains(view) && Differ(held, rows, out string difference))
                {
                    failure = new HistoryFailure("PostgreSQL", i, view, difference);
                }
            }
        }

        return failure;
    }

    /// <summary>What one side does not have, and what would read it.</summary>
    private bool IsBesideTheSubject(Outcome ours, Outcome theirs) =>
        ours.SqlState is "0A000" or "54011" || theirs.SqlState is "0A000" or "42P01" || (ours.SqlState == "42P01" && Refused.Count > 0);

    private HistoryFailure? RunVariation(IReadOnlyList<string> statements, HistoryTrace trace)
    {
        if (variation is null)
        {
            return null;
        }

        using var engine = new EmbeddedEngine(variation.Options with { Hook = options.Hook });
        var run = new VariedRun(engine, variation);
        foreach (var (index, point, outcome) in run.Execute([.. statements.Take(trace.Outcomes.Count)], trace))
        {
            if (outcome.SqlState is "0A000" or "54011")
            {
                return null;
            }

            if (outcome.Succeeded != trace.Outcomes[index].Succeeded)
            {
                return new HistoryFailure(
                    $"{variation.Name} ({outcome.SqlState})", index, null, $"{outcome.SqlState} {outcome.Message}");
            }

            if (!run.IsAtPoint)
            {
                continue;
            }

            foreach (var (view, held) in trace.Rows[point])
            {
                Comparisons++;
                if (run.Holds(view) && Differ(engine.Run($"SELECT * FROM {view}"), held, out string difference))
                {
                    return new HistoryFailure(variation.Name, point, view, difference);
                }
            }
        }

        return null;
    }

    private static bool Differ(Outcome ours, Outcome theirs, out string difference)
    {
        // A view that has failed answers 55000 and its query with the error itself.
        difference = "";
        return !(ours.SqlState == "55000" && !theirs.Succeeded)
            && Comparer.Compare(ours, theirs, false, out difference) is Verdict.Different;
    }
}
