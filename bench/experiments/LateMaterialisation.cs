using System.Diagnostics;
using Vectorized.Bench.Nexmark;
using Vectorized.Connectors.Generators;
using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Operators;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Bench.Experiments;

/// <summary>
/// Experiment 4: Nexmark q9 (winning bids: join, then top-1 with all columns) and q18 (last bid of a bidder on an auction) with
/// late materialisation within the tick and without. With it wide columns travel as row numbers and the winner of a
/// tick is copied once; without it they are gathered at every step and every improvement is copied at once. At the
/// event densities of Flink's suite (100 ns) and Feldera's (10 ms), in ticks of a few blocks.
/// </summary>
internal sealed class LateMaterialisation : IExperiment
{
    private const long Events = 2_000_000;
    private const int Rounds = 5;

    public string Name => "late-materialisation";

    public string Summary => "Nexmark q9 and q18 with and without late materialisation within the tick";

    public int Run(TextWriter output)
    {
        foreach (long gap in (long[])[100, 10_000_000])
        {
            using var blocks = new NexmarkBlocks(Events, gap);
            foreach (int blocksPerTick in (int[])[1, 12])
            {
                foreach (string query in (string[])["q9", "q18"])
                {
                    var (late, early) = Compare(query, blocks, blocksPerTick);
                    output.WriteLine(
                        $"{query}, {gap / 1000.0:0.0} us between events, ticks of {blocksPerTick * NexmarkBlocks.EventsPerBlock:N0}: "
                        + $"late {late / 1e6:0.00} M events/s, early {early / 1e6:0.00} M, {late / early:0.00} times");
                }
            }
        }

        return 0;
    }

    /// <summary>The medians, rounds of both in turn.</summary>
    private static (double Late, double Early) Compare(string query, NexmarkBlocks blocks, int blocksPerTick)
    {
        var late = new double[Rounds];
        var early = new double[Rounds];
        Measure(query, blocks, blocksPerTick, materialisesLate: true);
        Measure(query, blocks, blocksPerTick, materialisesLate: false);
        for (int i = 0; i < Rounds; i++)
        {
            late[i] = Measure(query, blocks, blocksPerTick, materialisesLate: true);
            early[i] = Measure(query, blocks, blocksPerTick, materialisesLate: false);
        }

        Array.Sort(late);
        Array.Sort(early);
        return (late[Rounds / 2], early[Rounds / 2]);
    }

    private static double Measure(string query, NexmarkBlocks blocks, int blocksPerTick, bool materialisesLate)
    {
        using var bed = new OperatorBed(materialisesLate);
        var auctions = new InputOperator(bed.Context);
        var bids = new InputOperator(bed.Context);
        bed.Sink(query == "q9" ? WinningBids(bed, auctions, bids) : LastBids(bed, bids));
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < blocks.Blocks.Count; i++)
        {
            auctions.Push(0, blocks.Blocks[i].Auctions);
            bids.Push(0, blocks.Blocks[i].Bids);
            if ((i + 1) % blocksPerTick == 0 || i == blocks.Blocks.Count - 1)
            {
                auctions.EndTick(0);
                bids.EndTick(0);
                bed.NextTick();
            }
        }

        return blocks.EventCount / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static Operator LastBids(OperatorBed bed, InputOperator bids)
    {
        var types = TypesOf(NexmarkKind.Bid);
        return bed.Create(First(OperatorBed.Scan(types, StreamKind.AppendOnly), types, [1, 0], [new SortKey(5, true, true)]), bids);
    }

    private static Operator WinningBids(OperatorBed bed, InputOperator auctions, InputOperator bids)
    {
        var auction = TypesOf(NexmarkKind.Auction);
        var bid = TypesOf(NexmarkKind.Bid);
        SqlType[] both = [.. auction, .. bid];
        int bidTime = auction.Length + 5;
        var between = new LogicalExpression(IsAnd: true, [Compare(">=", bidTime, 5), Compare("<=", bidTime, 6)]);
        var join = new JoinNode(
            OperatorBed.Scan(auction, StreamKind.AppendOnly), OperatorBed.Scan(bid, StreamKind.AppendOnly), JoinKind.Inner,
            [0], [0], [false], between)
        {
            Columns = OperatorBed.Columns(both),
            Properties = new StreamProperties(StreamKind.AppendOnly, null),
        };
        var joined = bed.Create(join, auctions, bids);
        SortKey[] order = [new(auction.Length + 2, true, true), new(bidTime, false, false)];
        return bed.Create(First(join, both, [0], order), joined);
    }

    private static TopNNode First(PlanNode input, SqlType[] types, int[] partition, SortKey[] order) =>
        new(input, partition, order, new ConstantExpression(Datum.OfInt64(1), SqlType.Int64), null, false)
        {
            Columns = OperatorBed.Columns(types),
            Properties = new StreamProperties(StreamKind.General, partition),
        };

    private static CallExpression Compare(string name, int left, int right)
    {
        var function = BuiltinFunctions.Shared.Overloads(name).First(
            f => f.Parameters.Count == 2 && f.Parameters.All(p => p.Equals(SqlType.Timestamp)));
        return new CallExpression(
            function, [new ColumnExpression(left, SqlType.Timestamp), new ColumnExpression(right, SqlType.Timestamp)], SqlType.Boolean);
    }

    private static SqlType[] TypesOf(NexmarkKind kind) => [.. NexmarkSchema.Of(kind).Select(c => c.Type)];
}
