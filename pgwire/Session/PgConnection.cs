using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Vectorized.Engine.Serving;
using Vectorized.Engine.Types;
using Vectorized.Pgwire.Protocol;

namespace Vectorized.Pgwire.Session;

/// <summary>What a connection waits for, which decides what its deadline means.</summary>
internal enum Waiting : byte
{
    Nothing,
    Startup,
    MessageEnd,
    IdleSession,
    IdleInTransaction,
    SlowReader,
}

/// <summary>
/// One client's connection from accept to close: handshake, then a <see cref="ClientSession"/>; its deadlines,
/// cancellation and orderly end. <see cref="Run"/> is its one loop; cancel, stop and deadlines come from other threads
/// and only raise flags and wake it.
/// </summary>
internal sealed class PgConnection : IWatched, IAsyncDisposable
{
    private readonly ConnectionContext _context;
    private readonly QueryCancellation _cancellation = new();
    private long _waitDeadline = long.MaxValue;
    private long _statementDeadline = long.MaxValue;
    private Waiting _waiting;
    private volatile Waiting _passed;
    private volatile bool _stopRequested;
    private volatile bool _isDisconnected;
    private bool _started;

    public PgConnection(ServerContext server, ConnectionContext context)
    {
        Server = server;
        _context = context;
        Transport = new Transport(context.Transport);
        Span<byte> key = stackalloc byte[4];
        server.Host.Random.Fill(key);
        CancelKey = BitConverter.ToUInt32(key);
    }

    public ServerContext Server { get; }

    public Transport Transport { get; }

    /// <summary>The secret of cancel requests.</summary>
    public uint CancelKey { get; }

    public QueryCancellation Cancellation => _cancellation;

    public PipeWriter Output => Transport.Output;

    long IWatched.Deadline => Math.Min(Volatile.Read(ref _waitDeadline), Volatile.Read(ref _statementDeadline));

