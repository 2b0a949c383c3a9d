namespace Vectorized.Engine.State;

/// <summary>
/// Epoch-based reclamation (after Fraser, 2004; Tsavorite's LightEpoch is the model): a reader pins the current epoch
/// while it may dereference state; a writer first unlinks memory, then retires it under the epoch of that moment
/// (<see cref="RetireList"/>), and frees it once no pin is that old. Pins are not bound to a thread: a suspended query
/// may hold one. Threads: any.
/// </summary>
internal sealed class EpochProtection : IDisposable
{
    private readonly PinTable _pins = new();
    private long _current = 1;

    internal long Current => Volatile.Read(ref _current);

    /// <summary>Keeps whatever is linked now from being freed until <see cref="Unpin"/>.</summary>
    internal int Pin() => _pins.Take(Current);

    internal void Unpin(int slot) => _pins.Release(slot);

    /// <summary>Starts a new epoch, so that what was retired under earlier ones can become safe.</summary>
    internal void Advance() => Interlocked.Increment(ref _current);

    /// <summary>The newest epoch that no pin can still see: what was retired under it or before may be freed.</summary>
    internal long SafeEpoch() => _pins.Least(Current) - 1;

    public void Dispose() => _pins.Dispose();
}
