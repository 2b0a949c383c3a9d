using Vectorized.Bench.Nexmark;
using Vectorized.Connectors.Generators;

namespace Vectorized.Bench.Floor;

/// <summary>
/// q9: each auction with its highest bid made in time, of equal ones the earliest and then the least bidder. Auctions stand
/// in an array by id, which is the result as well: those without a bid are passed over by who reads it. Bids on auctions
/// still to come wait in a list.
/// </summary>
internal sealed class WinningBidLoop : FloorLoop
{
    private const long FirstId = 1000;

    private readonly ResultColumn<Row> _result;
    private readonly ResultText _text;
    private readonly List<Bid> _waiting = [];
    private long _rows;

    internal WinningBidLoop(NexmarkBlocks input)
    {
        int auctions = input.Rows(NexmarkKind.Auction);
        _result = new ResultColumn<Row>(auctions);
        _text = new ResultText(0, (auctions + 64) * 1024L);
    }

    internal override string Query => "q9";

    internal override void Reset()
    {
        _result.Clear();
        _text.Clear();
        _waiting.Clear();
        _rows = 0;
    }

    internal override void Consume(NexmarkBlock block)
    {
        AddAuctions(block);
        ReadOnlySpan<long> auctions = block.Bids[0].Values<long>();
        ReadOnlySpan<long> bidders = block.Bids[1].Values<long>();
        ReadOnlySpan<long> prices = block.Bids[2].Values<long>();
        ReadOnlySpan<long> times = block.Bids[5].Values<long>();
        for (int i = 0; i < auctions.Length; i++)
        {
            long index = auctions[i] - FirstId;
            if (index >= _result.Count)
            {
                _waiting.Add(new Bid(index, bidders[i], prices[i], times[i]));
                continue;
            }

            ref var row = ref _result[index];
            if (prices[i] >= row.Price && times[i] >= row.Opens && times[i] <= row.Expires)
            {
                Offer(ref row, bidders[i], prices[i], times[i]);
            }
        }
    }

    private void AddAuctions(NexmarkBlock block)
    {
        var auctions = block.Auctions;
        int count = auctions[0].Values<long>().Length;
        for (int i = 0; i < count; i++)
        {
            _result.Add(new Row
            {
                ItemName = _text.Keep(auctions[1].Bytes(i)),
                Description = _text.Keep(auctions[2].Bytes(i)),
                InitialBid = auctions[3].Value<long>(i),
                Reserve = auctions[4].Value<long>(i),
                Opens = auctions[5].Value<long>(i),
                Expires = auctions[6].Value<long>(i),
                Seller = auctions[7].Value<long>(i),
                Category = auctions[8].Value<long>(i),
                Extra = _text.Keep(auctions[9].Bytes(i)),
            });
        }

        for (int i = _waiting.Count - 1; i >= 0; i--)
        {
            var bid = _waiting[i];
            if (bid.Auction >= _result.Count)
            {
                continue;
            }

            ref var row = ref _result[bid.Auction];
            if (bid.Price >= row.Price && bid.Time >= row.Opens && bid.Time <= row.Expires)
            {
                Offer(ref row, bid.Bidder, bid.Price, bid.Time);
            }

            _waiting[i] = _waiting[^1];
            _waiting.RemoveAt(_waiting.Count - 1);
        }
    }

    /// <summary>A bid in time, not below the best one: takes its place unless an equal one comes first.</summary>
    private void Offer(ref Row row, long bidder, long price, long time)
    {
        if (price == row.Price && (time > row.BidTime || (time == row.BidTime && bidder >= row.Bidder)))
        {
            return;
        }

        _rows += row.Price == 0 ? 1 : 0;
        row.Bidder = bidder;
        row.Price = price;
        row.BidTime = time;
    }

    internal override long RowCount => _rows;

    internal override void Write(string path)
    {
        using var csv = new CsvWriter(
            path,
            "id", "item_name", "description", "initial_bid", "reserve", "date_time", "expires", "seller", "category", "extra",
            "auction", "bidder", "price", "bid_date_time");
        for (long i = 0; i < _result.Count; i++)
        {
            ref var row = ref _result[i];
            if (row.Price == 0)
            {
                continue;
            }

            csv.Number(FirstId + i).Text(_text.Bytes(row.ItemName)).Text(_text.Bytes(row.Description));
            csv.Number(row.InitialBid).Number(row.Reserve).Time(row.Opens).Time(row.Expires);
            csv.Number(row.Seller).Number(row.Category).Text(_text.Bytes(row.Extra));
            csv.Number(FirstId + i).Number(row.Bidder).Number(row.Price).Time(row.BidTime).End();
        }
    }

    public override void Dispose()
    {
        _result.Dispose();
        _text.Dispose();
    }

    private readonly record struct Bid(long Auction, long Bidder, long Price, long Time);

    /// <summary>An auction and its winning bid; no bid has the price 0.</summary>
    private struct Row
    {
        internal long Price;
        internal long Opens;
        internal long Expires;
        internal long BidTime;
        internal long Bidder;
        internal long InitialBid;
        internal long Reserve;
        internal long Seller;
        internal long Category;
        internal ResultText.Place ItemName;
        internal ResultText.Place Description;
        internal ResultText.Place Extra;
    }
}
