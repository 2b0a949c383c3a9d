using Vectorized.Engine.Serving;
using Vectorized.Engine.Sql;
using Vectorized.Server.Serve;
using Vectorized.Server.Shell;
using Vectorized.Storage.Platform;

namespace Vectorized.Tests.Pgwire;

/// <summary>What a prepared point look-up allocates, counted over a connection in memory on the test's own thread.</summary>
public sealed class HotPathTests
{
    private const int WarmRounds = 2000;
    private const int CountedRounds = 1000;
    private const int Attempts = 5;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task PointLookup_ProtocolAlone_AllocatesNothing(int format) =>
        Assert.Equal(0, await Measure(new PointDatabase(), FakeStatement.Parse, "point $1", format));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task PointLookup_WithTheEngine_AllocatesNothing(int format)
    {
        await using var database = DatabaseOpener.Open(1, [], Host.System);
        using (var session = database.Connect("root", "dev"))
        {
            await ResultTable.Run(session, "CREATE TABLE t (id int PRIMARY KEY, v int, s varchar)", default);
            var copy = session.Prepare(SqlParser.Parse("COPY t FROM STDIN")[0], []);
            using var portal = session.Bind(copy, []);
            portal.CopyIn!.Write("12345\t7\tlonger than twelve bytes\n2\t3\tx\n"u8);
            await portal.CopyIn.Complete(default);
            Assert.Null(await portal.Next(default));
        }

        Assert.Equal(0, await Measure(database, SqlParser.Parse, "SELECT v, s FROM t WHERE id = $1", format));
    }

    private static async Task<long> Measure(
        IDatabase database, Func<string, IReadOnlyList<Statement>> parse, string text, int format)
    {
        await using var client = new PipeClient(database, parse);
        client.Send([
            .. RawClient.Message('P', RawClient.Z("s"), RawClient.Z(text), RawClient.I16(0)), .. RawClient.Message('S')]);
        byte[] lookup =
        [
            .. RawClient.Message(
                'B', RawClient.Z(""), RawClient.Z("s"), RawClient.I16(1), RawClient.I16(1), RawClient.I16(1), RawClient.I32(4),
                RawClient.I32(12345), RawClient.I16(1), RawClient.I16(format)),
            .. RawClient.Message('D', "P"u8.ToArray(), RawClient.Z("")),
            .. RawClient.Message('E', RawClient.Z(""), RawClient.I32(0)),
            .. RawClient.Message('S'),
        ];
        client.Discard();
        client.Send(lookup);
        Assert.Equal("2TDCZ", client.TakeTypes());
        for (int i = 0; i < WarmRounds; i++)
        {
            client.Send(lookup);
            client.Discard();
        }

        // The least of some tries: pools that refill now and then are not a cost of each look-up.
        long allocated = long.MaxValue;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < CountedRounds; i++)
            {
                client.Send(lookup);
                client.Discard();
            }

            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(WarmRounds + (Attempts * CountedRounds) + 1, client.Statements);
        return allocated;
    }
}
