namespace Vectorized.Connectors.Generators;

/// <summary>
/// The parameters of the Nexmark generator, with the constants of the public benchmark (nexmark/nexmark, derived from
/// Tucker, Tufte, Papadimos, Maier, "NEXMark", 2002) as defaults. Immutable; equal options give equal events.
/// </summary>
public sealed record NexmarkOptions
{
    /// <summary>2015-07-15 00:00:00, where the connector's event time starts by default.</summary>
    public const long DefaultBaseTimeMs = 1_436_918_400_000;

    public ulong Seed { get; init; } = 1;

    public long BaseTimeMs { get; init; } = DefaultBaseTimeMs;

    /// <summary>
    /// Event time between two events: 100 ns (Flink's suite), 100 us (RisingWave's), 10 ms (Feldera's).
    /// </summary>
    public long EventGapNanos { get; init; } = 100_000;

    public int PersonProportion { get; init; } = 1;

    public int AuctionProportion { get; init; } = 3;

    public int BidProportion { get; init; } = 46;

    /// <summary>Of this many choices all but one fall on the hot auction, bidder, seller or channel.</summary>
    public int HotAuctionRatio { get; init; } = 2;

    public int HotBidderRatio { get; init; } = 4;

    public int HotSellerRatio { get; init; } = 4;

    public int HotChannelRatio { get; init; } = 2;

    public int ActivePeople { get; init; } = 1000;

    public int InFlightAuctions { get; init; } = 100;

    public int CategoryCount { get; init; } = 5;

    /// <summary>How many ids ahead of the newest auction or person may be named.</summary>
    public int AuctionIdLead { get; init; } = 10;

    public int PersonIdLead { get; init; } = 10;

    public int PersonBytesAvg { get; init; } = 200;

    public int AuctionBytesAvg { get; init; } = 500;

    public int BidBytesAvg { get; init; } = 100;

    /// <summary>Names, cities and states in lower case, as RisingWave's connector writes them.</summary>
    public bool LowerCase { get; init; }

    /// <summary>Channel and url as dictionary vectors over all 10,004 values instead of flat ones.</summary>
    public bool ChannelDictionary { get; init; }

    /// <summary>Leaves the `extra` columns empty, which is most of the work; the other columns stay the same.</summary>
    public bool OmitExtra { get; init; }

    /// <summary>Events in one round of persons, auctions and bids.</summary>
    public int RoundLength => PersonProportion + AuctionProportion + BidProportion;

    /// <summary>How many of a round's events are of a kind, and at which offset in the round they start.</summary>
    public (int Offset, int Count) PlaceOf(NexmarkKind kind) => kind switch
    {
        NexmarkKind.Person => (0, PersonProportion),
        NexmarkKind.Auction => (PersonProportion, AuctionProportion),
        _ => (PersonProportion + AuctionProportion, BidProportion),
    };

    /// <summary>The event time of an event number, in whole milliseconds as in the original.</summary>
    public long TimestampMs(long eventNumber) => BaseTimeMs + (eventNumber * EventGapNanos / 1_000_000);
}
