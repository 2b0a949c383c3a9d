using Vectorized.Engine.Dataflow.Sources;

namespace Vectorized.Connectors.Generators;

/// <summary>
/// The options of connector = 'nexmark', named as RisingWave names them, plus `nexmark.seed`, `nexmark.event.time.gap.in.ns`,
/// `nexmark.lower.case` ('false': letters as the original writes them) and `nexmark.start.time`: with it, event n is due at
/// that time (ms since 1970) plus n gaps, however often the source is opened. By default 10,000 events a second, in event
/// time as in real time, in RisingWave's lower case.
/// </summary>
/// <param name="Kind">Which of the three tables; null: all events in one stream.</param>
/// <param name="Events">The generator's own parameters.</param>
/// <param name="SplitCount">Splits, which divide the rounds of 50 events.</param>
/// <param name="EventCount">Events in all splits together; long.MaxValue: endless.</param>
/// <param name="StartMs">Wall time at which event 0 is due, in ms since 1970; null: when a reader opens.</param>
/// <param name="PaceNanos">Real time between events of the whole source; 0: as fast as they are read.</param>
internal sealed record NexmarkSettings(
    NexmarkKind? Kind, NexmarkOptions Events, int SplitCount, long EventCount, long PaceNanos, long? StartMs)
{
    private const int CountMax = 1_000_000;
    private const long NanosPerSecond = 1_000_000_000;

    internal static NexmarkSettings Parse(SourceDefinition definition)
    {
        var options = new SourceOptions(NexmarkConnector.ConnectorName, definition);
        string? kind = options.OneOf("nexmark.table.type", "Person", "Auction", "Bid");
        var defaults = new NexmarkOptions();
        int Count(string name, int otherwise, int min = 1) => options.Int32("nexmark." + name, otherwise, min, CountMax);
        var events = new NexmarkOptions
        {
            LowerCase = options.Boolean("nexmark.lower.case", true),
            Seed = (ulong)options.Int64("nexmark.seed", (long)defaults.Seed, 0, long.MaxValue),
            BaseTimeMs = options.Int64("nexmark.base.time", defaults.BaseTimeMs, 0, long.MaxValue / 4000),
            EventGapNanos = EventGap(options, defaults),
            PersonProportion = Count("person.proportion", defaults.PersonProportion),
            AuctionProportion = Count("auction.proportion", defaults.AuctionProportion),
            BidProportion = Count("bid.proportion", defaults.BidProportion),
            HotAuctionRatio = Count("hot.auction.ratio", defaults.HotAuctionRatio),
            HotBidderRatio = Count("hot.bidder.ratio", defaults.HotBidderRatio),
            HotSellerRatio = Count("hot.seller.ratio", defaults.HotSellerRatio),
            HotChannelRatio = Count("hot.channel.ratio", defaults.HotChannelRatio),
            ActivePeople = Count("active.people", defaults.ActivePeople),
            InFlightAuctions = Count("in.flight.auctions", defaults.InFlightAuctions),
            CategoryCount = Count("num.categories", defaults.CategoryCount),
            AuctionIdLead = Count("auction.id.lead", defaults.AuctionIdLead, 0),
            PersonIdLead = Count("person.id.lead", defaults.PersonIdLead, 0),
            PersonBytesAvg = Count("avg.person.byte.size", defaults.PersonBytesAvg, 0),
            AuctionBytesAvg = Count("avg.auction.byte.size", defaults.AuctionBytesAvg, 0),
            BidBytesAvg = Count("avg.bid.byte.size", defaults.BidBytesAvg, 0),
        };
        options.Only("nexmark.out.of.order.group.size", "1");
        long pace = options.Int64("nexmark.min.event.gap.in.ns", 100_000, 0, 3600 * NanosPerSecond);
        if (options.Boolean("nexmark.use.real.time", false))
        {
            pace = events.EventGapNanos;
        }

        // Chunks have the engine's size here.
        _ = options.Int64("nexmark.max.chunk.size", 1024, 1, long.MaxValue);
        var settings = new NexmarkSettings(
            kind is null ? null : Enum.Parse<NexmarkKind>(kind),
            events,
            Count("split.num", 1),
            options.Int64("nexmark.event.num", long.MaxValue, 0, long.MaxValue),
            pace,
            options.Text("nexmark.start.time") is null ? null : options.Int64("nexmark.start.time", 0, 0, long.MaxValue / 4000));
        options.RefuseUnknown();
        return settings;
    }

    private static long EventGap(SourceOptions options, NexmarkOptions defaults)
    {
        long rate = options.Int64("nexmark.first.event.rate", NanosPerSecond / defaults.EventGapNanos, 1, NanosPerSecond);
        return options.Int64("nexmark.event.time.gap.in.ns", NanosPerSecond / rate, 1, 3600 * NanosPerSecond);
    }
}
