namespace Vectorized.Engine.Dataflow;

/// <summary>What the main lane has done: written by it, read approximately by anyone.</summary>
internal sealed class LaneStatistics
{
    private long _ticks;
    private long _rows;
    private long _busyNanos;
    private long _lastFreshnessMicros;
    private long _managedBytes;

    internal long Ticks => Volatile.Read(ref _ticks);

    internal long Rows => Volatile.Read(ref _rows);

    internal long BusyNanos => Volatile.Read(ref _busyNanos);

    /// <summary>Managed bytes the lane's thread had allocated in its life when the last tick ended.</summary>
    internal long ManagedBytes => Volatile.Read(ref _managedBytes);

    /// <summary>From the arrival of the oldest source row of the last tick that had any to its publication.</summary>
    internal long LastFreshnessMicros => Volatile.Read(ref _lastFreshnessMicros);

    internal void Ticked(int rows, long nanos)
    {
        Volatile.Write(ref _ticks, _ticks + 1);
        Volatile.Write(ref _rows, _rows + rows);
        Volatile.Write(ref _busyNanos, _busyNanos + nanos);
        Volatile.Write(ref _managedBytes, GC.GetAllocatedBytesForCurrentThread());
    }

    /// <summary>Ticks were published; the oldest arrival among the rows they read, 0 when they read none.</summary>
    internal void Published(long oldestArrivalMicros, long nowMicros)
    {
        if (oldestArrivalMicros != 0)
        {
            Volatile.Write(ref _lastFreshnessMicros, Math.Max(0, nowMicros - oldestArrivalMicros));
        }
    }
}
