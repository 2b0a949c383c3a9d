using System.Globalization;
using System.Text;
using Vectorized.Bench.Nexmark;
using Vectorized.Connectors.Generators;

namespace Vectorized.Bench.Floor;

/// <summary>
/// q4: the average over a category of its auctions' highest bids made in time. Auctions stand in an array by id with
/// their highest bid; a category keeps sum and count of those; bids on auctions still to come wait in a list.
/// </summary>
internal sealed class CategoryAverageLoop : FloorLoop
{
    private const long FirstId = 1000;
    private const int FirstCategory = 10;
    private const int CategoryCount = 5;

    private readonly Auction[] _auctions;
    private readonly List<(long Auction, long Time, long Price)> _waiting = [];
    private readonly long[] _sums = new long[CategoryCount];
    private readonly long[] _counts = new long[CategoryCount];
    private readonly decimal?[] _result = new decimal?[CategoryCount];
    private long _seen;

    internal CategoryAverageLoop(NexmarkBlocks input) => _auctions = new Auction[input.Rows(NexmarkKind.Auction)];

    internal override string Query => "q4";

    internal override void Reset()
    {
        _seen = 0;
        _waiting.Clear();
        Array.Clear(_sums);
        Array.Clear(_counts);
        Array.Clear(_result);
    }

    internal override void Consume(NexmarkBlock block)
    {
        AddAuctions(block);
        ReadOnlySpan<long> auctions = block.Bids[0].Values<long>();
        ReadOnlySpan<long> prices = block.Bids[2].Values<long>();
        ReadOnlySpan<long> times = block.Bids[5].Values<long>();
        var known = _auctions.AsSpan(0, (int)_seen);
        for (int i = 0; i < auctions.Length; i++)
        {
            long index = auctions[i] - FirstId;
            if ((ulong)index >= (ulong)known.Length)
            {
                _waiting.Add((index, times[i], prices[i]));
                continue;
            }

            ref var auction = ref known[(int)index];
            if (prices[i] > auction.Highest && times[i] >= auction.Opens && times[i] <= auction.Expires)
            {
                Raise(ref auction, prices[i]);
            }
        }
    }

    private void AddAuctions(NexmarkBlock block)
    {
        ReadOnlySpan<long> opens = block.Auctions[5].Values<long>();
        ReadOnlySpan<long> expires = block.Auctions[6].Values<long>();
        ReadOnlySpan<long> categories = block.Auctions[8].Values<long>();
        for (int i = 0; i < opens.Length; i++)
        {
            _auctions[_seen++] = new Auction
            {
                Opens = opens[i],
                Expires = expires[i],
                Category = (int)categories[i] - FirstCategory,
            };
        }

        for (int i = _waiting.Count - 1; i >= 0; i--)
        {
            var bid = _waiting[i];
            if (bid.Auction >= _seen)
            {
                continue;
            }

            ref var auction = ref _auctions[bid.Auction];
            if (bid.Price > auction.Highest && bid.Time >= auction.Opens && bid.Time <= auction.Expires)
            {
                Raise(ref auction, bid.Price);
            }

            _waiting[i] = _waiting[^1];
            _waiting.RemoveAt(_waiting.Count - 1);
        }
    }

    private void Raise(ref Auction auction, long price)
    {
        _sums[auction.Category] += price - auction.Highest;
        _counts[auction.Category] += auction.Highest == 0 ? 1 : 0;
        auction.Highest = price;
    }

    internal override void EndTick()
    {
        for (int i = 0; i < CategoryCount; i++)
        {
            _result[i] = _counts[i] == 0 ? null : (decimal)_sums[i] / _counts[i];
        }
    }

    internal override long RowCount => _result.Count(average => average is not null);

    internal override void Write(string path)
    {
        using var csv = new CsvWriter(path, "category", "avg");
        for (int i = 0; i < CategoryCount; i++)
        {
            if (_result[i] is { } average)
            {
                string text = average.ToString(CultureInfo.InvariantCulture);
                csv.Number(FirstCategory + i).Text(Encoding.ASCII.GetBytes(text)).End();
            }
        }
    }

    public override void Dispose()
    {
    }

    private struct Auction
    {
        internal long Opens;
        internal long Expires;
        internal long Highest;
        internal int Category;
    }
}
