using Vectorized.Engine.Columns;

namespace Vectorized.Bench.Nexmark;

/// <summary>
/// One vector's worth of events, a batch a kind: at most 4,094 bids with the people and auctions between them.
/// </summary>
internal sealed record NexmarkBlock(long FirstEvent, int EventCount, Batch People, Batch Auctions, Batch Bids);
