using Vectorized.Engine.Serving;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;
using Vectorized.Pgwire.Protocol;

namespace Vectorized.Pgwire.Session;

/// <summary>
/// The conversation after the greeting: takes messages in order, hands them to the simple or the extended protocol,
/// reports errors and readiness. Output is flushed when the input is drained or 64 KB wait. One thread at a time.
/// </summary>
internal sealed class ClientSession : IDisposable
{
    private const int UnsentBytesMax = 64 << 10;
    private const int PendingBytesFree = 64 << 10;

    private readonly PgConnection _connection;
    private readonly FrameReader _frames;
    private readonly ParameterReports _reports;
    private readonly SessionTimeouts _timeouts;
    private readonly SimpleProtocol _simple;
    private readonly ExtendedProtocol _extended;
    private CopyInFlow? _copy;
    private long _pendingBytes;
    private long _messageDeadline = long.MaxValue;
    private bool _skipToSync;
    private bool _isOver;

    public ClientSession(PgConnection connection, ISession engine)
    {
        _connection = connection;
        Engine = engine;
        Runner = new PortalRunner(connection, engine);
        _frames = new FrameReader(connection.Server.Options.MessageBytesMax);
        _reports = new ParameterReports(engine.Settings);
        _timeouts = new SessionTimeouts(engine.Settings);
        _simple = new SimpleProtocol(this);
        _extended = new ExtendedProtocol(this);
        engine.NoticeReceived = Notify;
    }

    public ISession Engine { get; }

    public PortalRunner Runner { get; }

    public ServerContext Server => _connection.Server;

    public System.IO.Pipelines.PipeWriter Output => _connection.Output;

    public async Task Run()
    {
        var input = _connection.Transport.Input;
        SetWait(isPartial: false);
        while (!_isOver)
        {
            var read = await input.ReadAsync();
            _connection.ClearWait();
            _frames.Accept(read.Buffer);
            if (read.IsCanceled)
            {
                await Interrupted();
            }

            while (!_isOver)
            {
                try
                {
                    if (!TryStep(out var work))
                    {
                        break;
                    }

                    _messageDeadline = long.MaxValue;

                    if (!work.IsCompletedSuccessfully)
                    {
                        await work;
                    }
                }
                catch (Exception e) when (e is not (FatalException or ConnectionLostException))
                {
                    await Fail(e);
                }

                if (Output.UnflushedBytes >= UnsentBytesMax)
                {
                    await _connection.Flush();
                }
            }

            bool isPartial = _frames.IsInMessage;
            Account(isPartial ? _frames.Rest.Length : 0);
            input.AdvanceTo(_frames.Rest.Start, _frames.Rest.End);
            await _connection.Flush();
            if (read.IsCompleted)
            {
                return;
            }

            SetWait(isPartial);
        }
    }

    /// <summary>The token of the statement that begins, under the session's timeout.</summary>
    public CancellationToken BeginStatement() => _connection.BeginStatement(_timeouts.Statement);

    public void EndStatement() => _connection.EndStatement();

    public void WriteReady()
    {
        _reports.Send(Output);
        ReadyForQueryMessage.Write(Output, Engine.TransactionStatus);
    }

    /// <summary>
    /// Before an execution: tells the engine whether the implicit transaction may go on after it. In the extended protocol
    /// it ends at Sync, which mostly stands right behind.
    /// </summary>
    public ValueTask BeginExecution(IPreparedStatement prepared, bool isLast)
    {
        Engine.MoreFollows = !isLast;
        return Engine.Settle(prepared);
    }

    /// <summary>Whether nothing is executed before the next Sync.</summary>
    public bool SyncFollows => _frames.SyncFollows();

    /// <summary>From here on the client sends COPY data.</summary>
    public void StartCopy(PortalState portal, bool isExtended, CancellationToken cancellation)
    {
        portal.IsStarted = true;
        _copy = new CopyInFlow(portal, isExtended, cancellation);
        _copy.Start(Output);
    }

