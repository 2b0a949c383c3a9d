namespace Vectorized.Fuzz.Errors;

/// <summary>How a view goes on after failing rows.</summary>
internal enum ErrorMode : byte
{
    /// <summary>No WITH: NULL, counted, no reports.</summary>
    Default,
    Null,
    Quarantine,
    Fail,
}

/// <summary>
/// A view over expressions that may fail, and queries that cannot fail which say what it and its reports must hold:
///   passes  = the condition, false where it fails
///   null:       rows that pass, failing items NULL; a report for the condition's failure, one for each failing item
///   quarantine: rows that pass and on which no item fails; a report for the first failure of each other row
///   fail:       as long as nothing fails
/// </summary>
/// <param name="Name">The view.</param>
/// <param name="Mode">What WITH says.</param>
/// <param name="From">What it reads.</param>
/// <param name="Keys">Columns shown as they are.</param>
/// <param name="Items">Expressions shown.</param>
/// <param name="Condition">Its WHERE, a comparison of a term; null: none.</param>
/// <param name="IsGrouped">Groups by the first key, with a count of rows, count and sum of each item.</param>
internal sealed record ErrorView(
    string Name, ErrorMode Mode, string From, IReadOnlyList<string> Keys, IReadOnlyList<FailingTerm> Items, FailingTerm? Condition,
    bool IsGrouped)
{
    internal string Create => $"CREATE MATERIALIZED VIEW {Name}{With} AS {Shaped(Plain)}";

    /// <summary>
    /// What is reported is determined. Below a join a condition about one side is asked, and reported, once for a row of that side.
    /// </summary>
    internal bool HasReports => (Mode is ErrorMode.Null or ErrorMode.Quarantine) && (Condition is null || !IsJoin);

    private bool IsJoin => From.Contains(" JOIN ", StringComparison.Ordinal);

    /// <summary>The rows the view must hold.</summary>
    internal string Expected => Shaped(
        $"SELECT {Columns(i => i.OrNull)} FROM {From} WHERE {Passes}{(Mode == ErrorMode.Quarantine ? $" AND NOT {AnyItemFails}" : "")}");

    /// <summary>SQLSTATEs of the reports it must have.</summary>
    internal string ExpectedReports
    {
        get
        {
            FailingTerm[] condition = Condition is null ? [] : [Condition];
            if (Mode == ErrorMode.Quarantine)
            {
                string first = string.Concat(condition.Concat(Items).Select(t => $" WHEN {t.Fails} THEN {t.State}"));
                return $"SELECT CASE{first} END AS sqlstate FROM {From} WHERE {AnyFails}";
            }

            var parts = condition.Select(t => $"SELECT {t.State} AS sqlstate FROM {From} WHERE {t.Fails}").Concat(
                Items.Select(t => $"SELECT {t.State} AS sqlstate FROM {From} WHERE {Passes} AND {t.Fails}"));
            return string.Join(" UNION ALL ", parts);
        }
    }

    /// <summary>How many rows fail.</summary>
    internal string Failing => $"SELECT count(*) FROM {From} WHERE {AnyFails}";

    internal IEnumerable<string> Productions => Items.Select(i => $"item:{i.Name}")
        .Concat(Condition is null ? [] : [$"condition:{Condition.Name}"])
        .Append($"mode:{Mode.ToString().ToLowerInvariant()}").Append(IsGrouped ? "shape:grouped" : "shape:rows")
        .Append(IsJoin ? "from:join" : "from:table");

    private string With => Mode == ErrorMode.Default ? "" : $" WITH (on_error = '{Mode.ToString().ToLowerInvariant()}')";

    private string Plain => $"SELECT {Columns(i => i.Sql)} FROM {From}{(Condition is null ? "" : $" WHERE {Condition.Sql} > 0")}";

    private string Passes => Condition is null ? "true"
        : $"CASE WHEN {Condition.Fails} THEN false ELSE coalesce({Condition.Sql} > 0, false) END";

    private string AnyItemFails => $"({string.Join(" OR ", Items.Select(i => i.Fails))})";

    private string AnyFails => $"({(Condition is null ? "false" : Condition.Fails)} OR ({Passes} AND {AnyItemFails}))";

    private string Columns(Func<FailingTerm, string> item) =>
        string.Join(", ", Keys.Select((k, i) => $"{k} AS k{i}").Concat(Items.Select((t, i) => $"{item(t)} AS c{i}")));

    private string Shaped(string rows) => !IsGrouped ? rows
        : $"SELECT k0, count(*) AS n, {string.Join(", ", Items.Select((_, i) => $"count(c{i}) AS n{i}, sum(c{i}) AS s{i}"))}"
            + $" FROM ({rows}) AS q GROUP BY k0";
}
