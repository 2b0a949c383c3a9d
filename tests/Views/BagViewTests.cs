using Vectorized.Engine.Serving;
using Vectorized.Server.Shell;
using Vectorized.Tests.Slt;
using Vectorized.Tests.Sql;
using Xunit.Abstractions;

namespace Vectorized.Tests.Views;

/// <summary>
/// Set operations, DISTINCT ON, grouping sets and table functions as views, against their definitions after every statement of
/// random histories with duplicates, NULLs, deletions and updates; the same query asked ad hoc must say the same.
/// </summary>
public sealed class BagViewTests(ITestOutputHelper output)
{
    private const int Histories = 12;
    private const int Steps = 25;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Views_RandomHistory_AreWhatTheyAreDefinedAs(int workers)
    {
        int seed = Seeds.Next(output);
        for (int i = 0; i < Histories; i++)
        {
            string? difference = await Run(seed + i, workers, BagViews.All.ToDictionary(v => v.Name, v => v.Sql));
            Assert.True(difference is null, difference);
        }
    }

    public static TheoryData<int> WrongViews() => [.. Enumerable.Range(0, BagViews.Wrong.Length)];

    [Theory]
    [MemberData(nameof(WrongViews))]
    public async Task View_DefinedAsAlmostAnother_IsNoticed(int wrong)
    {
        var (name, sql) = BagViews.Wrong[wrong];
        int seed = Seeds.Next(output);
        for (int i = 0; i < Histories; i++)
        {
            if (await Run(seed + i, 1, new Dictionary<string, string> { [name] = sql }) is not null)
            {
                return;
            }
        }

        Assert.Fail($"{Histories} histories did not tell {name} from {sql}");
    }

    private static async Task<string?> Run(int seed, int workers, Dictionary<string, string> views)
    {
        var random = new Random(seed);
        await using var database = TestDatabase.Open(workers);
        using var session = database.Connect("root", "dev");
        await Execute(session, "CREATE TABLE l (a int, b varchar)");
        await Execute(session, "CREATE TABLE r (a int, b varchar)");
        List<BagRow> l = [], r = [];
        int createdAt = random.Next(4);
        for (int step = 0; step < Steps; step++)
        {
            if (step == createdAt)
            {
                foreach (var (name, sql) in views)
                {
                    await Execute(session, $"CREATE MATERIALIZED VIEW v_{name} AS {sql}");
                }
            }

            bool isLeft = random.Next(2) == 0;
            string statement = Change(random, isLeft ? "l" : "r", isLeft ? l : r);
            await Execute(session, statement);
            foreach (var view in step < createdAt ? [] : BagViews.All.Where(v => views.ContainsKey(v.Name)))
            {
                var expected = view.Rows(l, r).Order(StringComparer.Ordinal).ToList();
                foreach (string query in (string[])[$"SELECT * FROM v_{view.Name}", views[view.Name]])
                {
                    var rows = (await Execute(session, query)).Order(StringComparer.Ordinal).ToList();
                    if (!rows.SequenceEqual(expected))
                    {
                        return $"seed {seed}, step {step}, after {statement}: {query}\n  {string.Join("\n  ", rows)}\nbut is\n  "
                            + string.Join("\n  ", expected);
                    }
                }
            }
        }

        return null;
    }

    private static async Task<IEnumerable<string>> Execute(ISession session, string sql)
    {
        var table = await ResultTable.Run(session, sql, CancellationToken.None);
        return table.Rows.Select(row => string.Join(' ', row.Select(c => c ?? "NULL")));
    }

    /// <summary>A random statement; the model moves along.</summary>
    private static string Change(Random random, string table, List<BagRow> rows)
    {
        int? a = random.Next(5) == 0 ? null : random.Next(4);
        string where = a is null ? "a IS NULL" : $"a = {a}";
        switch (random.Next(10))
        {
            case 0 or 1:
                rows.RemoveAll(x => x.A == a);
                return $"DELETE FROM {table} WHERE {where}";
            case 2:
                rows.RemoveAll(x => x.B is null);
                return $"DELETE FROM {table} WHERE b IS NULL";
            case 3:
                string? b = RandomText(random);
                for (int i = 0; i < rows.Count; i++)
                {
                    rows[i] = rows[i].A == a ? rows[i] with { B = b } : rows[i];
                }

                return $"UPDATE {table} SET b = {Literal(b)} WHERE {where}";
            case 4:
                for (int i = 0; i < rows.Count; i++)
                {
                    rows[i] = rows[i] with { A = rows[i].A is 1 ? 2 : rows[i].A };
                }

                return $"UPDATE {table} SET a = 2 WHERE a = 1";
            default:
                var added = Enumerable.Range(0, random.Next(1, 6))
                    .Select(_ => new BagRow(random.Next(5) == 0 ? null : random.Next(4), RandomText(random))).ToList();
                rows.AddRange(added);
                return $"INSERT INTO {table} VALUES "
                    + string.Join(", ", added.Select(x => $"({BagRow.Text(x.A)}, {Literal(x.B)})"));
        }
    }

    private static string? RandomText(Random random) => random.Next(6) switch
    {
        0 => null,
        1 => "x",
        2 => "x.y",
        3 => "a text that is longer than twelve",
        _ => "y",
    };

    private static string Literal(string? text) => text is null ? "NULL" : $"'{text}'";
}
