using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Vectorized.Pgwire;
using Vectorized.Pgwire.Session;
using Vectorized.Storage.Platform;

namespace Vectorized.Tests.Pgwire;

/// <summary>A connection over pipes in memory, run on the test's own thread, so that its allocations can be counted.</summary>
public sealed class HotPathTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task PointLookup_BindExecuteSync_AllocatesNothing(int format)
    {
        var options = new PipeOptions(
            readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false);
        var toServer = new Pipe(options);
        var toClient = new Pipe(options);
        await using var context = new DefaultConnectionContext("test", new Duplex(toServer.Reader, toClient.Writer), new Duplex(toClient.Reader, toServer.Writer));
        var server = new ServerContext(new PointDatabase(), new PgServerOptions(), Host.System) { Parse = FakeStatement.Parse };
        var connection = new PgConnection(server, context);
        var running = connection.Run();
        Send(toServer, [0, 0, 0, 32, 0, 3, 0, 0, .. "user\0root\0database\0dev\0\0"u8]);
        Send(toServer, [
            .. RawClient.Message('P', RawClient.Z("s"), RawClient.Z("point $1"), RawClient.I16(0)), .. RawClient.Message('S')]);
        byte[] lookup =
        [
            .. RawClient.Message(
                'B', RawClient.Z(""), RawClient.Z("s"), RawClient.I16(1), RawClient.I16(1), RawClient.I16(1), RawClient.I32(4),
                RawClient.I32(12345), RawClient.I16(1), RawClient.I16(format)),
            .. RawClient.Message('D', "P"u8.ToArray(), RawClient.Z("")),
            .. RawClient.Message('E', RawClient.Z(""), RawClient.I32(0)),
            .. RawClient.Message('S'),
        ];
        for (int i = 0; i < 2000; i++)
        {
            Send(toServer, lookup);
            Discard(toClient);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            Send(toServer, lookup);
            Discard(toClient);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(3000, server.Counters.Statements);
        await toServer.Writer.CompleteAsync();
        await running;
    }

    private static void Send(Pipe pipe, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(pipe.Writer.GetSpan(bytes.Length));
        pipe.Writer.Advance(bytes.Length);
        var flush = pipe.Writer.FlushAsync();
        Assert.True(flush.IsCompletedSuccessfully);
    }

    private static void Discard(Pipe pipe)
    {
        Assert.True(pipe.Reader.TryRead(out var read));
        pipe.Reader.AdvanceTo(read.Buffer.End);
    }

    private sealed class Duplex(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
