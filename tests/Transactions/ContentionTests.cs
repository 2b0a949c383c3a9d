using Vectorized.Engine.Serving;
using Vectorized.Server.Shell;
using Vectorized.Tests.Slt;

namespace Vectorized.Tests.Transactions;

/// <summary>Threads that write the same rows without blocks, by every way a statement can be run: nothing is lost, none fails.</summary>
public sealed class ContentionTests
{
    /// <summary>In the commit stage; computed apart, where each loses races until it runs in the stage or under the table's turn.</summary>
    [Theory]
    [InlineData(2_048, false)]
    [InlineData(0, false)]
    [InlineData(0, true)]
    public async Task Updates_OfTheSameRow_AllCount(int shortWriteRows, bool neverInStage)
    {
        const int Sessions = 6;
        const int Rounds = 60;
        await using var database = TestDatabase.Open(1, shortWriteRows: shortWriteRows, retriesInStage: !neverInStage);
        using var first = database.Connect("root", "dev");
        await Run(first, "CREATE TABLE c (id int PRIMARY KEY, n int, s varchar); CREATE TABLE log (who int, i int)");
        await Run(first, "INSERT INTO c SELECT i, 0, 'x' FROM generate_series(1, 50) AS g(i)");
        await Task.WhenAll(Enumerable.Range(0, Sessions).Select(who => Task.Run(async () =>
        {
            using var session = database.Connect("root", "dev");
            for (int i = 0; i < Rounds; i++)
            {
                Assert.Equal("UPDATE 1", (await Run(session, "UPDATE c SET n = n + 1 WHERE id = 7")).Tag);
                Assert.Equal("INSERT 0 1", (await Run(session, $"INSERT INTO log VALUES ({who}, {i})")).Tag);
                Assert.Equal("UPDATE 50", (await Run(session, "UPDATE c SET n = n + 1")).Tag);
                // An acknowledged write is there for the next statement of any session.
                using var other = database.Connect("root", "dev");
                Assert.Equal($"{i + 1}", (await Run(other, $"SELECT count(*) FROM log WHERE who = {who}")).Rows[0][0]);
            }
        })));
        Assert.Equal($"{2 * Sessions * Rounds}", (await Run(first, "SELECT n FROM c WHERE id = 7")).Rows[0][0]);
        Assert.Equal($"{(49 * Sessions * Rounds) + (2 * Sessions * Rounds)}", (await Run(first, "SELECT sum(n) FROM c")).Rows[0][0]);
    }

    /// <summary>INSERT ... SELECT over the table it writes decides by what it reads: two clients never choose the same key.</summary>
    [Theory]
    [InlineData(2_048)]
    [InlineData(0)]
    public async Task Inserts_OfTheNextKey_NeverMeet(int shortWriteRows)
    {
        const int Sessions = 4;
        const int Rounds = 40;
        await using var database = TestDatabase.Open(1, shortWriteRows: shortWriteRows);
        using var first = database.Connect("root", "dev");
        await Run(first, "CREATE TABLE k (id int PRIMARY KEY, who int)");
        await Task.WhenAll(Enumerable.Range(0, Sessions).Select(who => Task.Run(async () =>
        {
            using var session = database.Connect("root", "dev");
            for (int i = 0; i < Rounds; i++)
            {
                await Run(session, $"INSERT INTO k SELECT coalesce(max(id), 0) + 1, {who} FROM k");
            }
        })));
        Assert.Equal($"{Sessions * Rounds}", (await Run(first, "SELECT count(*) FROM k")).Rows[0][0]);
    }

    private static Task<ResultTable> Run(ISession session, string sql) => ResultTable.Run(session, sql, CancellationToken.None);
}
