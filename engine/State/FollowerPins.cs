namespace Vectorized.Engine.State;

/// <summary>
/// Holds of readers that follow the changes and may stand still for long. One that has fallen further behind than it may is
/// let go by the main lane, which so never keeps more versions than that for it; the reader finds its tick gone when it
/// comes back. Distance is measured in input rows executed. Threads: any; Trim is the main lane's, a read of a field where
/// nobody follows.
/// </summary>
internal sealed class FollowerPins(TickPins ticks)
{
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

    /// <summary>Lets go of those too far behind.</summary>
    internal void Trim(long rowsNow)
    {
        if (_count == 0)
        {
            return;
        }

        lock (_lock)
        {
            foreach (var pin in _pins)
            {
                if (rowsNow - pin.RowsSeen > pin.RowsBehindMax)
                {
                    LetGo(pin);
                }
            }
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
}
