using Vectorized.Engine.Columns;

namespace Vectorized.Engine.State;

/// <summary>
/// What the state of one worker part shares: the pins (process-wide, shared by all parts), the part's retire list and
/// scratch memory. Owned by the part; only its thread calls anything but the pins.
/// </summary>
internal sealed class StateContext(EpochProtection epochs, TickPins ticks) : IDisposable
{
    /// <summary>Dead rows taken back a tick and arrangement: more than a tick usually kills, so that none pile up.</summary>
    private const int ReclaimedRowsMax = 1 << 16;

    internal EpochProtection Epochs { get; } = epochs;

    internal TickPins Ticks { get; } = ticks;

    internal RetireList Retired { get; } = new(epochs);

    /// <summary>Memory within one call into a state structure; whoever takes it gives it back to the mark it found.</summary>
    internal Arena Scratch { get; } = new();

    /// <summary>Every arrangement of the part, so that <see cref="EndTick"/> can take back what died in them.</summary>
    internal List<Arrangement> Arrangements { get; } = [];

    /// <summary>As of the last <see cref="EndTick"/>.</summary>
    internal long SafeEpoch { get; private set; }

    /// <summary>A context of its own: for ad-hoc queries and tests.</summary>
    internal static StateContext Private() => new(new EpochProtection(), new TickPins());

    /// <summary>Frees what no reader can see any more. Called by the owner when a tick has ended.</summary>
    internal void EndTick()
    {
        Epochs.Advance();
        SafeEpoch = Epochs.SafeEpoch();
        Retired.Drain(SafeEpoch);
        foreach (var arrangement in Arrangements)
        {
            arrangement.Reclaim(ReclaimedRowsMax);
        }

        Scratch.Reset(4);
    }

    public void Dispose()
    {
        EndTick();
        Scratch.Dispose();
    }
}
