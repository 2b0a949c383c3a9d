using Vectorized.Bench.Nexmark;

namespace Vectorized.Bench.Floor;

/// <summary>
/// One Nexmark query as a hand-written loop: what this machine can do when nothing is general. Direct arrays on dense
/// ids, knowledge of the data (event time ascends) and no transactions, but the same job as the engine's: input in
/// vectors, a result that is complete and readable after every tick.
/// </summary>
internal abstract class FloorLoop : IDisposable
{
    internal abstract string Query { get; }

    /// <summary>Back to the state before the first event; memory stays.</summary>
    internal abstract void Reset();

    internal abstract void Consume(NexmarkBlock block);

    /// <summary>Brings the result up to everything consumed.</summary>
    internal virtual void EndTick()
    {
    }

    internal abstract long RowCount { get; }

    /// <summary>Writes the result as comma-separated rows with a header.</summary>
    internal abstract void Write(string path);

    public abstract void Dispose();

    /// <summary>The queries that have one.</summary>
    internal static IReadOnlyList<string> Queries { get; } = ["q0", "q1", "q2", "q3", "q4", "q5", "q7", "q8", "q9", "q17", "q18"];

    internal static FloorLoop Create(string query, NexmarkBlocks input) => query switch
    {
        "q0" => new BidProjectionLoop(input, scalePrice: false),
        "q1" => new BidProjectionLoop(input, scalePrice: true),
        "q2" => new BidFilterLoop(input),
        "q3" => new LocalSellersLoop(input),
        "q4" => new CategoryAverageLoop(input),
        "q5" => new HotItemsLoop(input),
        "q7" => new HighestBidLoop(input),
        "q8" => new NewSellersLoop(input),
        "q9" => new WinningBidLoop(input),
        "q17" => new AuctionStatisticsLoop(input),
        "q18" => new LastBidLoop(input),
        _ => throw new ArgumentException($"no loop for {query}"),
    };
}
