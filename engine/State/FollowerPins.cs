using Vectorized.Storage.Platform;

namespace Vectorized.Engine.State;

/// <summary>
/// Holds of readers that follow the changes and may stand still for long. One that has fallen further behind than it may is
/// let go by the main lane, which so never keeps more versions than that for it; the reader finds its tick gone when it
/// comes back. A reader that is gone may leave its hold for a while, so that it can come back. Distance is measured in input rows
/// executed. Threads: any; Trim is the main lane's, a read of a field where
/// nobody follows.
/// </summary>
internal sealed class FollowerPins(TickPins ticks)
{
    /// <summary>No more holds than this are kept for readers that are gone; the ones left first go first.</summary>
    private const int LeftMax = 64;

    private readonly Lock _lock = new();
    private readonly List<FollowerPin> _pins = [];
    private volatile int _count;

    /// <summary>Follows from a tick the caller has pinned otherwise.</summary>
    internal FollowerPin Add(long tick, long rowsNow, long rowsBehindMax)
    {
        if (!ticks.TryPin(tick, out int slot))
        {
            throw new InvalidOperationException("a follower starts at a tick that is pinned");
        }

        var pin = new FollowerPin(slot, rowsNow, rowsBehindMax);
        lock (_lock)
        {
            _pins.Add(pin);
            _count = _pins.Count;
        }

        return pin;
    }

    /// <summary>Moves on to a later tick, which the caller has pinned otherwise. Nothing if the hold was let go.</summary>
    internal void Advance(FollowerPin pin, long tick, long rowsNow)
    {
        lock (_lock)
        {
            if (pin.Slot >= 0)
            {
                ticks.Advance(pin.Slot, tick);
                pin.RowsSeen = rowsNow;
            }
        }
    }

    internal void Remove(FollowerPin pin)
    {
        lock (_lock)
        {
            LetGo(pin);
            _pins.Remove(pin);
            _count = _pins.Count;
        }
    }

    /// <summary>The reader is gone; its hold stays until a time by the monotonic clock, or until it is too far behind.</summary>
    internal void Leave(FollowerPin pin, long untilNanos)
    {
        lock (_lock)
        {
            pin.LeftUntilNanos = untilNanos;
            // The order of leaving.
            _pins.Remove(pin);
            _pins.Add(pin);
            if (_pins.Count(p => p.LeftUntilNanos is not null) > LeftMax)
            {
                var first = _pins.Find(p => p.LeftUntilNanos is not null)!;
                LetGo(first);
                _pins.Remove(first);
            }

            _count = _pins.Count;
        }
    }

    /// <summary>Lets go of those too far behind, and of those whose readers have not come back in time.</summary>
    internal void Trim(long rowsNow, IClock clock)
    {
        if (_count == 0)
        {
            return;
        }

        long now = clock.MonotonicNanos;
        lock (_lock)
        {
            for (int i = _pins.Count - 1; i >= 0; i--)
            {
                var pin = _pins[i];
                bool isOver = pin.LeftUntilNanos <= now;
                if (isOver || rowsNow - pin.RowsSeen > pin.RowsBehindMax)
                {
                    LetGo(pin);
                }

                if (isOver || (pin.LeftUntilNanos is not null && pin.Slot < 0))
                {
                    _pins.RemoveAt(i);
                }
            }

            _count = _pins.Count;
        }
    }

    private void LetGo(FollowerPin pin)
    {
        if (pin.Slot >= 0)
        {
            ticks.Unpin(pin.Slot);
            pin.Slot = -1;
        }
    }
}

/// <summary>One follower's hold; its fields are <see cref="FollowerPins"/>'s, under its lock.</summary>
internal sealed class FollowerPin(int slot, long rowsSeen, long rowsBehindMax)
{
    /// <summary>The pin's slot; -1: let go.</summary>
    internal int Slot { get; set; } = slot;

    /// <summary>Input rows executed when the follower was last up to date.</summary>
    internal long RowsSeen { get; set; } = rowsSeen;

    internal long RowsBehindMax { get; } = rowsBehindMax;

    /// <summary>Until when it stays although its reader is gone; null: the reader is there.</summary>
    internal long? LeftUntilNanos { get; set; }
}
