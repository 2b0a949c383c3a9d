using System.Diagnostics;
using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Operators;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Bench.Experiments;

/// <summary>
/// What a one-row change costs in a group of 1,000 and of 1,000,000 rows, where rows may be retracted: a top 10 whose first row
/// goes and comes back, a MAX whose maximum does, and window functions over one partition whose last row does. A tick a change;
/// the goal is a ratio below 3.
/// </summary>
internal sealed class OneRowChange : IExperiment
{
    private const int Small = 1_000;
    private const int Large = 1_000_000;
    private const int Changes = 2_000;
    private const int Rounds = 15;

    private static readonly SqlType[] _types = [SqlType.Int64, SqlType.Int64];

    public string Name => "one-row-change";

    public string Summary => "a one-row change in top-N, retractable MAX and windows, groups of 1e3 and 1e6 rows";

    public int Run(TextWriter output)
    {
        bool isGood = true;
        (string, PlanNode)[] cases = [
            ("top 10", TopTen()), ("max", Maximum()),
            ("window, lag and a sum of 10 rows", Window(descending: false, Lag(), Framed(AggregateKind.Sum, FrameBound.Rows(-9)))),
            ("window, running sum and max", Window(
                descending: false, Framed(AggregateKind.Sum, FrameBound.Unbounded), Framed(AggregateKind.Max, FrameBound.Unbounded))),
            ("window, dense_rank", Window(descending: false, Rank(WindowFunctionKind.DenseRank))),
            ("window, rank up to 10", Window(descending: true, Rank(WindowFunctionKind.Rank)) with { Limit = new RankLimit(0, 10) })];
        foreach (var (label, node) in cases)
        {
            var (small, large) = Measure(node);
            isGood &= large < 3 * small;
            output.WriteLine(
                $"{label}: {small:0} ns a change in {Small:N0} rows, {large:0} ns in {Large:N0}: ratio {large / small:0.00}");
        }

        return isGood ? 0 : 1;
    }

    private static ScanNode Input() => OperatorBed.Scan(_types, StreamKind.General, [1]);

    private static TopNNode TopTen() =>
        new(Input(), [], [new SortKey(0, Descending: true, NullsFirst: false)], Constant(10), null, false)
        {
            Columns = OperatorBed.Columns(_types),
            Properties = new StreamProperties(StreamKind.General, [1]),
        };

    private static AggregateNode Maximum() =>
        new(Input(), [], [new AggregateCall(AggregateKind.Max, 0, SqlType.Int64, SqlType.Int64)])
        {
            Columns = OperatorBed.Columns([SqlType.Int64]),
            Properties = new StreamProperties(StreamKind.General, []),
        };

    private static WindowNode Window(bool descending, params WindowCall[] calls) =>
        new(Input(), [], [new SortKey(0, descending, NullsFirst: false)], calls)
        {
            Columns = OperatorBed.Columns([.. _types, .. calls.Select(c => c.ResultType)]),
            Properties = new StreamProperties(StreamKind.General, [1]),
        };

    private static WindowCall Lag() => new(WindowFunctionKind.Lag, SqlType.Int64, WindowFrame.Default)
    {
        Argument = 1,
        ArgumentType = SqlType.Int64,
        Count = 1,
    };

    private static WindowCall Rank(WindowFunctionKind kind) => new(kind, SqlType.Int64, WindowFrame.Default);

    private static WindowCall Framed(AggregateKind kind, FrameBound start) =>
        new(
            WindowFunctionKind.Aggregate, kind == AggregateKind.Sum ? SqlType.NumericOf(38, 0) : SqlType.Int64,
            new WindowFrame(start, FrameBound.Rows(0)))
        {
            Aggregate = kind,
            Argument = 1,
            ArgumentType = SqlType.Int64,
        };

    private static ConstantExpression Constant(long value) => new(Datum.OfInt64(value), SqlType.Int64);

    /// <summary>Medians of rounds in turn, so that other work on the machine falls on both.</summary>
    private static (double Small, double Large) Measure(PlanNode node)
    {
        using var small = new Group(node, Small);
        using var large = new Group(node, Large);
        var smallTimes = new double[Rounds];
        var largeTimes = new double[Rounds];
        for (int round = -1; round < Rounds; round++)
        {
            smallTimes[Math.Max(round, 0)] = small.Change();
            largeTimes[Math.Max(round, 0)] = large.Change();
        }

        Array.Sort(smallTimes);
        Array.Sort(largeTimes);
        return (smallTimes[Rounds / 2], largeTimes[Rounds / 2]);
    }

    /// <summary>One group of so many rows, all of one tick, and one more that is the greatest of all.</summary>
    private sealed class Group : IDisposable
    {
        private readonly OperatorBed _bed = new();
        private readonly InputOperator _input;

        internal Group(PlanNode node, int rows)
        {
            _input = new InputOperator(_bed.Context);
            _bed.Sink(_bed.Create(node, _input));
            var random = new Random(1);
            for (int start = 0; start < rows; start += Batch.RowsMax)
            {
                int from = start;
                Push(_bed, _input, Math.Min(Batch.RowsMax, rows - start), i => (random.Next(1 << 30), from + i), 1);
            }

            Push(_bed, _input, 1, _ => (long.MaxValue, long.MaxValue), 1);
            EndTick();
        }

        /// <summary>The greatest row goes and comes; nanoseconds a change.</summary>
        internal double Change()
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < Changes; i++)
            {
                Push(_bed, _input, 1, _ => (long.MaxValue, long.MaxValue), (i & 1) == 0 ? -1 : 1);
                EndTick();
            }

            return Stopwatch.GetElapsedTime(start).TotalNanoseconds / Changes;
        }

        public void Dispose() => _bed.Dispose();

        private void EndTick()
        {
            _input.EndTick(0);
            _bed.NextTick();
        }
    }

    private static void Push(OperatorBed bed, InputOperator input, int count, Func<int, (long, long)> row, long weight)
    {
        var batch = bed.Context.Batches.Take(count, 2);
        batch[0] = Vector.Allocate(bed.Context.TickArena, SqlType.Int64, count);
        batch[1] = Vector.Allocate(bed.Context.TickArena, SqlType.Int64, count);
        for (int i = 0; i < count; i++)
        {
            (batch[0].Values<long>()[i], batch[1].Values<long>()[i]) = row(i);
        }

        if (weight != 1)
        {
            var weights = bed.Context.TickArena.Allocate<long>(count);
            weights.Fill(weight);
            batch.SetWeights(weights);
        }

        input.Push(0, batch);
    }
}
