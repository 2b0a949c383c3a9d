using Vectorized.Fuzz.Engines;

namespace Vectorized.Fuzz.Views;

/// <summary>
/// What each view held after each statement of a history, in one run of it. A view that is refused (0A000), and what reads it,
/// is left out of this and every other run.
/// </summary>
internal sealed class HistoryTrace
{
    private readonly List<Outcome> _outcomes = [];
    private readonly List<Dictionary<string, Outcome>> _rows = [];

    /// <summary>Outcome of each statement.</summary>
    internal IReadOnlyList<Outcome> Outcomes => _outcomes;

    /// <summary>Rows of each view after each statement.</summary>
    internal IReadOnlyList<Dictionary<string, Outcome>> Rows => _rows;

    internal static bool IsChange(string sql) => sql.StartsWith("INSERT", StringComparison.Ordinal)
        || sql.StartsWith("DELETE", StringComparison.Ordinal) || sql.StartsWith("UPDATE", StringComparison.Ordinal);

    /// <summary>Name and query of a view's definition, or null.</summary>
    internal static (string Name, string Query)? ViewOf(string sql)
    {
        const string prefix = "CREATE MATERIALIZED VIEW ";
        if (!sql.StartsWith(prefix, StringComparison.Ordinal))
        {
            return null;
        }

        int at = sql.IndexOf(" AS ", StringComparison.Ordinal);
        return (sql[prefix.Length..at], sql[(at + 4)..]);
    }

    internal void Add(Outcome outcome, Dictionary<string, Outcome> rows)
    {
        _outcomes.Add(outcome);
        _rows.Add(rows);
    }
}
