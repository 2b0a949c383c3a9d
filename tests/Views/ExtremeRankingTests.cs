using Vectorized.Engine.Serving;
using Vectorized.Server.Shell;
using Vectorized.Tests.Slt;
using Vectorized.Tests.Sql;
using Xunit.Abstractions;

namespace Vectorized.Tests.Views;

/// <summary>
/// Views that join a relation with its own greatest or least values, which the planner turns into rankings, against the same query
/// asked ad hoc, which it does not, after every statement of random histories: ties, NULLs, times on the bounds of windows and infinite
/// ones, rows that leave.
/// </summary>
public sealed class ExtremeRankingTests(ITestOutputHelper output)
{
    private const int Histories = 8;
    private const int Steps = 20;

    /// <summary>
    /// Over a table e that only grows and a table g whose rows change, both (k, v, w, n, at), and two keyed ones, p (k, f) and h (n, s).
    /// </summary>
    private static readonly (string Sql, bool IsRanked)[] _views =
    [
        ("SELECT * FROM e a WHERE v = (SELECT max(v) FROM e b WHERE b.k = a.k)", true),
        ("SELECT * FROM g a WHERE v = (SELECT min(v) FROM g b WHERE b.k = a.k)", true),
        ("SELECT * FROM e WHERE v = (SELECT max(v) FROM e)", true),
        ("SELECT a.*, m.x FROM g a JOIN (SELECT k, max(v) AS x FROM g GROUP BY k) m ON a.k = m.k AND a.v >= m.x", true),
        ("SELECT a.w, m.* FROM e a JOIN (SELECT k, v, min(n) AS x FROM e GROUP BY k, v HAVING min(n) < 3) m"
            + " ON m.x >= a.n AND a.k = m.k AND a.v IS NOT DISTINCT FROM m.v WHERE a.w > 'b'", true),
        // The maximum is of fewer or other rows.
        ("SELECT a.* FROM e a JOIN (SELECT k, max(v) AS x FROM e WHERE w <> 'a' GROUP BY k) m ON a.k = m.k AND a.v = m.x", false),
        ("SELECT a.* FROM e a JOIN (SELECT k, max(n) AS x FROM e GROUP BY k) m ON a.k = m.k AND a.v = m.x", false),
        ("SELECT a.* FROM e a JOIN (SELECT k, max(v) AS x FROM e GROUP BY k) m ON a.k = m.k AND a.v <= m.x", false),
        ("SELECT a.* FROM e a JOIN (SELECT k, w, max(v) AS x FROM e GROUP BY k, w) m ON a.k = m.k AND a.v = m.x", false),
        ("SELECT a.* FROM e a JOIN (SELECT k, max(v) AS x FROM g GROUP BY k) m ON a.k = m.k AND a.v = m.x", false),
        // The relation has more conditions than the aggregate.
        ("SELECT a.* FROM e a JOIN (SELECT k, max(v) AS x FROM e WHERE w <> 'a' GROUP BY k) m ON a.k = m.k AND a.v = m.x"
            + " WHERE a.n < 3 AND a.w <> 'a'", true),
        // Counts rise, sums of a table's rows come and go.
        ("SELECT c.k, c.c FROM (SELECT k, v, count(*) AS c FROM e GROUP BY k, v) c"
            + " JOIN (SELECT k, max(c) AS x FROM (SELECT k, v, count(*) AS c FROM e GROUP BY k, v) d GROUP BY k) m"
            + " ON c.k = m.k AND c.c >= m.x", true),
        ("WITH s AS (SELECT k, sum(v) AS t FROM g GROUP BY k) SELECT k, t FROM s WHERE t = (SELECT max(t) FROM s)", true),
        ("SELECT h.w, h.c, h.window_end FROM"
            + " (SELECT w, count(*) AS c, window_start, window_end FROM HOP(e, at, INTERVAL '2' SECOND, INTERVAL '6' SECOND)"
            + " GROUP BY w, window_start, window_end) h JOIN"
            + " (SELECT max(c) AS x, window_start, window_end FROM"
            + " (SELECT w, count(*) AS c, window_start, window_end FROM HOP(e, at, INTERVAL '2' SECOND, INTERVAL '6' SECOND)"
            + " GROUP BY w, window_start, window_end) i GROUP BY window_start, window_end) m"
            + " ON h.window_start = m.window_start AND h.window_end = m.window_end AND h.c >= m.x", true),
        // Joins, with what only chooses groups below the ranking.
        (Joined("h2.s = 'x' AND ", "AND p.f = 1"), true),
        (Joined("h2.s = 'x' AND ", "AND p.f = 1 AND g.w <> h.s"), true),
        (Joined("h2.s = 'x' AND ", "AND p.f <> g.v"), true),
        (Joined("", "AND p.f = 1"), false),
        ("SELECT g.n, p.f, h.s, m.x FROM h, g, p, (SELECT max(a.v) AS x, a.k, b.s FROM g a, h b WHERE b.n = a.n GROUP BY a.k, b.s) m"
            + " WHERE g.n = h.n AND p.k = g.k AND m.k = p.k AND m.s = h.s AND g.v = m.x AND p.f IS NOT NULL", true),
        // A window's greatest value meets the rows of a range around it.
        (Window("a.at BETWEEN m.window_end - INTERVAL '4' SECOND AND m.window_end", "max"), true),
        (Window("a.at >= m.window_start AND a.at < m.window_end", "min"), true),
        (Window("a.at > m.window_start - INTERVAL '3' SECOND AND m.window_start + INTERVAL '9' SECOND >= a.at", "max"), true),
        (Window("a.at >= m.window_end - INTERVAL '4' SECOND AND a.at <= m.window_end AND a.n <> m.x", "max"), true),
        (Window("a.at + INTERVAL '2' SECOND >= m.window_start AND a.at <= m.window_start AND a.w <> 'a'", "min"), true),
        (Window("a.at >= m.window_end", "max"), false),
        (Window("a.at BETWEEN m.window_end - INTERVAL '1' MINUTE AND m.window_end", "max"), false),
        ("SELECT a.* FROM e a JOIN (SELECT k, max(v) AS x FROM TUMBLE(e, at, INTERVAL '4' SECOND) GROUP BY k) m"
            + " ON a.k = m.k AND a.v = m.x", false),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Views_RandomHistory_AreTheirQueries(int workers)
    {
        int seed = Seeds.Next(output);
        for (int i = 0; i < Histories; i++)
        {
            await Run(seed + i, workers);
        }
    }

    private static string Joined(string inner, string outer) =>
        "SELECT p.k, p.f, g.v, g.w, h.s FROM p, g, h WHERE p.k = g.k AND g.n = h.n AND h.s = 'x' AND g.v ="
        + $" (SELECT min(g2.v) FROM g g2, h h2 WHERE {inner}g2.k = p.k AND h2.n = g2.n) {outer}";

    private static string Window(string range, string extreme) =>
        $"SELECT a.*, m.x, m.window_end FROM e a JOIN (SELECT {extreme}(v) AS x, window_start, window_end"
        + " FROM TUMBLE(e, at, INTERVAL '4' SECOND, INTERVAL '1' SECOND) GROUP BY window_start, window_end) m"
        + $" ON a.v = m.x WHERE {range}";

    private static async Task Run(int seed, int workers)
    {
        var random = new Random(seed);
        await using var database = TestDatabase.Open(workers);
        using var session = database.Connect("root", "dev");
        await Execute(session, "CREATE TABLE e (k int, v int, w varchar, n int, at timestamp) APPEND ONLY");
        await Execute(session, "CREATE TABLE g (k int, v int, w varchar, n int, at timestamp)");
        await Execute(session, "CREATE TABLE p (k int PRIMARY KEY, f int)");
        await Execute(session, "CREATE TABLE h (n int PRIMARY KEY, s varchar)");
        int createdAt = random.Next(4);
        for (int step = 0; step < Steps; step++)
        {
            for (int v = 0; step == createdAt && v < _views.Length; v++)
            {
                await Execute(session, $"CREATE MATERIALIZED VIEW v{v} AS {_views[v].Sql}");
                string plan = string.Join('\n', await Execute(session, $"EXPLAIN CREATE MATERIALIZED VIEW x AS {_views[v].Sql}"));
                Assert.True(plan.Contains("rank <= 1", StringComparison.Ordinal) == _views[v].IsRanked, plan);
            }

            string statement = Change(random);
            await Execute(session, statement);
            for (int v = 0; step >= createdAt && v < _views.Length; v++)
            {
                var held = await Execute(session, $"SELECT * FROM v{v}");
                var asked = await Execute(session, _views[v].Sql);
                Assert.True(
                    held.SequenceEqual(asked),
                    $"seed {seed}, step {step}, after {statement}: {_views[v].Sql}\n  {string.Join("\n  ", held)}\nbut is\n  "
                        + string.Join("\n  ", asked));
            }
        }

        var forms = database.Lane.Graph.Views.SelectMany(i => i.Operators.Select(o => o.Form)).ToHashSet();
        Assert.Superset(new HashSet<string> { "first rank (append-only)", "first rank (rising)", "window (general)" }, forms);
    }

    private static async Task<List<string>> Execute(ISession session, string sql)
    {
        var table = await ResultTable.Run(session, sql, CancellationToken.None);
        var rows = table.Rows.Select(row => string.Join(' ', row.Select(c => c ?? "NULL")));
        return sql.StartsWith("EXPLAIN", StringComparison.Ordinal) ? [.. rows] : [.. rows.Order(StringComparer.Ordinal)];
    }

    private static string Change(Random random)
    {
        string Small(int values) => random.Next(6) == 0 ? "NULL" : $"{random.Next(values)}";
        string Text() => random.Next(6) == 0 ? "NULL" : random.Next(3) == 0 ? "'a'" : random.Next(2) == 0 ? "'b'" : "'c, beyond twelve bytes'";
        string At() => random.Next(12) switch
        {
            0 => "NULL",
            1 => random.Next(2) == 0 ? "timestamp 'infinity'" : "timestamp '-infinity'",
            _ => $"timestamp '2026-01-01 00:00:00' + {random.Next(80)} * interval '0.5 second'",
        };
        switch (random.Next(11))
        {
            case 8:
                return $"INSERT INTO p VALUES ({random.Next(3)}, {Small(3)})";
            case 9:
                return $"INSERT INTO h VALUES ({random.Next(4)}, {(random.Next(4) == 0 ? "'y'" : "'x'")})";
            case 10:
                return random.Next(2) == 0 ? $"DELETE FROM p WHERE k = {random.Next(3)}" : $"DELETE FROM h WHERE n = {random.Next(4)}";
            case 0:
                return $"DELETE FROM g WHERE k = {random.Next(3)} AND n = {random.Next(4)}";
            case 1:
                return $"UPDATE g SET v = v + {random.Next(-2, 3)} WHERE n = {random.Next(4)}";
            default:
                var rows = Enumerable.Range(0, random.Next(1, 9))
                    .Select(_ => $"({Small(3)}, {Small(5)}, {Text()}, {Small(4)}, {At()})");
                return $"INSERT INTO {(random.Next(3) == 0 ? "g" : "e")} VALUES {string.Join(", ", rows)}";
        }
    }
}
