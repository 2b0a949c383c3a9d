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

    internal NexmarkBlocks(long eventCount, long eventGapNanos, ulong seed = 1)
        : this(eventCount, new NexmarkOptions { EventGapNanos = eventGapNanos, Seed = seed })
    {
    }

    internal NexmarkBlocks(long eventCount, NexmarkOptions options)
    {
        EventCount = eventCount;
        Generator = new NexmarkGenerator(options);
        var blocks = new List<NexmarkBlock>();
        for (long at = 0; at < eventCount; at += EventsPerBlock)
        {
            long end = Math.Min(at + EventsPerBlock, eventCount);
            blocks.Add(new NexmarkBlock(
                at,
                (int)(end - at),
                Rows(NexmarkKind.Person, at, end),
                Rows(NexmarkKind.Auction, at, end),
                Rows(NexmarkKind.Bid, at, end)));
        }

        Blocks = blocks;
    }

    internal long EventCount { get; }

    internal NexmarkGenerator Generator { get; }

    internal IReadOnlyList<NexmarkBlock> Blocks { get; }

    internal int Rows(NexmarkKind kind) => Generator.CountRows(kind, 0, EventCount);

    private Batch Rows(NexmarkKind kind, long from, long to)
    {
        var batch = new Batch();
        Generator.Write(_arena, batch, kind, from, to);
        return batch;
    }

    public void Dispose() => _arena.Dispose();
}
