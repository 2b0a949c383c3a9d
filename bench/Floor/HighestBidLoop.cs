using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Vectorized.Bench.Nexmark;
using Vectorized.Connectors.Generators;
using Vectorized.Engine.Columns;

namespace Vectorized.Bench.Floor;

/// <summary>
/// q7: the bids with the highest price of their 10 s window; the query's BETWEEN also takes a bid of that price made at
/// the very end of the window. The maximum of a run by vector instructions, then the few rows that reach it.
/// </summary>
internal sealed class HighestBidLoop(NexmarkBlocks input) : FloorLoop
{
    private const long WindowMicros = 10_000_000;

    private readonly ResultColumn<Row> _result = new(input.Rows(NexmarkKind.Bid));
    private readonly ResultText _text = new(0, (input.Rows(NexmarkKind.Bid) + 64) * 96L);
    private long _windowEnd = long.MinValue;
    private long _openRows;
    private long _most;
    private long _mostBefore;

    internal override string Query => "q7";

    internal override void Reset()
    {
        _windowEnd = long.MinValue;
        _openRows = 0;
        _most = 0;
        _mostBefore = 0;
        _result.Clear();
        _text.Clear();
    }

    internal override void Consume(NexmarkBlock block)
    {
        ReadOnlySpan<long> prices = block.Bids[2].Values<long>();
        ReadOnlySpan<long> times = block.Bids[5].Values<long>();
        int start = 0;
        while (start < times.Length)
        {
            if (times[start] >= _windowEnd)
            {
                Advance(times[start]);
            }

            // Bids at the instant where the last window ended are compared with its maximum as well. It is final by
            // now.
            long boundary = _windowEnd - WindowMicros;
            for (int i = start; i < times.Length && times[i] == boundary; i++)
            {
                if (prices[i] == _mostBefore)
                {
                    _result.Add(RowOf(block.Bids, i));
                    SwapBehindOpen();
                }
            }

            int end = TimeRuns.End(times, start, _windowEnd);
            AddRun(block.Bids, prices, start, end);
            start = end;
        }
    }

    private void Advance(long time)
    {
        long windowEnd = ((time / WindowMicros) + 1) * WindowMicros;
        _mostBefore = windowEnd - WindowMicros == _windowEnd ? _most : 0;
        _windowEnd = windowEnd;
        _most = 0;
        _openRows = _result.Count;
    }

    private void AddRun(Batch bids, ReadOnlySpan<long> prices, int start, int end)
    {
        long most = Max(prices[start..end]);
        if (most < _most)
        {
            return;
        }

        if (most > _most)
        {
            _most = most;
            _result.Truncate(_openRows);
        }

        for (int i = start; i < end; i++)
        {
            if (prices[i] == most)
            {
                _result.Add(RowOf(bids, i));
            }
        }
    }

    /// <summary>Moves the newest row, which belongs to the closed window, before the rows of the open one.</summary>
    private void SwapBehindOpen()
    {
        (_result[_openRows], _result[_result.Count - 1]) = (_result[_result.Count - 1], _result[_openRows]);
        _openRows++;
    }

    private static long Max(ReadOnlySpan<long> values)
    {
        ref long first = ref MemoryMarshal.GetReference(values);
        var most = Vector256.Create(0L);
        int i = 0;
        for (; i <= values.Length - Vector256<long>.Count; i += Vector256<long>.Count)
        {
            most = Vector256.Max(most, Vector256.LoadUnsafe(ref first, (nuint)i));
        }

        long result = Math.Max(Math.Max(most[0], most[1]), Math.Max(most[2], most[3]));
        for (; i < values.Length; i++)
        {
            result = Math.Max(result, values[i]);
        }

        return result;
    }

    private Row RowOf(Batch bids, int row) => new(
        bids[0].Value<long>(row),
        bids[1].Value<long>(row),
        bids[2].Value<long>(row),
        bids[5].Value<long>(row),
        _text.Keep(bids[6].Bytes(row)));

    internal override long RowCount => _result.Count;

    internal override void Write(string path)
    {
        using var csv = new CsvWriter(path, "auction", "bidder", "price", "date_time", "extra");
        for (long i = 0; i < _result.Count; i++)
        {
            var row = _result[i];
            csv.Number(row.Auction).Number(row.Bidder).Number(row.Price).Time(row.Time).Text(_text.Bytes(row.Extra)).End();
        }
    }

    public override void Dispose()
    {
        _result.Dispose();
        _text.Dispose();
    }

    private readonly record struct Row(long Auction, long Bidder, long Price, long Time, ResultText.Place Extra);
}
