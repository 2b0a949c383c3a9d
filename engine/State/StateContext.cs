using Vectorized.Engine.Columns;

namespace Vectorized.Engine.State;

/// <summary>
/// What the state of one worker part shares: the pins (process-wide, shared by all parts), the part's retire list and
/// scratch memory. Owned by the part; only its thread calls anything but the pins.
/// </summary>
internal sealed class StateContext(EpochProtection epochs, TickPins ticks, int part = 0, int partCount = 1) : IDisposable
{
    internal EpochProtection Epochs { get; } = epochs;

    internal TickPins Ticks { get; } = ticks;

    internal RetireList Retired { get; } = new(epochs);

    /// <summary>What checkpoints hold of the part.</summary>
    internal Checkpoints.StateRegistry Registry { get; } = new();

    /// <summary>
    /// Memory within one call into a state structure; whoever takes it gives it back to the mark it found.
    /// </summary>
    internal Arena Scratch { get; } = new();

    /// <summary>Every arrangement of the part, for measuring what they hold.</summary>
    internal List<Arrangement> Arrangements { get; } = [];

    /// <summary>As of the last <see cref="EndTick"/>.</summary>
    internal long SafeEpoch { get; private set; }

    private readonly List<Arrangement> _withDeaths = [];

    /// <summary>The shards of the part's keys: neighbours, see <see cref="ShardMap"/>.</summary>
    internal int FirstShard { get; } = ShardMap.FirstShardOf(part, partCount);

    internal int OwnShards { get; } = ShardMap.FirstShardOf(part + 1, partCount) - ShardMap.FirstShardOf(part, partCount);

    /// <summary>A context of its own: for ad-hoc queries and tests.</summary>
    internal static StateContext Private() => new(new EpochProtection(), new TickPins());

    /// <summary>
    /// Frees what no reader can see any more, of every structure of the part, within a bound. Called by the owner when
    /// a tick has been executed (and, for the ticks it covers, published).
    /// </summary>
    internal void EndTick()
    {
        Epochs.Advance();
        SafeEpoch = Epochs.SafeEpoch();
        Retired.Drain(SafeEpoch);
        for (int i = _withDeaths.Count - 1; i >= 0; i--)
        {
            if (!_withDeaths[i].Reclaim())
            {
                _withDeaths.RemoveAt(i);
            }
        }

        Scratch.Reset(4);
    }

    /// <summary>An arrangement has rows to reclaim.</summary>
    internal void NoteDeaths(Arrangement arrangement) => _withDeaths.Add(arrangement);

    internal void Forget(Arrangement arrangement) => _withDeaths.Remove(arrangement);

    public void Dispose()
    {
        EndTick();
        Scratch.Dispose();
    }
}
