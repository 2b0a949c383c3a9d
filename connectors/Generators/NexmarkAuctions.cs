using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Types;

namespace Vectorized.Connectors.Generators;

/// <summary>Writes auctions into columns: 3 of every 50 events.</summary>
internal static class NexmarkAuctions
{
    private const int HotStride = 100;
    private const long FirstId = 1000;
    private const long FirstCategory = 10;
    private const int NameLengthMax = 20;
    private const int DescriptionLengthMax = 100;
    private const int FixedBytes = 48;

    internal static void Write(
        NexmarkOptions options, CounterRandom random, Arena arena, NexmarkRows rows, Batch batch, WantedColumns wanted)
    {
        bool hasExtra = wanted[9] && !options.OmitExtra;
        int count = rows.Count;
        batch.Reset(count, NexmarkSchema.Auction.Count);
        for (int i = 0; i < NexmarkSchema.Auction.Count; i++)
        {
            batch[i] = Vector.Allocate(arena, NexmarkSchema.Auction[i].Type, count);
        }

        var text = new TextRegion(arena);
        int row = 0;
        while (row < count)
        {
            var (round, place, length) = rows.Stretch(rows.First + row);
            long eventNumber = rows.EventNumber(round, place);
            var clock = new EventClock(options, eventNumber);
            long people = (round + 1) * options.PersonProportion;
            for (int end = row + length; row < end; row++, place++)
            {
                var words = random.At(eventNumber);
                long now = clock.Next();
                long firstPrice = LogUniformPrice.From(words.Word(2));
                ulong lengths = words.Word(4);
                batch[0].Values<long>()[row] = (round * options.AuctionProportion) + place + FirstId;
                batch[1].Views[row] = Text(ref text, NameLengthMax, ref lengths, words.Word(6));
                batch[2].Views[row] = Text(ref text, DescriptionLengthMax, ref lengths, words.Word(7));
                batch[3].Values<long>()[row] = firstPrice;
                batch[4].Values<long>()[row] = firstPrice + LogUniformPrice.From(words.Word(3));
                batch[5].Values<long>()[row] = now;
                batch[6].Values<long>()[row] = now + (1000 * LifetimeMs(options, eventNumber, words.Word(1)));
                ulong word = words.Word(0);
                batch[7].Values<long>()[row] = Seller(options, people, ref word);
                batch[8].Values<long>()[row] = FirstCategory + CounterRandom.Take(ref word, (uint)options.CategoryCount);
                eventNumber++;
                if (hasExtra)
                {
                    int before = FixedBytes + batch[1].Views[row].Length + batch[2].Views[row].Length;
                    int bytes = new PaddedLength(before, options.AuctionBytesAvg).Choose(ref lengths);
                    Letters.Fill(text.Room(bytes + Letters.GroupBytes), bytes, words.Word(5));
                    batch[9].Views[row] = text.Close(bytes);
                }
            }
        }

    }

    private static StringView Text(ref TextRegion text, int lengthMax, ref ulong lengths, ulong key) =>
        text.Close(SpacedText.Write(text.Room(SpacedText.Room(lengthMax)), lengthMax, ref lengths, key));

    /// <summary>Uniform up to twice the time in which as many auctions open as are in flight.</summary>
    private static long LifetimeMs(NexmarkOptions options, long eventNumber, ulong word)
    {
        long eventsAhead = (long)options.InFlightAuctions * options.RoundLength / options.AuctionProportion;
        long horizonMs = options.TimestampMs(eventNumber + eventsAhead) - options.TimestampMs(eventNumber);
        return 1 + CounterRandom.Take(ref word, Math.Max(horizonMs * 2, 1L));
    }

    private static long Seller(NexmarkOptions options, long people, ref ulong word)
    {
        if (CounterRandom.Take(ref word, (uint)options.HotSellerRatio) > 0)
        {
            return ((people - 1) / HotStride * HotStride) + FirstId;
        }

        long active = Math.Min(people, options.ActivePeople);
        return people - active + CounterRandom.Take(ref word, active + options.PersonIdLead) + FirstId;
    }
}
