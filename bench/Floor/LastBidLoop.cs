using System.Numerics;
using Vectorized.Bench.Nexmark;
using Vectorized.Connectors.Generators;

namespace Vectorized.Bench.Floor;

/// <summary>
/// q18: the last bid of each bidder on each auction; of those at one instant the one with the least text. Pairs stand in an
/// open hash table of result row numbers. A row is written once a tick, at its end, from the bid that won in it.
/// </summary>
internal sealed class LastBidLoop : FloorLoop
{
    private const int FirstSlots = 1 << 16;
    private const int None = -1;

    private readonly ResultColumn<Row> _result;
    private readonly ResultColumn<int> _dirty;
    private readonly ResultText _text;
    private readonly List<NexmarkBlock> _blocks = [];

    // A result row's number and one; 0: free.
    private int[] _slots = new int[FirstSlots];

    internal LastBidLoop(NexmarkBlocks input)
    {
        int bids = input.Rows(NexmarkKind.Bid);
        _result = new ResultColumn<Row>(bids);
        _dirty = new ResultColumn<int>(bids);
        // Channel, url and extra of every change; what a change replaces is not used again.
        _text = new ResultText(0, (bids + 64) * 256L);
    }

    internal override string Query => "q18";

    internal override void Reset()
    {
        _result.Clear();
        _dirty.Clear();
        _text.Clear();
        _blocks.Clear();
        Array.Clear(_slots);
    }

    internal override void Consume(NexmarkBlock block)
    {
        ReadOnlySpan<long> auctions = block.Bids[0].Values<long>();
        ReadOnlySpan<long> bidders = block.Bids[1].Values<long>();
        ReadOnlySpan<long> times = block.Bids[5].Values<long>();
        int number = _blocks.Count;
        _blocks.Add(block);
        for (int i = 0; i < auctions.Length; i++)
        {
            int index = Find(auctions[i], bidders[i]);
            ref var row = ref _result[index];
            if (times[i] < row.Time || (times[i] == row.Time && !IsTextBelow(block, i, in row)))
            {
                continue;
            }

            if (row.Block == None)
            {
                _dirty.Add(index);
            }

            row.Time = times[i];
            row.Block = number;
            row.Source = i;
        }
    }

    /// <summary>The row of a pair, made if it is new.</summary>
    private int Find(long auction, long bidder)
    {
        if (_result.Count * 2 >= _slots.Length)
        {
            Grow();
        }

        int at = SlotOf(auction, bidder);
        for (; _slots[at] != 0; at = (at + 1) & (_slots.Length - 1))
        {
            ref var row = ref _result[_slots[at] - 1];
            if (row.Auction == auction && row.Bidder == bidder)
            {
                return _slots[at] - 1;
            }
        }

        int index = (int)_result.Count;
        _result.Add(new Row { Auction = auction, Bidder = bidder, Time = long.MinValue, Block = None });
        _slots[at] = index + 1;
        return index;
    }

    private int SlotOf(long auction, long bidder)
    {
        ulong hash = (((ulong)auction << 32) ^ (ulong)bidder) * 0x9E3779B97F4A7C15;
        return (int)(hash >> (64 - BitOperations.Log2((uint)_slots.Length)));
    }

    private void Grow()
    {
        _slots = new int[_slots.Length * 4];
        for (int i = 0; i < _result.Count; i++)
        {
            int at = SlotOf(_result[i].Auction, _result[i].Bidder);
            while (_slots[at] != 0)
            {
                at = (at + 1) & (_slots.Length - 1);
            }

            _slots[at] = i + 1;
        }
    }

    /// <summary>Whether a bid's text comes before that of the last one so far.</summary>
    private bool IsTextBelow(NexmarkBlock block, int bid, in Row row)
    {
        var text = row.Block == None ? _text.Bytes(row.Extra) : _blocks[row.Block].Bids[6].Bytes(row.Source);
        return block.Bids[6].Bytes(bid).SequenceCompareTo(text) < 0;
    }

    internal override void EndTick()
    {
        for (long i = 0; i < _dirty.Count; i++)
        {
            ref var row = ref _result[_dirty[i]];
            var bids = _blocks[row.Block].Bids;
            row.Price = bids[2].Value<long>(row.Source);
            row.Channel = _text.Keep(bids[3].Bytes(row.Source));
            row.Url = _text.Keep(bids[4].Bytes(row.Source));
            row.Extra = _text.Keep(bids[6].Bytes(row.Source));
            row.Block = None;
        }

        _dirty.Clear();
        _blocks.Clear();
    }

    internal override long RowCount => _result.Count;

    internal override void Write(string path)
    {
        using var csv = new CsvWriter(path, "auction", "bidder", "price", "channel", "url", "date_time", "extra");
        for (long i = 0; i < _result.Count; i++)
        {
            ref var row = ref _result[i];
            csv.Number(row.Auction).Number(row.Bidder).Number(row.Price);
            csv.Text(_text.Bytes(row.Channel)).Text(_text.Bytes(row.Url)).Time(row.Time).Text(_text.Bytes(row.Extra)).End();
        }
    }

    public override void Dispose()
    {
        _result.Dispose();
        _dirty.Dispose();
        _text.Dispose();
    }

    private struct Row
    {
        internal long Auction;
        internal long Bidder;
        internal long Price;
        internal long Time;
        internal ResultText.Place Channel;
        internal ResultText.Place Url;
        internal ResultText.Place Extra;

        // The tick's block and the row in it that won so far; none: the row is as written.
        internal int Block;
        internal int Source;
    }
}
