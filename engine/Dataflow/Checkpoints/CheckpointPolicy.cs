namespace Vectorized.Engine.Dataflow.Checkpoints;

/// <summary>
/// When the next checkpoint is due: nothing while nothing has changed; else after the greatest age allowed, or, once the last is a second
/// old, when executing again what came since would take two seconds or has 64 MB of input. Times in monotonic nanoseconds. Main lane.
/// </summary>
internal sealed class CheckpointPolicy(long ageNanosMax = CheckpointPolicy.AgeNanosDefault)
{
    internal const long AgeNanosDefault = 10_000_000_000;
    private const long IntervalNanosMin = 1_000_000_000;

    // Together they bound what kill -9 costs: replay runs in greater ticks, so in less time than the first execution.
    private const long BusyNanosMax = 2_000_000_000;
    private const long InputBytesMax = 64 << 20;

    // Of the twelve seconds that the oldest checkpoint may be old: what is left must do for the thread that writes, at full urgency.
    private const long PunctualNanosMax = 7_000_000_000;

    private long _started;
    private long _busy;
    private long _bytes;
    private long _dirtySince = long.MaxValue;

    /// <summary>Something has been executed since the state was last fixed.</summary>
    internal bool IsDirty => _dirtySince != long.MaxValue;

    /// <summary>When time alone makes one due; long.MaxValue: never.</summary>
    internal long DueNanos => IsDirty ? _dirtySince + ageNanosMax : long.MaxValue;

    /// <summary>A tick or definition has been executed.</summary>
    internal void Executed(long nowNanos, long busyNanos, long inputBytes)
    {
        _dirtySince = Math.Min(_dirtySince, nowNanos);
        _busy += busyNanos;
        _bytes += inputBytes;
    }

    internal bool IsDue(long nowNanos) => IsDirty && (nowNanos >= DueNanos
        || (nowNanos - _started >= IntervalNanosMin && (_busy >= BusyNanosMax || _bytes >= InputBytesMax)));

    /// <summary>
    /// From when on the checkpoint that has begun is late: the oldest change in it is so old. long.MaxValue: there is none.
    /// </summary>
    internal long LateNanos { get; private set; } = long.MaxValue;

    /// <summary>The state was fixed.</summary>
    internal void Started(long nowNanos)
    {
        LateNanos = IsDirty ? _dirtySince + PunctualNanosMax : long.MaxValue;
        _started = nowNanos;
        _busy = 0;
        _bytes = 0;
        _dirtySince = long.MaxValue;
    }

    /// <summary>It came to nothing: all of it is still to be written, in a while.</summary>
    internal void Failed(long nowNanos)
    {
        _started = nowNanos;
        _dirtySince = Math.Min(_dirtySince, nowNanos);
    }
}