    public async Task Run()
    {
        Server.Counters.Opened();
        Server.Registry.Add(this);
        Server.Watchdog.Add(this);
        using var closed = _context.ConnectionClosed.UnsafeRegister(static c => ((PgConnection)c!).Disconnected(), this);
        try
        {
            SetWait(Waiting.Startup, Server.DeadlineAfter(Server.Options.StartupTimeout));
            await RunSession();
        }
        catch (FatalException fatal)
        {
            await SendFatal(fatal.Error);
        }
        catch (Exception e) when (e is ConnectionLostException or IOException or ConnectionAbortedException)
        {
            // The client went away: nobody is left to tell.
        }
        catch (Exception e)
        {
            Server.Options.InternalError?.Invoke(e, "a connection");
            await SendFatal(ErrorReport.From(e));
        }
        finally
        {
            await DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Server.Registry.Remove(this, _started);
        await Transport.DisposeAsync();
        await _context.DisposeAsync();
        Server.Watchdog.Remove(this);
        _cancellation.Dispose();
        Server.Counters.Closed();
    }

    /// <summary>Asks for an end: at once when idle, else after what is running.</summary>
    public void RequestStop()
    {
        _stopRequested = true;
        Transport.Input.CancelPendingRead();
    }

    public void Abort() => _context.Abort();

    /// <summary>The error of a statement that was cancelled.</summary>
    public SqlException CancelError => _cancellation.Reason == CancelReason.Shutdown ? Server.StopError : _cancellation.ToError();

    /// <summary>Cancels what runs; wakes the session in case it waits for COPY data.</summary>
    public void CancelQuery(CancelReason reason)
    {
        if (_cancellation.Cancel(reason))
        {
            Transport.Input.CancelPendingRead();
        }
    }

    /// <summary>The token of the statement that begins; zero is no timeout.</summary>
    public CancellationToken BeginStatement(TimeSpan timeout)
    {
        var token = _cancellation.Begin();
        var limit = _isDisconnected ? Server.Options.DisconnectGrace : timeout;
        if (limit > TimeSpan.Zero)
        {
            SetStatementDeadline(Server.DeadlineAfter(limit));
        }

        return token;
    }

    public void EndStatement()
    {
        _cancellation.End();
        if (Volatile.Read(ref _statementDeadline) != long.MaxValue)
        {
            SetStatementDeadline(long.MaxValue);
        }
    }

    /// <summary>
    /// To be called when a read was cancelled: throws what ends the connection, or returns when it was nothing.
    /// </summary>
    public void ThrowIfInterrupted()
    {
        if (_stopRequested)
        {
            throw _started
                ? new FatalException(Server.StopError)
                : new FatalException(SqlState.CannotConnectNow, "the database system is shutting down");
        }

        switch (_passed)
        {
            case Waiting.MessageEnd:
                throw new FatalException(SqlState.ProtocolViolation, "timeout while waiting for the rest of a message");
            case Waiting.IdleSession:
                throw new FatalException(SqlState.IdleSessionTimeout, "terminating connection due to idle-session timeout");
            case Waiting.IdleInTransaction:
                throw new FatalException(
                    SqlState.IdleInTransactionSessionTimeout, "terminating connection due to idle-in-transaction timeout");
            case Waiting.Startup:
                throw new ConnectionLostException();
            default:
                break;
        }
    }

    public void SetWait(Waiting waiting, long deadline)
    {
        _waiting = waiting;
        Volatile.Write(ref _waitDeadline, deadline);
        if (deadline != long.MaxValue)
        {
            Server.Watchdog.Consider(deadline);
        }
    }

    public void ClearWait()
    {
        if (_waiting != Waiting.Nothing)
        {
            SetWait(Waiting.Nothing, long.MaxValue);
        }
    }

    public void SetStatementDeadline(long deadline)
    {
        Volatile.Write(ref _statementDeadline, deadline);
        if (deadline != long.MaxValue)
        {
            Server.Watchdog.Consider(deadline);
        }
    }

    /// <summary>Sends what was written; waits while the client does not read, up to a bound.</summary>
    public ValueTask Flush()
    {
        if (Output.UnflushedBytes == 0)
        {
            return default;
        }

        var flush = Output.FlushAsync();
        if (!flush.IsCompletedSuccessfully)
        {
            return FlushSlowly(flush);
        }

        if (flush.Result.IsCompleted)
        {
            throw new ConnectionLostException();
        }

        return default;
    }

    void IWatched.DeadlinePassed(long now)
    {
        if (Volatile.Read(ref _statementDeadline) <= now)
        {
            Volatile.Write(ref _statementDeadline, long.MaxValue);
            CancelQuery(_isDisconnected ? CancelReason.Disconnected : CancelReason.StatementTimeout);
        }

        if (Volatile.Read(ref _waitDeadline) <= now)
        {
            Volatile.Write(ref _waitDeadline, long.MaxValue);
            var waiting = _waiting;
            _passed = waiting;
            if (waiting is Waiting.Startup or Waiting.SlowReader)
            {
                _cancellation.Cancel(CancelReason.Disconnected);
                Abort();
            }
            else
            {
                Transport.Input.CancelPendingRead();
            }
        }
    }

    private async Task RunSession()
    {
        var session = await new Handshake(this).Run();
        if (session is null)
        {
            return;
        }

        using (session)
        {
            _started = true;
            ClearWait();
            Server.Registry.Started();
            Server.Registry.AddSession(session.Id, this);
            try
            {
                using var client = new ClientSession(this, session);
                await client.Run();
            }
            finally
            {
                Server.Registry.RemoveSession(session.Id);
            }
        }
    }

    private async ValueTask FlushSlowly(ValueTask<FlushResult> flush)
    {
        SetWait(Waiting.SlowReader, Server.DeadlineAfter(Server.Options.SlowReaderTimeout));
        try
        {
            var result = await flush;
            if (result.IsCompleted)
            {
                throw new ConnectionLostException();
            }
        }
        catch (IOException)
        {
            // Not to be taken for an error of the statement, which may read files, too.
            throw new ConnectionLostException();
        }

        ClearWait();
    }

    private void Disconnected()
    {
        _isDisconnected = true;
        long grace = Server.DeadlineAfter(Server.Options.DisconnectGrace);
        if (grace < Volatile.Read(ref _statementDeadline))
        {
            SetStatementDeadline(grace);
        }
    }

    private async Task SendFatal(SqlException error)
    {
        Server.Counters.Error();
        try
        {
            ErrorResponseMessage.Write(Output, ErrorResponseMessage.Fatal, error);
            await Flush();
        }
        catch (Exception e) when (
            e is ConnectionLostException or IOException or ConnectionAbortedException or InvalidOperationException)
        {
            // Gone before it could be told.
        }
    }
}