    /// <summary>Starts an execution; a statement the session carries out itself does not reach the engine.</summary>
    public IPortal OpenPortal(IPreparedStatement prepared, IReadOnlyList<Datum> parameters)
    {
        if (prepared.Statement is DeallocateStatement { Name: { } name } && _extended.HasStatement(name)
            && Engine.TransactionStatus != TransactionStatus.Failed)
        {
            return DeallocateHere(name);
        }

        return Engine.Bind(prepared, parameters);
    }

    /// <summary>What a statement that has just succeeded means for the protocol's own statements and portals.</summary>
    public void AfterStatement(Statement statement, PortalState current)
    {
        switch (statement)
        {
            case DeallocateStatement { Name: null }:
                _extended.DeallocateAll();
                break;
            case DiscardStatement { Target: DiscardTarget.All }:
                _extended.DeallocateAll();
                _extended.ClosePortals(current);
                break;
            case CloseStatement { Cursor: null } or CommitStatement or RollbackStatement:
                _extended.ClosePortals(current);
                break;
            default:
                break;
        }
    }

    public void ForgetUnnamed() => _extended.ForgetUnnamed();

    public void ClosePortals() => _extended.ClosePortals(null);

    public void Dispose()
    {
        _copy?.Portal.Dispose();
        _simple.Dispose();
        _extended.Dispose();
        _reports.Detach();
        _frames.Dispose();
        Account(0);
    }

    /// <summary>Apart, so that its closure costs nothing elsewhere.</summary>
    private LocalPortal DeallocateHere(string name) => new(() => _extended.Deallocate(name), "DEALLOCATE");

    /// <summary>Takes one message, or a piece of COPY data; false when more input is needed.</summary>
    private bool TryStep(out ValueTask work)
    {
        work = default;
        switch (_frames.TryRead(out byte type, out var body))
        {
            case Frame.Incomplete:
                return false;
            case Frame.CopyPiece:
                // Pieces that come after a failed COPY are to be swallowed.
                _copy?.Write(body);
                return true;
            default:
                work = _copy is null ? Dispatch(type, body) : DispatchInCopy(type, body);
                return true;
        }
    }

    private ValueTask Dispatch(byte type, ReadOnlySpan<byte> body)
    {
        if (_skipToSync && type is not (FrontendMessage.Sync or FrontendMessage.Terminate))
        {
            return default;
        }

        switch (type)
        {
            case FrontendMessage.Parse: _extended.Parse(body); return default;
            case FrontendMessage.Bind: _extended.Bind(body); return default;
            case FrontendMessage.Describe: _extended.Describe(body); return default;
            case FrontendMessage.Execute: return _extended.Execute(body);
            case FrontendMessage.Close: _extended.Close(body); return default;
            case FrontendMessage.Sync: return Sync();
            case FrontendMessage.Flush: return _connection.Flush();
            case FrontendMessage.Query: return _simple.Query(body);
            case FrontendMessage.CopyDone or FrontendMessage.CopyFail: return default;
            case FrontendMessage.Terminate: _isOver = true; return default;
            case FrontendMessage.FunctionCall: return RefuseFunctionCall();
            default:
                throw new FatalException(SqlState.ProtocolViolation, $"invalid frontend message type {type}");
        }
    }

    private ValueTask DispatchInCopy(byte type, ReadOnlySpan<byte> body)
    {
        switch (type)
        {
            case FrontendMessage.CopyDone: return CompleteCopy();
            case FrontendMessage.CopyFail: throw _copy!.Fail(body);
            case FrontendMessage.Flush or FrontendMessage.Sync: return default;
            case FrontendMessage.Terminate: _isOver = true; return default;
            default:
                throw new FatalException(
                    SqlState.ProtocolViolation, $"unexpected message type 0x{type:X2} during COPY from stdin");
        }
    }

    private async ValueTask CompleteCopy()
    {
        var copy = _copy!;
        if (copy.IsExtended)
        {
            Engine.MoreFollows = !SyncFollows;
        }

        await copy.Complete();
        await Runner.Finish(copy.Portal, copy.Cancellation);
        _copy = null;
        EndStatement();
        if (copy.IsExtended)
        {
            Runner.Complete(copy.Portal, 0);
        }
        else
        {
            await _simple.ResumeAfterCopy();
        }
    }

