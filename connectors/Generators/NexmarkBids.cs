using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Types;

namespace Vectorized.Connectors.Generators;

/// <summary>Writes bids into columns: 46 of every 50 events, so the loop that counts.</summary>
internal static class NexmarkBids
{
    private const int HotStride = 100;
    private const long FirstId = 1000;
    private const int FixedBytes = 32;

    internal static void Write(
        NexmarkOptions options, CounterRandom random, Arena arena, NexmarkRows rows, Batch batch, WantedColumns wanted)
    {
        bool hasExtra = wanted[6] && !options.OmitExtra;
        int count = rows.Count;
        var auctions = Vector.Allocate(arena, SqlType.Int64, count);
        var bidders = Vector.Allocate(arena, SqlType.Int64, count);
        var prices = Vector.Allocate(arena, SqlType.Int64, count);
        var times = Vector.Allocate(arena, SqlType.Timestamp, count);
        var extras = Vector.Allocate(arena, SqlType.Varchar, count);
        var channels = arena.Allocate<int>(count);
        var text = new TextRegion(arena);
        var extra = new PaddedLength(FixedBytes, options.BidBytesAvg);
        var auctionValues = auctions.Values<long>();
        var bidderValues = bidders.Values<long>();
        var priceValues = prices.Values<long>();
        var timeValues = times.Values<long>();
        var extraViews = extras.Views;

        int row = 0;
        while (row < count)
        {
            var (round, place, length) = rows.Stretch(rows.First + row);
            long eventNumber = rows.EventNumber(round, place);
            var clock = new EventClock(options, eventNumber);
            var choices = new BidChoices(options, round);
            for (int end = row + length; row < end; row++)
            {
                var words = random.At(eventNumber++);
                auctionValues[row] = choices.Auction(words.Word(0));
                bidderValues[row] = choices.Bidder(words.Word(1));
                priceValues[row] = LogUniformPrice.From(words.Word(2));
                timeValues[row] = clock.Next();
                ulong word = words.Word(3);
                channels[row] = CounterRandom.Take(ref word, choices.ChannelRatio) > 0
                    ? (int)CounterRandom.Take(ref word, NexmarkChannels.HotCount)
                    : NexmarkChannels.HotCount + (int)CounterRandom.Take(ref word, NexmarkChannels.ColdCount);
                if (hasExtra)
                {
                    int bytes = extra.Choose(ref word);
                    Letters.Fill(text.Room(bytes + Letters.GroupBytes), bytes, words.Word(4));
                    extraViews[row] = text.Close(bytes);
                }
            }
        }

        batch.Reset(count, NexmarkSchema.Bid.Count);
        batch[0] = auctions;
        batch[1] = bidders;
        batch[2] = prices;
        batch[3] = Channel(NexmarkChannels.Names, channels, arena, options.ChannelDictionary);
        batch[4] = Channel(NexmarkChannels.Urls, channels, arena, options.ChannelDictionary);
        batch[5] = times;
        batch[6] = extras;
    }

    private static Vector Channel(in Vector values, Span<int> channels, Arena arena, bool dictionary)
    {
        if (dictionary)
        {
            return values.WithCodes(channels, channels.Length);
        }

        var vector = Vector.Allocate(arena, SqlType.Varchar, channels.Length);
        var target = vector.Views;
        var source = values.Views;
        for (int i = 0; i < channels.Length; i++)
        {
            target[i] = source[channels[i]];
        }

        return vector;
    }

    /// <summary>
    /// What a bid of one round can name: constant within the round, because auctions and people come before its bids.
    /// </summary>
    private readonly ref struct BidChoices
    {
        private readonly uint _auctionRatio;
        private readonly uint _bidderRatio;
        private readonly uint _auctionSpread;
        private readonly uint _bidderSpread;
        private readonly long _hotAuction;
        private readonly long _firstAuction;
        private readonly long _hotBidder;
        private readonly long _firstBidder;

        internal BidChoices(NexmarkOptions options, long round)
        {
            long lastAuction = (round * options.AuctionProportion) + options.AuctionProportion - 1;
            long oldestAuction = Math.Max(lastAuction - options.InFlightAuctions, 0);
            _auctionRatio = (uint)options.HotAuctionRatio;
            _hotAuction = (lastAuction / HotStride * HotStride) + FirstId;
            _firstAuction = oldestAuction + FirstId;
            _auctionSpread = (uint)(lastAuction - oldestAuction + 1 + options.AuctionIdLead);

            long people = (round + 1) * options.PersonProportion;
            long active = Math.Min(people, options.ActivePeople);
            _bidderRatio = (uint)options.HotBidderRatio;
            // The original adds the first person id to a bidder twice, so bidders start at 2000.
            _hotBidder = ((people - 1) / HotStride * HotStride) + 1 + FirstId + FirstId;
            _firstBidder = people - active + FirstId + FirstId;
            _bidderSpread = (uint)(active + options.PersonIdLead);
            ChannelRatio = (uint)options.HotChannelRatio;
        }

        internal readonly uint ChannelRatio { get; }

        internal readonly long Auction(ulong word) => CounterRandom.Take(ref word, _auctionRatio) > 0
            ? _hotAuction : _firstAuction + CounterRandom.Take(ref word, _auctionSpread);

        internal readonly long Bidder(ulong word) => CounterRandom.Take(ref word, _bidderRatio) > 0
            ? _hotBidder : _firstBidder + CounterRandom.Take(ref word, _bidderSpread);
    }
}
