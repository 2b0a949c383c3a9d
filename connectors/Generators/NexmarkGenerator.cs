using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow.Sources;

namespace Vectorized.Connectors.Generators;

/// <summary>
/// The Nexmark event stream written straight into columns. Event n is a function of (options, n) alone, so any division
/// of the stream into batches and any resumption yields the same rows. Events come in rounds of 1 person, 3 auctions
/// and 46 bids, with ids dense from 1000 and event time ascending. Stateless; any thread.
/// </summary>
public sealed class NexmarkGenerator
{
    private readonly CounterRandom _random;

    public NexmarkGenerator(NexmarkOptions options)
    {
        Options = options;
        _random = CounterRandom.ForSeed(options.Seed);
    }

    public NexmarkOptions Options { get; }

    /// <summary>How many rows of a kind events [from, to) of a split hold.</summary>
    public int CountRows(NexmarkKind kind, long from, long to) => new NexmarkRows(Options, kind, from, to, 0, 1).Count;

    /// <summary>
    /// The rows of one kind among events [from, to) of a split, in event order; the caller owns the batch. Its channel
    /// and url text stands in memory of the process's life, all other text in the batch's own arena.
    /// </summary>
    public OwnedBatch Generate(NexmarkKind kind, long from, long to, int split = 0, int splitCount = 1)
    {
        var owned = OwnedBatch.Rent();
        Write(owned.Arena, owned.Batch, kind, from, to, split, splitCount);
        return owned;
    }

    /// <summary>
    /// As <see cref="Generate"/>, into an arena and a shell of the caller's. Columns that are not wanted (null: all are) may hold
    /// anything: what takes time to make is left out.
    /// </summary>
    public void Write(
        Arena arena, Batch batch, NexmarkKind kind, long from, long to, int split = 0, int splitCount = 1, WantedColumns? wanted = null)
    {
        var rows = new NexmarkRows(Options, kind, from, to, split, splitCount);
        wanted ??= WantedColumns.All;
        switch (kind)
        {
            case NexmarkKind.Person:
                NexmarkPeople.Write(Options, _random, arena, rows, batch, wanted);
                break;
            case NexmarkKind.Auction:
                NexmarkAuctions.Write(Options, _random, arena, rows, batch, wanted);
                break;
            default:
                NexmarkBids.Write(Options, _random, arena, rows, batch, wanted);
                break;
        }
    }
}
