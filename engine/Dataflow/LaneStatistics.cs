namespace Vectorized.Engine.Dataflow;

/// <summary>What the main lane is at.</summary>
internal enum LaneActivity
{
    /// <summary>Nothing waits: all that has arrived is published.</summary>
    Resting,
    Ticking,

    /// <summary>A definition runs alone (a new view is filled).</summary>
    Defining,

    /// <summary>State of the last checkpoint is read back before the first tick.</summary>
    Loading,
}

/// <summary>What the main lane has done: written by it, read approximately by anyone.</summary>
internal sealed class LaneStatistics
{
    private long _ticks;
    private long _rows;
    private long _busyNanos;
    private long _lastFreshnessMicros;
    private long _managedBytes;
    private long _coveredMicros;
    private volatile LaneActivity _activity;

    /// <summary>Time of ticks, from looking for what waits to their end.</summary>
    internal TimeHistogram TickTimes { get; } = new();

    /// <summary>Time of syncs of a log that outlives the process.</summary>
    internal TimeHistogram SyncTimes { get; } = new();

    /// <summary>Time of checkpoints, from their tick until they were durable.</summary>
    internal TimeHistogram CheckpointTimes { get; } = new();

    internal LaneActivity Activity
    {
        get => _activity;
        set => _activity = value;
    }

    /// <summary>Whatever had come to the lane by then is published. It says nothing of what sources still hold.</summary>
    internal long CoveredMicros => Volatile.Read(ref _coveredMicros);

    internal long Ticks => Volatile.Read(ref _ticks);

    internal long Rows => Volatile.Read(ref _rows);

    internal long BusyNanos => Volatile.Read(ref _busyNanos);

    /// <summary>Managed bytes the lane's thread had allocated in its life when the last tick ended.</summary>
    internal long ManagedBytes => Volatile.Read(ref _managedBytes);

    /// <summary>From the arrival of the oldest source row of the last tick that had any to its publication.</summary>
    internal long LastFreshnessMicros => Volatile.Read(ref _lastFreshnessMicros);

    internal void Ticked(int rows, long nanos)
    {
        TickTimes.Record(nanos);
        Volatile.Write(ref _ticks, _ticks + 1);
        Volatile.Write(ref _rows, _rows + rows);
        Volatile.Write(ref _busyNanos, _busyNanos + nanos);
        Volatile.Write(ref _managedBytes, GC.GetAllocatedBytesForCurrentThread());
    }

    /// <summary>The lane goes on after a rest, or has published what it looked for at that time.</summary>
    internal void Covered(long micros) => Volatile.Write(ref _coveredMicros, micros);

    /// <summary>Ticks were published; the oldest arrival among the rows they read, 0 when they read none.</summary>
    internal void Published(long oldestArrivalMicros, long nowMicros)
    {
        if (oldestArrivalMicros != 0)
        {
            Volatile.Write(ref _lastFreshnessMicros, Math.Max(0, nowMicros - oldestArrivalMicros));
        }
    }
}
