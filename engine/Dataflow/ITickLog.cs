namespace Vectorized.Engine.Dataflow;

/// <summary>
/// Where tick records are made durable. Append is called by the main lane after a tick was executed, in order; Sync
/// covers all appended before and returns when they are durable: only then are their ticks published, and only then
/// does the lane use a record again. A failed sync is final. The in-memory form below serves tests and databases without a data directory.
/// </summary>
internal interface ITickLog : IDisposable
{
    void Append(TickRecord record);

    void Sync();

    /// <summary>A sync costs far more than a tick: ticks that have work waiting behind them share one.</summary>
    bool GroupsTicks { get; }

    /// <summary>Number of the last record a sync has covered; 0: none.</summary>
    long DurableTick { get; }

    /// <summary>The log's own number of the last record, when all are synced.</summary>
    ulong Position { get; }

    /// <summary>Bytes appended since the log was opened.</summary>
    long BytesAppended { get; }

    /// <summary>Records up to a number are in a durable checkpoint: the log need not keep them.</summary>
    void Cut(ulong position);
}

/// <summary>A log that remembers only how far it came: nothing outlives the process.</summary>
internal sealed class MemoryTickLog : ITickLog
{
    private long _appended;

    public long DurableTick { get; private set; }

    public bool GroupsTicks => false;

    public ulong Position => (ulong)_appended;

    public long BytesAppended => 0;

    public void Append(TickRecord record) => _appended = record.Number;

    public void Cut(ulong position)
    {
    }

    public void Sync() => DurableTick = _appended;

    public void Dispose()
    {
    }
}
