using Vectorized.Bench.Nexmark;
using Vectorized.Connectors.Generators;

namespace Vectorized.Bench.Floor;

/// <summary>q2: bids on auctions whose id divides by 123.</summary>
internal sealed class BidFilterLoop(NexmarkBlocks input) : FloorLoop
{
    private readonly ResultColumn<long> _auctions = new(input.Rows(NexmarkKind.Bid));
    private readonly ResultColumn<long> _prices = new(input.Rows(NexmarkKind.Bid));

    internal override string Query => "q2";

    internal override void Reset()
    {
        _auctions.Clear();
        _prices.Clear();
    }

    internal override void Consume(NexmarkBlock block)
    {
        ReadOnlySpan<long> auctions = block.Bids[0].Values<long>();
        ReadOnlySpan<long> prices = block.Bids[2].Values<long>();
        for (int i = 0; i < auctions.Length; i++)
        {
            if ((ulong)auctions[i] % 123 == 0)
            {
                _auctions.Add(auctions[i]);
                _prices.Add(prices[i]);
            }
        }
    }

    internal override long RowCount => _auctions.Count;

    internal override void Write(string path)
    {
        using var csv = new CsvWriter(path, "auction", "price");
        for (long row = 0; row < _auctions.Count; row++)
        {
            csv.Number(_auctions[row]).Number(_prices[row]).End();
        }
    }

    public override void Dispose()
    {
        _auctions.Dispose();
        _prices.Dispose();
    }
}
