using System.Globalization;
using System.Text.RegularExpressions;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Observed;

/// <summary>EXPLAIN ANALYZE MATERIALIZED VIEW counts what was inserted, by operator, and measures time while it is asked.</summary>
[Collection("alone")]
public sealed partial class ExplainViewTests
{
    private const string Explain = "EXPLAIN ANALYZE MATERIALIZED VIEW v";

    [Fact]
    public async Task Analyze_RunningView_CountsRowsStateAndTime()
    {
        await using var observed = new ObservedDatabase();
        await observed.Execute(
            "CREATE TABLE t (id bigint PRIMARY KEY, g int)",
            "CREATE MATERIALIZED VIEW v AS SELECT g, count(*) AS n FROM t WHERE id < 500 GROUP BY g",
            "INSERT INTO t SELECT i, i % 7 FROM generate_series(1, 1000) AS x(i)");
        var plan = await observed.Rows(Explain);
        Assert.Equal((1000, 499), Rows(plan, "Filter"));
        Assert.Equal((499, 7), Rows(plan, "Aggregate"));
        Assert.Equal(7, Rows(plan, "Materialize").In);
        string aggregate = plan.Single(l => l.Contains("-> Aggregate", StringComparison.Ordinal));
        Assert.Contains("state 7 rows", aggregate, StringComparison.Ordinal);
        Assert.All(plan.Where(l => l.Contains("->", StringComparison.Ordinal)), l => Assert.EndsWith("time 0.000 ms", l));
        await observed.Execute("INSERT INTO t SELECT -i, i % 7 FROM generate_series(1, 100000) AS x(i)");
        plan = await observed.Rows(Explain);
        Assert.Equal((101_000, 100_499), Rows(plan, "Filter"));
        Assert.True(Time(plan, "Filter") > 0 && Time(plan, "Aggregate") > 0 && Time(plan, "Materialize") > 0, string.Join('\n', plan));
    }

    [Fact]
    public async Task Explain_WhatIsNoRunningView_IsRefused()
    {
        await using var observed = new ObservedDatabase();
        await observed.Execute("CREATE TABLE t (a int)", "CREATE MATERIALIZED VIEW v AS SELECT a FROM t");
        Assert.DoesNotContain(await observed.Rows("EXPLAIN MATERIALIZED VIEW v"), l => l.Contains("->", StringComparison.Ordinal));
        Assert.Equal(SqlState.WrongObjectType, (await Fails("EXPLAIN ANALYZE MATERIALIZED VIEW t")).SqlState);
        Assert.Equal(SqlState.UndefinedTable, (await Fails("EXPLAIN ANALYZE MATERIALIZED VIEW nothing")).SqlState);
        Assert.Equal(SqlState.FeatureNotSupported, (await Fails("EXPLAIN ANALYZE DELETE FROM t")).SqlState);

        Task<SqlException> Fails(string statement) => Assert.ThrowsAsync<SqlException>(() => observed.Execute(statement));
    }

    [Fact]
    public async Task Analyze_Query_RunsItAndCounts()
    {
        await using var observed = new ObservedDatabase();
        await observed.Execute(
            "CREATE TABLE t (id bigint PRIMARY KEY, g int)",
            "INSERT INTO t SELECT i, i % 7 FROM generate_series(1, 1000) AS x(i)");
        var plan = await observed.Rows("EXPLAIN ANALYZE SELECT t.g, count(*) FROM t JOIN t AS u ON u.id = t.id + 1 WHERE t.id < 500 GROUP BY t.g");
        Assert.Equal((499, 7), Rows(plan, "Aggregate"));
        Assert.Equal(499, Rows(plan, "ClosedJoin").Out);
        Assert.True(Time(plan, "Aggregate") > 0 && Time(plan, "ClosedJoin") > 0, string.Join('\n', plan));
        Assert.Contains("Rows: 7", plan);
        Assert.Contains(plan, l => l.StartsWith("Planning Time: ", StringComparison.Ordinal));
        Assert.Contains(plan, l => l.StartsWith("Execution Time: ", StringComparison.Ordinal));
        // Nothing is kept of it, and it can be asked again.
        Assert.Contains("Rows: 1", await observed.Rows("EXPLAIN ANALYZE SELECT * FROM t WHERE id = 5"));
        Assert.Contains("Rows: 1000", await observed.Rows("EXPLAIN (ANALYZE) SELECT * FROM t"));
    }

    private static (long In, long Out) Rows(List<string> plan, string name)
    {
        var match = Line().Match(plan.Single(l => l.Contains($"-> {name}", StringComparison.Ordinal)));
        return (long.Parse(match.Groups[1].Value), long.Parse(match.Groups[2].Value));
    }

    private static double Time(List<string> plan, string name) => double.Parse(
        Line().Match(plan.Single(l => l.Contains($"-> {name}", StringComparison.Ordinal))).Groups[3].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("in ([0-9]+), out ([0-9]+), state [0-9]+ rows [0-9]+ bytes, time ([0-9.]+) ms$")]
    private static partial Regex Line();
}
