namespace Vectorized.Pgwire;

/// <summary>What a server has done since it started; read by metrics. Any thread.</summary>
public sealed class PgServerCounters
{
    private long _connectionsOpened;
    private long _connectionsRefused;
    private long _connectionsOpen;
    private long _statements;
    private long _errors;
    private long _rowsSent;
    private long _cancelRequests;

    public long ConnectionsOpened => Volatile.Read(ref _connectionsOpened);

    public long ConnectionsRefused => Volatile.Read(ref _connectionsRefused);

    public long ConnectionsOpen => Volatile.Read(ref _connectionsOpen);

    public long Statements => Volatile.Read(ref _statements);

    public long Errors => Volatile.Read(ref _errors);

    public long RowsSent => Volatile.Read(ref _rowsSent);

    public long CancelRequests => Volatile.Read(ref _cancelRequests);

    internal void Opened()
    {
        Interlocked.Increment(ref _connectionsOpened);
        Interlocked.Increment(ref _connectionsOpen);
    }

    internal void Closed() => Interlocked.Decrement(ref _connectionsOpen);

    internal void Refused() => Interlocked.Increment(ref _connectionsRefused);

    internal void Statement(long rows)
    {
        Interlocked.Increment(ref _statements);
        if (rows != 0)
        {
            Interlocked.Add(ref _rowsSent, rows);
        }
    }

    internal void Error() => Interlocked.Increment(ref _errors);

    internal void CancelRequested() => Interlocked.Increment(ref _cancelRequests);
}
