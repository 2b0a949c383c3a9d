namespace Vectorized.Tests.Views;

/// <summary>A row of the bags the views are over: (a int, b varchar), either NULL.</summary>
internal readonly record struct BagRow(int? A, string? B)
{
    public override string ToString() => $"{Text(A)} {B ?? "NULL"}";

    internal static string Text(int? value) => value?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "NULL";
}

/// <summary>
/// Views over two bags, and what they are by definition: set operations count occurrences (ISO 9075-2, 7.17), grouping
/// sets are aggregations side by side, NULL equal to NULL throughout.
/// </summary>
internal static class BagViews
{
    internal sealed record View(string Name, string Sql, Func<List<BagRow>, List<BagRow>, IEnumerable<string>> Rows);

    internal static readonly View[] All =
    [
        new("u", "SELECT * FROM l UNION SELECT * FROM r", (l, r) => Shown(l.Concat(r).Distinct())),
        new("ua", "SELECT * FROM l UNION ALL SELECT * FROM r", (l, r) => Shown(l.Concat(r))),
        new("i", "SELECT * FROM l INTERSECT SELECT * FROM r", (l, r) => Shown(Counted(l, r, (a, b) => a > 0 && b > 0 ? 1 : 0))),
        new("ia", "SELECT * FROM l INTERSECT ALL SELECT * FROM r", (l, r) => Shown(Counted(l, r, Math.Min))),
        new("e", "SELECT * FROM l EXCEPT SELECT * FROM r", (l, r) => Shown(Counted(l, r, (a, b) => a > 0 && b == 0 ? 1 : 0))),
        new("ea", "SELECT * FROM l EXCEPT ALL SELECT * FROM r", (l, r) => Shown(Counted(l, r, (a, b) => Math.Max(a - b, 0)))),
        new(
            "chain", "SELECT * FROM l EXCEPT ALL SELECT * FROM r UNION ALL (SELECT * FROM r INTERSECT SELECT * FROM l)",
            (l, r) => Shown(Counted(l, r, (a, b) => Math.Max(a - b, 0)).Concat(Counted(l, r, (a, b) => a > 0 && b > 0 ? 1 : 0)))),
        new(
            "over", "SELECT a, count(*) FROM (SELECT * FROM l EXCEPT ALL SELECT * FROM r) q GROUP BY a",
            (l, r) => Counted(l, r, (a, b) => Math.Max(a - b, 0)).GroupBy(x => x.A).Select(g => $"{BagRow.Text(g.Key)} {g.Count()}")),
        new("d", "SELECT DISTINCT b FROM l", (l, _) => l.Select(x => x.B ?? "NULL").Distinct()),
        new(
            "first", "SELECT DISTINCT ON (a) a, b FROM l ORDER BY a, b DESC NULLS LAST",
            (l, _) => l.GroupBy(x => x.A).Select(g => g.OrderByDescending(x => x.B, NullFirst).First().ToString())),
        new(
            "cube", "SELECT a, b, count(*), grouping(a, b) FROM l GROUP BY CUBE (a, b)",
            (l, _) => l.GroupBy(x => x).Select(g => $"{g.Key} {g.Count()} 0")
                .Concat(l.GroupBy(x => x.A).Select(g => $"{BagRow.Text(g.Key)} NULL {g.Count()} 1"))
                .Concat(l.GroupBy(x => x.B).Select(g => $"NULL {g.Key ?? "NULL"} {g.Count()} 2"))
                .Append($"NULL NULL {l.Count} 3")),
        new(
            "twice", "SELECT a, sum(a) FROM l GROUP BY GROUPING SETS ((a), (a), ()) HAVING count(*) > 1",
            (l, _) => l.GroupBy(x => x.A).Where(g => g.Count() > 1)
                .SelectMany(g => Enumerable.Repeat($"{BagRow.Text(g.Key)} {BagRow.Text(g.Key is null ? null : g.Key * g.Count())}", 2))
                .Concat(l.Count > 1 ? [$"NULL {BagRow.Text(l.Exists(x => x.A is not null) ? l.Sum(x => x.A) : null)}"] : [])),
        new(
            "tagged", "SELECT 1 AS side, a FROM l WHERE b IS NULL UNION ALL SELECT 2, a FROM r",
            (l, r) => l.Where(x => x.B is null).Select(x => $"1 {BagRow.Text(x.A)}").Concat(r.Select(x => $"2 {BagRow.Text(x.A)}"))),
        new(
            "series", "SELECT a, n FROM l, generate_series(1, a) n",
            (l, _) => l.Where(x => x.A is not null).SelectMany(x => Enumerable.Range(1, Math.Max(x.A!.Value, 0)).Select(n => $"{x.A} {n}"))),
        new(
            "letters", "SELECT a, t, o FROM l, unnest(string_to_array(b, '.')) WITH ORDINALITY AS u(t, o)",
            (l, _) => l.Where(x => x.B is not null).SelectMany(x => x.B!.Split('.').Select((t, i) => $"{BagRow.Text(x.A)} {t} {i + 1}"))),
    ];

    /// <summary>Views that are almost another: defined under its name they must be noticed.</summary>
    internal static readonly (string Name, string Sql)[] Wrong =
    [
        ("u", "SELECT * FROM l UNION ALL SELECT * FROM r"),
        ("ia", "SELECT * FROM l INTERSECT SELECT * FROM r"),
        ("ea", "SELECT * FROM l EXCEPT SELECT * FROM r"),
        ("e", "SELECT * FROM l WHERE NOT EXISTS (SELECT 1 FROM r WHERE r.a = l.a AND r.b = l.b)"),
        ("i", "SELECT DISTINCT l.* FROM l JOIN r USING (a, b)"),
        ("first", "SELECT DISTINCT ON (a) a, b FROM l ORDER BY a, b DESC"),
        ("cube", "SELECT a, b, count(*), grouping(b, a) FROM l GROUP BY CUBE (a, b)"),
        ("twice", "SELECT a, sum(a) FROM l GROUP BY GROUPING SETS ((a), ()) HAVING count(*) > 1"),
        ("letters", "SELECT a, t, 1::bigint FROM l, unnest(string_to_array(b, '.')) u(t)"),
    ];

    private static readonly Comparer<string?> NullFirst = Comparer<string?>.Create((x, y) => string.CompareOrdinal(x, y));

    private static IEnumerable<string> Shown(IEnumerable<BagRow> rows) => rows.Select(x => x.ToString());

    private static IEnumerable<BagRow> Counted(List<BagRow> l, List<BagRow> r, Func<int, int, int> times) =>
        l.Concat(r).Distinct().SelectMany(x => Enumerable.Repeat(x, times(l.Count(y => y == x), r.Count(y => y == x))));
}
