using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow.Sources;

namespace Vectorized.Connectors.Generators;

/// <summary>What the two forms of a Nexmark source share: positions are a split's event numbers, due at an even pace.</summary>
internal abstract class NexmarkSource(NexmarkSettings settings) : IRowGenerator
{
    public int SplitCount => settings.SplitCount;

    public bool IsPaced => settings.PaceNanos > 0;

    public long? StartMicros => settings.StartMs * 1000;

    protected int RoundLength { get; } = settings.Events.RoundLength;

    public long EndOf(int split)
    {
        if (settings.EventCount == long.MaxValue)
        {
            return long.MaxValue;
        }

        // Whole turns of all splits, then this split's share of the rest.
        long turn = (long)RoundLength * SplitCount;
        long rest = (settings.EventCount % turn) - ((long)split * RoundLength);
        return (settings.EventCount / turn * RoundLength) + Math.Clamp(rest, 0, RoundLength);
    }

    public abstract long NextRow(int split, long position);

    public abstract long PositionsFor(int rowCount);

    public virtual void Want(WantedColumns columns) => Wanted = columns;

    protected WantedColumns Wanted { get; private set; } = WantedColumns.All;

    public abstract OwnedBatch Generate(int split, long from, long to);

    public long DueAfter(int split, long start, long elapsedNanos) =>
        start + (elapsedNanos / settings.PaceNanos / SplitCount) + 1;

    public long DueTime(int split, long start, long position) => (position - start) * SplitCount * settings.PaceNanos;
}
