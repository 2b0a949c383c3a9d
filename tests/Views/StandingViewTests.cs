using Vectorized.Engine.Binding;
using Vectorized.Engine.Dataflow;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Operators;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Serving;
using Vectorized.Engine.Types;
using Vectorized.Server.Shell;
using Vectorized.Storage.Platform;
using Vectorized.Tests.Slt;
using Vectorized.Tests.Sql;
using Xunit.Abstractions;

namespace Vectorized.Tests.Views;

/// <summary>
/// Views whose rows stay in the part where they stand, because all that must be together is there already, and views that only seem to be
/// such: after every statement of random histories (outer joins, NULL keys, updates that move a row from part to part) they are their
/// queries, with one worker, two and three.
/// </summary>
public sealed class StandingViewTests(ITestOutputHelper output)
{
    private const int Histories = 4;
    private const int Steps = 20;

    private static readonly Dictionary<string, string> _views = new()
    {
        // Stand by the join's key, which is one of the group's columns.
        ["by_two"] = "SELECT l.a, r.c, count(*), max(l.b) FROM l JOIN r ON l.a = r.a GROUP BY l.a, r.c",
        ["by_two_left"] = "SELECT l.a, r.c, count(r.b), min(l.b) FROM l LEFT JOIN r ON l.a = r.a GROUP BY l.a, r.c",
        ["by_two_right"] = "SELECT r.a, l.c, count(l.b), sum(r.b) FROM l RIGHT JOIN r ON l.a = r.a GROUP BY r.a, l.c",
        ["by_full"] = "SELECT l.a, r.a AS ra, count(*) FROM l FULL JOIN r ON l.a = r.a GROUP BY 1, 2",
        ["twice"] = "SELECT a, n, count(*), sum(s) FROM (SELECT a, c, count(*) AS n, sum(b) AS s FROM l GROUP BY a, c) q GROUP BY a, n",
        ["by_number"] = "SELECT a, n % 3, count(*) FROM (SELECT a, count(*) AS n FROM l GROUP BY a) q GROUP BY 1, 2",
        ["best"] = "SELECT * FROM (SELECT l.k, l.a, r.c, row_number() OVER (PARTITION BY l.a, r.c ORDER BY l.b DESC, l.k, r.k) AS n"
            + " FROM l JOIN r ON l.a = r.a) q WHERE n <= 2",
        ["running"] = "SELECT l.k, r.k AS rk, sum(l.b) OVER (PARTITION BY l.a, r.c ORDER BY l.k, r.k) AS s FROM l JOIN r ON l.a = r.a",
        ["kinds"] = "SELECT l.a, l.c, count(DISTINCT r.c) FROM l JOIN r ON l.a = r.a GROUP BY l.a, l.c",
        ["averages"] = "SELECT c, avg(m) FROM (SELECT l.k, l.c, max(r.b) AS m FROM l JOIN r ON l.k = r.a GROUP BY l.k, l.c) q GROUP BY c",
        // Do not: they stand by more than the group's columns, or by others.
        ["fewer"] = "SELECT c, count(*), max(a), sum(n) FROM (SELECT a, c, count(*) AS n FROM l GROUP BY a, c) q GROUP BY c",
        ["others"] = "SELECT r.c, count(*) FROM l JOIN r ON l.a = r.a GROUP BY r.c",
    };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Views_RandomHistory_AreTheirQueries(int workers)
    {
        int seed = Seeds.Next(output);
        for (int i = 0; i < Histories; i++)
        {
            string? difference = await Run(seed + i, workers, null);
            Assert.True(difference is null, difference);
        }
    }

    [Theory]
    [InlineData("one of the columns they stand by is enough")]
    [InlineData("nothing ever moves")]
    [InlineData("groups move by another column")]
    public async Task Rows_ThatStandElsewhere_AreNoticed(string bug)
    {
        int seed = Seeds.Next(output);
        for (int i = 0; i < Histories; i++)
        {
            try
            {
                if (await Run(seed + i, 2, new WrongPlace(bug)) is not null)
                {
                    return;
                }
            }
            catch (SqlException e) when (e.SqlState == SqlState.ObjectNotInPrerequisiteState)
            {
                // Two parts with one key each: the view has noticed by itself.
                return;
            }
        }

        Assert.Fail($"{Histories} histories did not notice that {bug}");
    }

    /// <summary>Two exchanges of the join's sides, one by category; the groups by auction and category stay.</summary>
    [Fact]
    public async Task Groups_ByAJoinsKeyAndMore_TakeNoExchange()
    {
        await using var database = Open(2, null);
        using var session = database.Connect("root", "dev");
        await Execute(session, "CREATE TABLE l (k int PRIMARY KEY, a int, b int, c varchar)");
        await Execute(session, "CREATE TABLE r (k int PRIMARY KEY, a int, b int, c varchar)");
        await Execute(session, $"CREATE MATERIALIZED VIEW v AS {_views["by_two"]}");
        var view = database.Lane.Graph.Views.Single(v => v.Name == "v");
        Assert.DoesNotContain(view.Operators, o => o.Form == "hash exchange");
        await Execute(session, $"CREATE MATERIALIZED VIEW w AS {_views["averages"]}");
        view = database.Lane.Graph.Views.Single(v => v.Name == "w");
        Assert.Equal(2, view.Operators.Count(o => o.Form == "hash exchange"));
    }

