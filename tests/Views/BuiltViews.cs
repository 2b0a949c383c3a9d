namespace Vectorized.Tests.Views;

/// <summary>
/// Views over two keyed tables a and b (id, k, v, s) and a view over a, for building them while the tables change: every way in which
/// a join finds its partners (rows of its own, the relation's, an arrangement shared by key), what keeps groups, order and sets.
/// </summary>
internal static class BuiltViews
{
    /// <summary>A view that others read.</summary>
    internal const string Below = "SELECT k, count(*) AS n, max(v) AS m FROM a GROUP BY k";

    internal static readonly (string Name, string Query)[] All =
    [
        ("total", "SELECT count(*) AS n, sum(v) AS s, min(s) AS l FROM a"),
        ("groups", "SELECT k, count(*) AS n, sum(v) AS s, max(v) AS m, min(s) AS l, count(DISTINCT v) AS d FROM a GROUP BY k"),
        ("by_key", "SELECT a.id, a.v, b.s FROM a JOIN b ON a.id = b.id"),
        ("by_column", "SELECT a.id, b.id AS other, a.s FROM a JOIN b ON a.k = b.k"),
        ("mixed", "SELECT a.id, b.id AS other, b.v FROM a JOIN b ON a.k = b.id"),
        ("with_itself", "SELECT x.id, y.id AS other FROM a x JOIN a y ON x.k = y.v"),
        ("left_by_key", "SELECT a.id, a.s, b.v FROM a LEFT JOIN b ON a.id = b.id"),
        ("left_by_column", "SELECT a.id, b.id AS other FROM a LEFT JOIN b ON a.k = b.k"),
        ("left_residual", "SELECT a.id, b.id AS other FROM a LEFT JOIN b ON a.k = b.k AND a.v < b.v"),
        ("right_by_key", "SELECT a.s, b.id FROM a RIGHT JOIN b ON a.k = b.id"),
        ("full_outer", "SELECT a.id, b.id AS other FROM a FULL JOIN b ON a.k = b.k"),
        ("semi", "SELECT id, s FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.k = a.k)"),
        ("anti", "SELECT id, s FROM a WHERE NOT EXISTS (SELECT 1 FROM b WHERE b.id = a.k)"),
        ("anti_residual", "SELECT id FROM a WHERE NOT EXISTS (SELECT 1 FROM b WHERE b.k = a.k AND b.v > a.v)"),
        ("top",
            "SELECT id, k, v, r FROM (SELECT id, k, v, row_number() OVER (PARTITION BY k ORDER BY v DESC, id) AS r FROM a) t WHERE r <= 2"),
        ("own_greatest", "SELECT id, k, v FROM a WHERE v = (SELECT max(v) FROM a x WHERE x.k = a.k)"),
        ("most_frequent",
            "WITH n AS (SELECT k, v, count(*) AS c FROM b GROUP BY k, v) SELECT k, v, c FROM n WHERE c = (SELECT max(c) FROM n m WHERE m.k = n.k)"),
        ("running", "SELECT id, sum(v) OVER (PARTITION BY k ORDER BY id) AS s, lag(s) OVER (PARTITION BY k ORDER BY id) AS p FROM a"),
        ("distinct_rows", "SELECT DISTINCT k, v FROM a"),
        ("stacked", "SELECT k FROM a UNION ALL SELECT v FROM b"),
        ("over_view", "SELECT x.k, x.n, b.s FROM below x JOIN b ON b.k = x.k"),
        ("over_view_left", "SELECT b.id, x.n, x.m FROM b LEFT JOIN below x ON x.k = b.k"),
        ("three", "SELECT a.id, b.id AS b, x.n FROM a JOIN b ON a.k = b.k JOIN below x ON x.k = b.v"),
    ];
}
