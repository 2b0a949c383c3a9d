namespace Vectorized.Engine.State;

/// <summary>
/// A read's hold on one tick: row versions visible at <see cref="Tick"/> and the memory they stand in stay until it is
/// disposed. One for all relations a query reads. May move between threads; one at a time.
/// </summary>
internal sealed class ReadPin : IDisposable
{
    private readonly EpochProtection _epochs;
    private readonly TickPins _ticks;
    private int _epochSlot;
    private int _tickSlot;

    private ReadPin(EpochProtection epochs, TickPins ticks, int epochSlot, int tickSlot, long tick)
    {
        _epochs = epochs;
        _ticks = ticks;
        _epochSlot = epochSlot;
        _tickSlot = tickSlot;
        Tick = tick;
    }

    internal long Tick { get; private set; }

    /// <summary>Pins the newest published tick.</summary>
    internal static ReadPin Published(EpochProtection epochs, TickPins ticks)
    {
        int tickSlot = ticks.PinPublished(out long tick);
        return new ReadPin(epochs, ticks, epochs.Pin(), tickSlot, tick);
    }

    /// <summary>Pins a given tick, or null if its versions are gone.</summary>
    internal static ReadPin? At(EpochProtection epochs, TickPins ticks, long tick) =>
        ticks.TryPin(tick, out int tickSlot) ? new ReadPin(epochs, ticks, epochs.Pin(), tickSlot, tick) : null;

    /// <summary>After disposal: pins the newest published tick anew. For holders that read again and again.</summary>
    internal void Renew()
    {
        if (_tickSlot >= 0)
        {
            throw new InvalidOperationException("the pin is still held");
        }

        _tickSlot = _ticks.PinPublished(out long tick);
        _epochSlot = _epochs.Pin();
        Tick = tick;
    }

    public void Dispose()
    {
        if (_tickSlot >= 0)
        {
            _ticks.Unpin(_tickSlot);
            _epochs.Unpin(_epochSlot);
            _tickSlot = -1;
        }
    }
}
