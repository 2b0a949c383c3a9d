using Vectorized.Fuzz.Engines;

namespace Vectorized.Fuzz.Comparison;

/// <summary>A difference from PostgreSQL that is meant, with its reason. A run fails when one matches a hundredth of its cases.</summary>
/// <param name="Name">Short name for the report.</param>
/// <param name="Reason">Why it is so, and who decided it.</param>
/// <param name="Matches">Whether a differing case is one: the query, our outcome, theirs.</param>
internal sealed record KnownDifference(string Name, string Reason, Func<string, Outcome, Outcome, bool> Matches);

/// <summary>The documented list.</summary>
internal static class KnownDifferences
{
    internal static readonly IReadOnlyList<KnownDifference> All =
    [
        new("order of evaluation",
            "Which rows an expression is evaluated for is not determined in SQL (PostgreSQL 15 manual, 4.2.14): one side may fail on a "
            + "row that the other never computes with. Only errors of data (class 22) count.",
            (_, ours, theirs) => ours.Succeeded != theirs.Succeeded
                && (ours.SqlState ?? theirs.SqlState)!.StartsWith("22", StringComparison.Ordinal)),
        new(
            "grouped column of FULL JOIN USING",
            "PostgreSQL 15 replaces the merged column by coalesce(left, right) before it looks whether a subquery names grouped columns "
                + "only, and refuses what the standard allows; it accepts the same with JOIN or LEFT JOIN.",
            (sql, ours, theirs) => ours.Succeeded && theirs.SqlState == "42803"
                && sql.Contains("FULL JOIN", StringComparison.Ordinal)
                && (sql.Contains("USING", StringComparison.Ordinal) || sql.Contains("NATURAL", StringComparison.Ordinal))),
    ];

    internal static KnownDifference? Find(string sql, Outcome ours, Outcome theirs) =>
        All.FirstOrDefault(k => k.Matches(sql, ours, theirs));
}