    private async ValueTask Sync()
    {
        if (!_skipToSync)
        {
            var ending = Engine.EndImplicitTransaction(failed: false);
            if (!ending.IsCompletedSuccessfully)
            {
                await ending;
            }
        }

        _skipToSync = false;
        if (Engine.TransactionStatus == TransactionStatus.Idle)
        {
            _extended.ClosePortals(null);
        }

        WriteReady();
    }

    private ValueTask RefuseFunctionCall()
    {
        var error = new SqlException(SqlState.FeatureNotSupported, "fastpath function calls are not supported");
        ErrorResponseMessage.Write(Output, ErrorResponseMessage.Error, error);
        Server.Counters.Error();
        WriteReady();
        return default;
    }

    /// <summary>
    /// Reports what a message's handling threw. The implicit transaction ends at once; the extended protocol then
    /// skips to the next Sync, the simple one is ready again.
    /// </summary>
    private async ValueTask Fail(Exception thrown)
    {
        EndStatement();
        var error = thrown is OperationCanceledException && _connection.Cancellation.Reason != CancelReason.None
            ? _connection.CancelError
            : ErrorReport.From(thrown);
        if (ErrorReport.IsInternal(error))
        {
            Server.Options.InternalError?.Invoke(thrown, "a statement");
        }

        Server.Counters.Error();
        string? text = _simple.IsRunning ? _simple.Text : _extended.Text;
        int position = text is null ? error.Position : WireText.CharacterPosition(text, error.Position);
        bool isSimple = _simple.IsRunning;
        _copy?.Portal.Dispose();
        _copy = null;
        _simple.Abandon();
        _extended.ClosePortals(null);
        if (_connection.Cancellation.Reason is CancelReason.Shutdown or CancelReason.Disconnected)
        {
            throw new FatalException(_connection.CancelError);
        }

        ErrorResponseMessage.Write(Output, ErrorResponseMessage.Error, error, position);
        await Engine.EndImplicitTransaction(failed: true);
        if (isSimple)
        {
            WriteReady();
        }
        else
        {
            _skipToSync = true;
        }
    }

    /// <summary>A read was cancelled: the connection ends, a COPY is cancelled, or it was nothing.</summary>
    private async ValueTask Interrupted()
    {
        _connection.ThrowIfInterrupted();
        if (_copy is { Cancellation.IsCancellationRequested: true } copy)
        {
            await Fail(new OperationCanceledException(copy.Cancellation));
        }
    }

    private void SetWait(bool isPartial)
    {
        if (isPartial)
        {
            // Counted from the message's first bytes, however slowly the others drip in.
            _messageDeadline = Math.Min(_messageDeadline, Server.DeadlineAfter(Server.Options.MessageTimeout));
            _connection.SetWait(Waiting.MessageEnd, _messageDeadline);
            return;
        }

        var status = Engine.TransactionStatus;
        var idle = _timeouts.Idle(status);
        if (idle > TimeSpan.Zero)
        {
            _connection.SetWait(
                status == TransactionStatus.Idle ? Waiting.IdleSession : Waiting.IdleInTransaction,
                Server.DeadlineAfter(idle));
        }
    }

    /// <summary>Counts the bytes of an incomplete message, beyond what every connection may hold, against the server's bound.</summary>
    private void Account(long bytes)
    {
        long counted = bytes > PendingBytesFree ? bytes : 0;
        if (counted == _pendingBytes)
        {
            return;
        }

        if (!Server.PendingInput.TryTake(counted - _pendingBytes))
        {
            throw new FatalException(
                SqlState.OutOfMemory, "out of memory for incoming messages",
                detail: $"Incomplete messages of all connections may take {Server.Options.PendingBytesMax} bytes.");
        }

        _pendingBytes = counted;
    }

    private void Notify(Notice notice)
    {
        if (NoticeLevel.IsWanted(notice.Severity, Engine.Settings.Get("client_min_messages")))
        {
            ErrorResponseMessage.WriteNotice(Output, notice);
        }
    }
}
