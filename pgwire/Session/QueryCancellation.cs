using Vectorized.Engine.Types;

namespace Vectorized.Pgwire.Session;

/// <summary>Why a running query is stopped.</summary>
internal enum CancelReason : byte
{
    None,
    UserRequest,
    StatementTimeout,
    Disconnected,
    Shutdown,
}

/// <summary>
/// The cancellation of one session's running query. A request hits only what runs when it comes: between
/// <see cref="Begin"/> and <see cref="End"/>; one that comes late does nothing. The source is reused from query to
/// query, so a query that is not cancelled costs no allocation. Begin and End on the session's thread, Cancel on any.
/// </summary>
internal sealed class QueryCancellation : IDisposable
{
    private readonly Lock _gate = new();
    private CancellationTokenSource _source = new();
    private bool _running;
    private CancelReason _reason;

    /// <summary>Why the last query was cancelled, until the next begins.</summary>
    public CancelReason Reason
    {
        get
        {
            lock (_gate)
            {
                return _reason;
            }
        }
    }

    public CancellationToken Begin()
    {
        lock (_gate)
        {
            _running = true;
            _reason = CancelReason.None;
            return _source.Token;
        }
    }

    public void End()
    {
        lock (_gate)
        {
            _running = false;
            if (_source.IsCancellationRequested)
            {
                // The cancelled one is left to whoever still holds its token.
                _source = new CancellationTokenSource();
            }
        }
    }

    public bool Cancel(CancelReason reason)
    {
        lock (_gate)
        {
            if (!_running || _reason != CancelReason.None)
            {
                return false;
            }

            _reason = reason;
            // Asynchronously: what waits on the token must not run on the canceller's thread, within this lock.
            _ = _source.CancelAsync();
            return true;
        }
    }

    /// <summary>The error the client gets for the reason, where it is not the server's end.</summary>
    public SqlException ToError() => Reason switch
    {
        CancelReason.StatementTimeout => new SqlException(
            SqlState.QueryCanceled, "canceling statement due to statement timeout"),
        CancelReason.Disconnected => new SqlException(
            SqlState.ConnectionException, "connection to client lost"),
        _ => new SqlException(SqlState.QueryCanceled, "canceling statement due to user request"),
    };

    public void Dispose() => _source.Dispose();
}
