using Vectorized.Bench.Nexmark;
using Vectorized.Connectors.Generators;

namespace Vectorized.Bench.Floor;

/// <summary>
/// q0 and q1: five of a bid's columns, q1 with 0.908 * price as thousandths. Copies columns and text.
/// </summary>
internal sealed class BidProjectionLoop : FloorLoop
{
    private readonly bool _scalePrice;
    private readonly ResultColumn<long> _auctions;
    private readonly ResultColumn<long> _bidders;
    private readonly ResultColumn<long> _prices;
    private readonly ResultColumn<long> _times;
    private readonly ResultText _extras;

    internal BidProjectionLoop(NexmarkBlocks input, bool scalePrice)
    {
        _scalePrice = scalePrice;
        long rows = input.Rows(NexmarkKind.Bid);
        _auctions = new ResultColumn<long>(rows);
        _bidders = new ResultColumn<long>(rows);
        _prices = new ResultColumn<long>(rows);
        _times = new ResultColumn<long>(rows);
        _extras = new ResultText(rows, (rows + 4096) * 96);
    }

    internal override string Query => _scalePrice ? "q1" : "q0";

    internal override void Reset()
    {
        _auctions.Clear();
        _bidders.Clear();
        _prices.Clear();
        _times.Clear();
        _extras.Clear();
    }

    internal override void Consume(NexmarkBlock block)
    {
        var bids = block.Bids;
        _auctions.Add(bids[0].Values<long>());
        _bidders.Add(bids[1].Values<long>());
        _times.Add(bids[5].Values<long>());
        if (_scalePrice)
        {
            ReadOnlySpan<long> prices = bids[2].Values<long>();
            var target = _prices.Extend(prices.Length);
            for (int i = 0; i < prices.Length; i++)
            {
                target[i] = prices[i] * 908;
            }
        }
        else
        {
            _prices.Add(bids[2].Values<long>());
        }

        _extras.AddAll(bids[6].Views);
    }

    internal override long RowCount => _auctions.Count;

    internal override void Write(string path)
    {
        using var csv = new CsvWriter(path, "auction", "bidder", "price", "date_time", "extra");
        for (long row = 0; row < _auctions.Count; row++)
        {
            csv.Number(_auctions[row]).Number(_bidders[row]).Scaled(_prices[row], _scalePrice ? 3 : 0);
            csv.Time(_times[row]).Text(_extras[row]).End();
        }
    }

    public override void Dispose()
    {
        _auctions.Dispose();
        _bidders.Dispose();
        _prices.Dispose();
        _times.Dispose();
        _extras.Dispose();
    }
}
