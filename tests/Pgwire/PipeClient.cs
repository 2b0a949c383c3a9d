using System.Buffers.Binary;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Vectorized.Engine.Serving;
using Vectorized.Engine.Sql;
using Vectorized.Pgwire;
using Vectorized.Pgwire.Session;
using Vectorized.Storage.Platform;

namespace Vectorized.Tests.Pgwire;

/// <summary>
/// A connection over pipes in memory: what is sent is handled before <see cref="Send"/> returns, on the caller's thread,
/// unless the statement leaves it.
/// </summary>
internal sealed class PipeClient : IAsyncDisposable
{
    private readonly Pipe _toServer;
    private readonly Pipe _toClient;
    private readonly DefaultConnectionContext _context;
    private readonly ServerContext _server;
    private readonly PgConnection _connection;
    private readonly Task _running;

    public PipeClient(IDatabase database, Func<string, IReadOnlyList<Statement>> parse)
    {
        var options = new PipeOptions(
            readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false);
        _toServer = new Pipe(options);
        _toClient = new Pipe(options);
        _context = new DefaultConnectionContext(
            "test", new Duplex(_toServer.Reader, _toClient.Writer), new Duplex(_toClient.Reader, _toServer.Writer));
        _server = new ServerContext(database, new PgServerOptions(), Host.System) { Parse = parse };
        _connection = new PgConnection(_server, _context);
        _running = _connection.Run();
        Send([0, 0, 0, 32, 0, 3, 0, 0, .. "user\0root\0database\0dev\0\0"u8]);
        Discard();
    }

    public long Statements => _server.Counters.Statements;

    public void Send(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_toServer.Writer.GetSpan(bytes.Length));
        _toServer.Writer.Advance(bytes.Length);
        var flush = _toServer.Writer.FlushAsync();
        Assert.True(flush.IsCompletedSuccessfully);
    }

    public void Discard()
    {
        Assert.True(_toClient.Reader.TryRead(out var read), "the server has not answered");
        _toClient.Reader.AdvanceTo(read.Buffer.End);
    }

    /// <summary>The types of the messages that have come.</summary>
    public string TakeTypes()
    {
        Assert.True(_toClient.Reader.TryRead(out var read), "the server has not answered");
        byte[] bytes = System.Buffers.BuffersExtensions.ToArray(read.Buffer);
        _toClient.Reader.AdvanceTo(read.Buffer.End);
        string types = "";
        for (int at = 0; at < bytes.Length; at += 1 + BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at + 1)))
        {
            types += (char)bytes[at];
        }

        return types;
    }

    public async ValueTask DisposeAsync()
    {
        await _toServer.Writer.CompleteAsync();
        await _running;
        await _connection.DisposeAsync();
        await _context.DisposeAsync();
    }

    private sealed class Duplex(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
