using System.Globalization;
using System.Text;
using Vectorized.Bench.Nexmark;
using Vectorized.Connectors.Generators;

namespace Vectorized.Bench.Floor;

/// <summary>
/// q17: counts, extremes, average and sum of an auction's bids on a day. One array of accumulators by auction for each
/// day; a group touched in a tick is listed once and its result row rewritten at the tick's end.
/// </summary>
internal sealed class AuctionStatisticsLoop : FloorLoop
{
    private const long FirstId = 1000;
    private const long DayMicros = 86_400_000_000;
    private const long MicrosPerUnit = 1_000_000;

    private readonly List<Day> _days = [];
    private readonly int _auctionCount;
    private readonly ResultColumn<(int Day, int Auction)> _dirty;
    private readonly ResultColumn<Result> _result;
    private int _tick;

    internal AuctionStatisticsLoop(NexmarkBlocks input)
    {
        // Bids may name auctions up to ten ahead of the last.
        _auctionCount = input.Rows(NexmarkKind.Auction) + 16;
        _result = new ResultColumn<Result>(input.Rows(NexmarkKind.Bid));
        _dirty = new ResultColumn<(int, int)>(input.Rows(NexmarkKind.Bid));
        Reset();
    }

    internal override string Query => "q17";

    internal override void Reset()
    {
        _tick = 1;
        _dirty.Clear();
        _result.Clear();
        foreach (var day in _days)
        {
            Array.Clear(day.Groups);
        }
    }

    internal override void Consume(NexmarkBlock block)
    {
        ReadOnlySpan<long> auctions = block.Bids[0].Values<long>();
        ReadOnlySpan<long> prices = block.Bids[2].Values<long>();
        ReadOnlySpan<long> times = block.Bids[5].Values<long>();
        int start = 0;
        while (start < times.Length)
        {
            long day = times[start] / DayMicros;
            int end = TimeRuns.End(times, start, (day + 1) * DayMicros);
            AddRun(DayIndex(day), auctions[start..end], prices[start..end]);
            start = end;
        }
    }

    private int DayIndex(long number)
    {
        int index = _days.FindIndex(day => day.Number == number);
        if (index < 0)
        {
            index = _days.Count;
            _days.Add(new Day(number, new Group[_auctionCount]));
        }

        return index;
    }

    private void AddRun(int day, ReadOnlySpan<long> auctions, ReadOnlySpan<long> prices)
    {
        var groups = _days[day].Groups;
        int tick = _tick;
        for (int i = 0; i < auctions.Length; i++)
        {
            int index = (int)(auctions[i] - FirstId);
            long price = prices[i];
            ref var group = ref groups[index];
            if (group.Tick != tick)
            {
                if (group.Total == 0)
                {
                    group.Min = long.MaxValue;
                    group.Row = (int)_result.Count;
                    _result.Extend(1);
                }

                group.Tick = tick;
                _dirty.Add((day, index));
            }

            group.Total++;
            group.Low += price < 10_000 ? 1 : 0;
            group.High += price >= 1_000_000 ? 1 : 0;
            group.Min = Math.Min(group.Min, price);
            group.Max = Math.Max(group.Max, price);
            group.Sum += price;
        }
    }

    internal override void EndTick()
    {
        for (long i = 0; i < _dirty.Count; i++)
        {
            var (day, auction) = _dirty[i];
            ref var group = ref _days[day].Groups[auction];
            ref var result = ref _result[group.Row];
            result.Auction = auction + FirstId;
            result.Day = _days[day].Number;
            result.Total = group.Total;
            result.Low = group.Low;
            result.Middle = group.Total - group.Low - group.High;
            result.High = group.High;
            result.Min = group.Min;
            result.Max = group.Max;
            result.AverageMicros = AverageMicros(group.Sum, group.Total);
            result.Sum = group.Sum;
        }

        _dirty.Clear();
        _tick++;
    }

    /// <summary>The average in millionths, half up.</summary>
    private static long AverageMicros(long sum, int count)
    {
        if (sum < long.MaxValue / (4 * MicrosPerUnit))
        {
            return ((sum * MicrosPerUnit * 2) + count) / (2L * count);
        }

        return (long)((((Int128)sum * MicrosPerUnit * 2) + count) / (2 * count));
    }

    internal override long RowCount => _result.Count;

    internal override void Write(string path)
    {
        using var csv = new CsvWriter(
            path,
            "auction", "day", "total_bids", "rank1_bids", "rank2_bids", "rank3_bids", "min_price", "max_price", "avg_price",
            "sum_price");
        for (long i = 0; i < _result.Count; i++)
        {
            ref var row = ref _result[i];
            string day = DateTime.UnixEpoch.AddDays(row.Day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            csv.Number(row.Auction).Text(Encoding.ASCII.GetBytes(day));
            csv.Number(row.Total).Number(row.Low).Number(row.Middle).Number(row.High).Number(row.Min).Number(row.Max);
            csv.Scaled(row.AverageMicros, 6).Number(row.Sum).End();
        }
    }

    public override void Dispose()
    {
        _dirty.Dispose();
        _result.Dispose();
    }

    private sealed record Day(long Number, Group[] Groups);

    private struct Group
    {
        internal long Min;
        internal long Max;
        internal long Sum;
        internal int Total;
        internal int Low;
        internal int High;
        internal int Tick;
        internal int Row;
    }

    private struct Result
    {
        internal long Auction;
        internal long Day;
        internal long Total;
        internal long Low;
        internal long Middle;
        internal long High;
        internal long Min;
        internal long Max;
        internal long AverageMicros;
        internal long Sum;
    }
}