    /// <summary>State that an older plan has written stands by all columns, and its rows must go on to.</summary>
    [Fact]
    public void Plan_OfAnOlderRevision_MovesRowsByAllColumns()
    {
        var input = new ScanNode(1, "t", [0, 1, 2]) { Columns = [], Properties = new StreamProperties(StreamKind.General, null) };
        var node = new AggregateNode(input, [0, 2], []) { Columns = [], Properties = input.Properties };
        var standing = Partitioning.Hash([2]);
        Assert.Equal([2], PartitioningRules.Required(node, 0, standing).HashColumns!);
        Assert.Equal([1], PartitioningRules.Produced(node, [standing]).HashColumns!);
        var older = node with { StateRevision = 2 };
        Assert.Equal([0, 2], PartitioningRules.Required(older, 0, standing).HashColumns!);
        Assert.Equal([0, 1], PartitioningRules.Produced(older, [Partitioning.Hash([0, 2])]).HashColumns!);
        foreach (var elsewhere in (Partitioning[])[Partitioning.Anywhere, Partitioning.Single, Partitioning.Hash([1, 2])])
        {
            Assert.Equal([0, 2], PartitioningRules.Required(node, 0, elsewhere).HashColumns!);
        }
    }

    private static async Task<string?> Run(int seed, int workers, DataflowHook? hook)
    {
        var random = new Random(seed);
        await using var database = Open(workers, hook);
        using var session = database.Connect("root", "dev");
        await Execute(session, "CREATE TABLE l (k int PRIMARY KEY, a int, b int, c varchar)");
        await Execute(session, "CREATE TABLE r (k int PRIMARY KEY, a int, b int, c varchar)");
        foreach (var (name, sql) in _views)
        {
            await Execute(session, $"CREATE MATERIALIZED VIEW v_{name} AS {sql}");
        }

        // Enough rows in one tick for the crew.
        await Execute(session, "INSERT INTO l SELECT i, i % 400, i % 7, 'c' || i % 3 FROM generate_series(1000, 2200) AS g(i)");
        await Execute(session, "INSERT INTO r SELECT i, i % 500, i % 5, 'c' || i % 4 FROM generate_series(1000, 1300) AS g(i)");
        for (int step = 0; step < Steps; step++)
        {
            string statement = Change(random);
            await Execute(session, statement);
            foreach (var (name, sql) in _views)
            {
                var expected = (await Execute(session, sql)).Order(StringComparer.Ordinal).ToList();
                var rows = (await Execute(session, $"SELECT * FROM v_{name}")).Order(StringComparer.Ordinal).ToList();
                if (!rows.SequenceEqual(expected))
                {
                    return $"seed {seed}, step {step}, after {statement}: {name} is\n  {string.Join("\n  ", rows.Except(expected).Take(10))}\n"
                        + $"more than, and less than its query by\n  {string.Join("\n  ", expected.Except(rows).Take(10))}";
                }
            }
        }

        return null;
    }

    private static string Change(Random random)
    {
        string table = random.Next(2) == 0 ? "l" : "r";
        string key = random.Next(5) == 0 ? "NULL" : $"{random.Next(6)}";
        string number = random.Next(6) == 0 ? "NULL" : $"{random.Next(4)}";
        string text = random.Next(6) == 0 ? "NULL" : $"'c{random.Next(3)}'";
        return random.Next(8) switch
        {
            0 => $"DELETE FROM {table} WHERE a = {random.Next(6)}",
            1 => $"DELETE FROM {table} WHERE k > 1000 AND k % 7 = {random.Next(7)}",
            2 => $"UPDATE {table} SET a = {key} WHERE b = {random.Next(4)} AND k < 1000",
            3 => $"UPDATE {table} SET c = {text} WHERE a = {random.Next(6)}",
            _ => $"INSERT INTO {table} SELECT coalesce((SELECT max(k) FROM {table} WHERE k < 1000), 0) + i, {key}::int + i % 2, {number}::int, {text}"
                + $" FROM generate_series(1, {random.Next(1, 6)}) AS g(i)",
        };
    }

    private static Database Open(int workers, DataflowHook? hook) => Database.Open(
        new DatabaseOptions { Workers = workers, HashSeed = 42, Hook = hook }, Host.System, new SourceConnectors());

    private static async Task<IEnumerable<string>> Execute(ISession session, string sql)
    {
        var table = await ResultTable.Run(session, sql, CancellationToken.None);
        return table.Rows.Select(row => string.Join(' ', row.Select(c => c ?? "NULL")));
    }

    private sealed class WrongPlace(string bug) : DataflowHook
    {
        internal override bool SharesJoinSides => true;

        internal override Partitioning Required(PlanNode node, Partitioning required, Partitioning actual) => (node, bug[0]) switch
        {
            (AggregateNode or TopNNode or WindowNode, 'o') when
                actual.HashColumns is { } standing && required.HashColumns is { } columns && standing.Any(columns.Contains) => actual,
            (AggregateNode, 'n') => actual,
            (AggregateNode { GroupColumns.Count: > 0 } n, 'g') => Partitioning.Hash(
                [.. Enumerable.Range(0, n.Input.Columns.Count).Except(n.GroupColumns).Take(1)]),
            _ => required,
        };
    }
}
