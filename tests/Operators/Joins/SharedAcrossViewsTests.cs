using Vectorized.Engine.Dataflow;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Serving;
using Vectorized.Server.Shell;
using Vectorized.Tests.Slt;

namespace Vectorized.Tests.Operators.Joins;

/// <summary>
/// Joins of several views read the same kept rows: views come and go at random between random writes, and each must equal its
/// query at every step, whoever built what it reads.
/// </summary>
public sealed class SharedAcrossViewsTests
{
    private static readonly string[] _queries =
    [
        "SELECT a.id, b.id AS bid, w FROM a JOIN b ON a.k = b.k",
        "SELECT b.id, a.v FROM b JOIN a ON b.k = a.k WHERE w > 2",
        "SELECT x.id, y.id AS yid FROM a x JOIN a y ON x.k = y.k",
        "SELECT x.id, y.v FROM a x JOIN a y ON x.k = y.id",
        "SELECT x.id, y.v FROM a x JOIN a y ON x.id = y.id",
        "SELECT a.id, b.id AS bid FROM a LEFT JOIN b ON a.k = b.k",
        "SELECT a.id, w FROM a LEFT JOIN b ON a.k = b.id",
        "SELECT a.id, w FROM a LEFT JOIN b ON a.id = b.id",
        "SELECT a.id, b.id AS bid FROM a RIGHT JOIN b ON a.k = b.k AND v <> w",
        "SELECT a.id, b.id AS bid FROM a RIGHT JOIN b ON a.id = b.id",
        "SELECT a.id, b.id AS bid FROM a FULL JOIN b ON a.k = b.k",
        "SELECT id, v FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.k = a.k)",
        "SELECT id, v FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.k = a.k AND b.w <> a.v)",
        "SELECT id, v FROM a WHERE NOT EXISTS (SELECT 1 FROM b WHERE b.k = a.k)",
        "SELECT id, v FROM a WHERE NOT EXISTS (SELECT 1 FROM a o WHERE o.k = a.k AND o.id <> a.id)",
        "SELECT id, v FROM a WHERE k IN (SELECT id FROM b WHERE w > 2)",
        "SELECT a.id, b.id AS bid FROM a JOIN b ON a.k IS NOT DISTINCT FROM b.k",
        "SELECT a.id, b.id AS bid, c.id AS cid FROM a JOIN b ON a.k = b.k JOIN a c ON c.id = b.w",
        "SELECT a.id, s FROM a JOIN (SELECT k, sum(w) AS s FROM b GROUP BY k) g ON a.k = g.k",
        "SELECT a.id, s FROM a LEFT JOIN (SELECT k, max(w) AS s FROM b GROUP BY k) g ON a.id = g.k",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Views_ComeAndGo_EqualTheirQueries(int workers)
    {
        bool wereShared = false;
        for (int seed = 1; seed <= 6; seed++)
        {
            wereShared |= await Run(seed, workers);
        }

        Assert.True(wereShared);
    }

    [Theory]
    [InlineData(JoinKind.Inner)]
    [InlineData(JoinKind.Left)]
    [InlineData(JoinKind.Right)]
    [InlineData(JoinKind.Full)]
    [InlineData(JoinKind.Semi)]
    [InlineData(JoinKind.Anti)]
    public void Sharing_AnySides_MeetsEachPairOnceAndOutputsEachRow(JoinKind kind)
    {
        foreach (bool left in (bool[])[false, true])
        {
            foreach (bool right in (bool[])[false, true])
            {
                var sharing = JoinSharing.For(kind, left, right);
                Assert.True(left || !sharing.Left);
                Assert.True(right || !sharing.Right);
                Assert.True(sharing.Left || !sharing.LeftIsQuiet);
                Assert.True(sharing.Right || !sharing.RightIsQuiet);

                // A complete side that is not quiet meets the other's rows twice, unless those do not come.
                Assert.True(!sharing.Left || sharing.LeftIsQuiet || sharing.RightIsQuiet);
                Assert.True(!sharing.Right || sharing.RightIsQuiet || sharing.LeftIsQuiet);
                Assert.False(sharing.LeftIsQuiet && sharing.RightIsQuiet);

                // Rows that are output by whether they have a partner must come.
                Assert.False(sharing.LeftIsQuiet && kind is not (JoinKind.Inner or JoinKind.Right));
                Assert.False(sharing.RightIsQuiet && kind is JoinKind.Right or JoinKind.Full);
            }
        }
    }

    internal static async Task<bool> Run(int seed, int workers, Action<SharedArrangements>? mutate = null)
    {
        var random = new Random(seed);
        await using var database = TestDatabase.Open(workers);
        mutate?.Invoke(database.Lane.Graph.Shared);
        using var session = database.Connect("root", "dev");
        await Execute(session, "CREATE TABLE a (id int PRIMARY KEY, k int, v int)");
        await Execute(session, "CREATE TABLE b (id int PRIMARY KEY, k int, w int)");
        var views = new Dictionary<string, string>();
        bool wereShared = false;
        for (int step = 0; step < 60; step++)
        {
            if (random.Next(3) == 0)
            {
                string name = $"v{step}";
                views.Add(name, _queries[random.Next(_queries.Length)]);
                await Execute(session, $"CREATE MATERIALIZED VIEW {name} AS {views[name]}");
            }
            else if (views.Count > 0 && random.Next(8) == 0)
            {
                string name = views.Keys.ElementAt(random.Next(views.Count));
                views.Remove(name);
                await Execute(session, $"DROP MATERIALIZED VIEW {name}");
            }
            else
            {
                await Execute(session, Change(random));
            }

            wereShared |= database.Lane.Graph.Shared.All.Any(s => s.HolderCount > 1);
            foreach (var (name, query) in views)
            {
                string[] expected = await Lines(session, query);
                string[] actual = await Lines(session, $"SELECT * FROM {name}");
                Assert.True(
                    expected.SequenceEqual(actual),
                    $"seed {seed}, step {step}: {query}\nis       {string.Join("; ", actual)}\nnot      {string.Join("; ", expected)}");
            }
        }

        foreach (string name in views.Keys)
        {
            await Execute(session, $"DROP MATERIALIZED VIEW {name}");
        }

        Assert.Empty(database.Lane.Graph.Shared.All);
        return wereShared;
    }

    private static string Change(Random random)
    {
        string table = random.Next(2) == 0 ? "a" : "b";
        string value = table == "a" ? "v" : "w";
        int id = random.Next(12);
        string key = random.Next(6) == 0 ? "NULL" : $"{random.Next(6)}";
        return random.Next(5) switch
        {
            0 => $"DELETE FROM {table} WHERE id % 4 = {random.Next(4)}",
            1 => $"UPDATE {table} SET k = {key} WHERE id > {id}",
            2 => $"UPDATE {table} SET {value} = {value} + 1 WHERE k = {random.Next(6)}",
            _ => $"INSERT INTO {table} VALUES ({id}, {key}, {random.Next(5)}), ({id + 12}, {random.Next(6)}, {random.Next(5)})",
        };
    }

    private static async Task Execute(ISession session, string sql) => await ResultTable.Run(session, sql, CancellationToken.None);

    private static async Task<string[]> Lines(ISession session, string sql)
    {
        var result = await ResultTable.Run(session, sql, CancellationToken.None);
        return [.. result.Rows.Select(row => string.Join('|', row.Select(c => c ?? "NULL"))).Order(StringComparer.Ordinal)];
    }
}
