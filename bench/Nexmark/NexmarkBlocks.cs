using Vectorized.Connectors.Generators;
using Vectorized.Engine.Columns;

namespace Vectorized.Bench.Nexmark;

/// <summary>
/// A Nexmark stream made in advance, so that a measurement holds no generation: blocks in event order, in native memory
/// that lives until <see cref="Dispose"/>. About 190 bytes an event.
/// </summary>
internal sealed class NexmarkBlocks : IDisposable
{
    /// <summary>89 rounds of 50: the most whose bids fit a vector.</summary>
    internal const int EventsPerBlock = 89 * 50;

    private readonly Arena _arena = new();

    internal NexmarkBlocks(long eventCount, long eventGapNanos)
        : this(0, eventCount, eventGapNanos)
    {
    }

    /// <summary>A piece of a stream, from its event <paramref name="firstEvent"/> on.</summary>
    internal NexmarkBlocks(long firstEvent, long eventCount, long eventGapNanos)
    {
        FirstEvent = firstEvent;
        EventCount = eventCount;
        Generator = new NexmarkGenerator(new NexmarkOptions { EventGapNanos = eventGapNanos, Seed = 1 });
        var blocks = new List<NexmarkBlock>();
        long end = firstEvent + eventCount;
        for (long at = firstEvent; at < end; at += EventsPerBlock)
        {
            long next = Math.Min(at + EventsPerBlock, end);
            blocks.Add(new NexmarkBlock(
                at,
                (int)(next - at),
                Rows(NexmarkKind.Person, at, next),
                Rows(NexmarkKind.Auction, at, next),
                Rows(NexmarkKind.Bid, at, next)));
        }

        Blocks = blocks;
    }

    internal long FirstEvent { get; }

    internal long EventCount { get; }

    internal NexmarkGenerator Generator { get; }

    internal IReadOnlyList<NexmarkBlock> Blocks { get; }

    internal int Rows(NexmarkKind kind) => Generator.CountRows(kind, FirstEvent, FirstEvent + EventCount);

    private Batch Rows(NexmarkKind kind, long from, long to)
    {
        var batch = new Batch();
        Generator.Write(_arena, batch, kind, from, to);
        return batch;
    }

    public void Dispose() => _arena.Dispose();
}
