namespace Vectorized.Engine.State;

/// <summary>
/// Which ticks somebody may still look at: the published epoch (and every tick executed above it), running reads,
/// lanes. Row versions that died at or before <see cref="OldestVisible"/> are invisible to all. Threads: any; Publish
/// and Refresh are called by the main lane.
/// </summary>
internal sealed class TickPins : IDisposable
{
    private readonly PinTable _pins = new();
    private readonly Lock _lock = new();
    private long _published;
    private long _oldest;

    internal TickPins(long published = 0)
    {
        _published = published;
        _oldest = published;
    }

    internal long Published => Volatile.Read(ref _published);

    /// <summary>As of the last <see cref="Refresh"/>; never decreases.</summary>
    internal long OldestVisible => Volatile.Read(ref _oldest);

    /// <summary>Makes a tick the epoch that new reads see.</summary>
    internal void Publish(long tick)
    {
        Interlocked.Exchange(ref _published, tick);
        Refresh();
    }

    /// <summary>Recomputes <see cref="OldestVisible"/>: once a tick is enough.</summary>
    internal long Refresh()
    {
        lock (_lock)
        {
            long oldest = _pins.Least(Published);
            Volatile.Write(ref _oldest, Math.Max(oldest, _oldest));
            return _oldest;
        }
    }

    /// <summary>Pins the newest published tick.</summary>
    internal int PinPublished(out long tick)
    {
        tick = Published;
        int slot = _pins.Take(tick);
        while (true)
        {
            // A publication between the read and the pin might have let the old tick's versions go: look again.
            Interlocked.MemoryBarrier();
            long now = Published;
            if (now == tick)
            {
                return slot;
            }

            tick = now;
            _pins.Set(slot, tick);
        }
    }

    /// <summary>Pins a given tick, if its versions are still all there.</summary>
    internal bool TryPin(long tick, out int slot)
    {
        lock (_lock)
        {
            if (tick < _oldest)
            {
                slot = -1;
                return false;
            }

            slot = _pins.Take(tick);
            return true;
        }
    }

    /// <summary>Moves a pin forward (a lane's frontier).</summary>
    internal void Advance(int slot, long tick) => _pins.Set(slot, tick);

    internal void Unpin(int slot) => _pins.Release(slot);

    public void Dispose() => _pins.Dispose();
}
