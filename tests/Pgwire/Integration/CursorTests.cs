using Vectorized.Engine.Serving;
using Vectorized.Server.Serve;
using Vectorized.Storage.Platform;

namespace Vectorized.Tests.Pgwire.Integration;

/// <summary>DECLARE, FETCH, MOVE, CLOSE over the wire, against the engine in this process.</summary>
public sealed class CursorTests
{
    [Fact]
    public async Task Cursor_InABlock_ReadsOnAndEndsWithIt()
    {
        await using var fixture = EngineFixture.Start();
        using var client = fixture.Connect();
        client.Query("BEGIN; DECLARE c CURSOR FOR SELECT id FROM t ORDER BY id").Go();
        Assert.Equal(["1", "2", "3"], Rows(client, "FETCH 3 FROM c"));
        Assert.Equal("MOVE 2\0", client.Query("MOVE 2 FROM c").Go()[0].Text);
        Assert.Equal(["6"], Rows(client, "FETCH NEXT FROM c"));
        var rest = client.Query("FETCH ALL FROM c").Go();
        Assert.Equal("FETCH 4994\0", rest[^2].Text);
        Assert.Empty(Rows(client, "FETCH 1 FROM c"));
        client.Query("COMMIT").Go();
        Assert.Equal("34000", client.Query("FETCH 1 FROM c").Go()[0].Field('C'));
    }

    [Fact]
    public async Task Cursor_WithHold_OutlivesCommitAndSeesItsOwnEpoch()
    {
        await using var fixture = EngineFixture.Start();
        using var client = fixture.Connect();
        client.Query("BEGIN; DECLARE c CURSOR WITH HOLD FOR SELECT id FROM t WHERE id > 4998 ORDER BY id; COMMIT").Go();
        client.Query("INSERT INTO t VALUES (6000)").Go();
        Assert.Equal(["4999", "5000"], Rows(client, "FETCH ALL FROM c"));
        Assert.Equal("CLOSE CURSOR\0", client.Query("CLOSE c").Go()[0].Text);
        Assert.Equal("34000", client.Query("CLOSE c").Go()[0].Field('C'));
    }

    [Fact]
    public async Task Cursor_OutsideABlock_LivesUntilClosed()
    {
        await using var fixture = EngineFixture.Start();
        using var client = fixture.Connect();
        client.Query("DECLARE c CURSOR FOR SELECT id FROM t ORDER BY id").Go();
        Assert.Equal(["1"], Rows(client, "FETCH c"));
        Assert.Equal("42P03", client.Query("DECLARE c CURSOR FOR SELECT 1").Go()[0].Field('C'));
        var extended = client.Parse("", "FETCH 2 FROM c").Describe('S', "").Bind("", "", format: 1).Execute().Sync().Go();
        Assert.Equal("1tT2DDCZ", RawClient.Types(extended));
        Assert.Equal("55000", client.Query("FETCH BACKWARD 1 FROM c").Go()[0].Field('C'));
        client.Query("CLOSE ALL").Go();
        Assert.Equal("34000", client.Query("FETCH c").Go()[0].Field('C'));
    }

    private static IEnumerable<string> Rows(RawClient client, string sql) =>
        client.Query(sql).Go().Where(m => m.Type == 'D').Select(m => m.Row);

    private sealed class EngineFixture(Database database, Vectorized.Pgwire.PgServer server) : IAsyncDisposable
    {
        public static EngineFixture Start()
        {
            var database = DatabaseOpener.Open(1, [], Host.System);
            var server = Vectorized.Pgwire.PgServer.Start(database, new Vectorized.Pgwire.PgServerOptions(), Host.System);
            var fixture = new EngineFixture(database, server);
            using var client = fixture.Connect();
            client.Query("CREATE TABLE t (id int PRIMARY KEY)").Go();
            var inserted = client.Query("INSERT INTO t SELECT i FROM generate_series(1, 5000) AS g(i)").Go();
            Assert.Equal("INSERT 0 5000\0", inserted[0].Text);
            return fixture;
        }

        public RawClient Connect() => RawClient.Connect(server.Port);

        public async ValueTask DisposeAsync()
        {
            await server.DisposeAsync();
            await database.DisposeAsync();
        }
    }
}
