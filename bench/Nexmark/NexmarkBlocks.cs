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
    {
        EventCount = eventCount;
        Generator = new NexmarkGenerator(new NexmarkOptions { EventGapNanos = eventGapNanos, Seed = seed });
        var blocks = new List<NexmarkBlock>();
        for (long at = 0; at < eventCount; at += EventsPerBlock)
        {
            long end = Math.Min(at + EventsPerBlock, eventCount);
            blocks.Add(new NexmarkBlock(
                at,
                (int)(end - at),
                Generator.Write(_arena, NexmarkKind.Person, at, end),
                Generator.Write(_arena, NexmarkKind.Auction, at, end),
                Generator.Write(_arena, NexmarkKind.Bid, at, end)));
        }

        Blocks = blocks;
    }

    internal long EventCount { get; }

    internal NexmarkGenerator Generator { get; }

    internal IReadOnlyList<NexmarkBlock> Blocks { get; }

    internal int Rows(NexmarkKind kind) => Generator.CountRows(kind, 0, EventCount);

    public void Dispose() => _arena.Dispose();
}
