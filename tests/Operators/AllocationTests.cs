using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Operators;
using Vectorized.Engine.Planning;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Operators;

/// <summary>Once warm, a tick of thousands of rows allocates nothing on the managed heap, in any operator.</summary>
public class AllocationTests
{
    private const int WarmTicks = 60;
    private const int MeasuredTicks = 20;
    private static readonly SqlType[] _types =
        [SqlType.Int64, SqlType.Int64, SqlType.Varchar, SqlType.Float64, SqlType.NumericOf(10, 2), SqlType.Boolean, SqlType.Timestamp];

    public static TheoryData<string> Operators() =>
    [
        "filter", "project", "union", "hop", "panes", "inner join", "left join", "left join residual", "semi join", "aggregate append-only",
        "aggregate", "distinct", "extremes", "distinct aggregates", "top-n", "top-n append-only", "top-1", "row number",
    ];

    [Theory]
    [MemberData(nameof(Operators))]
    public void Tick_OnceWarm_AllocatesNothing(string name)
    {
        var context = new OperatorContext(0, 1, new Arena()) { HashSeed = 1, State = StateContext.Private(), Tick = 1 };
        var inputs = new[] { new InputOperator(context), new InputOperator(context) };
        var made = new List<Operator>();
        bool appendOnly = name.Contains("append-only", StringComparison.Ordinal) || name == "top-1";
        var node = Node(name, appendOnly ? StreamKind.AppendOnly : StreamKind.General);
        var root = new OperatorFactory().Create(node, context, [.. inputs.Take(node.Inputs.Count)], made.Add);
        int inputCount = node.Inputs.Count;
        long rowsOut = 0;
        root.ConnectTo(new CaptureOperator(context, batch => rowsOut += batch.RowCount), 0);
        // Two vectors of rows, in turn inserted and, unless the stream is append-only, retracted.
        using var first = Vector(1);
        using var second = Vector(2);
        for (int tick = 0; tick < WarmTicks; tick++)
        {
            Tick(tick);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int tick = 0; tick < MeasuredTicks; tick++)
        {
            Tick(tick);
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        made.ForEach(o => o.Drop());
        context.State.Dispose();
        context.TickArena.Dispose();
        Assert.True(rowsOut > 0);
        Assert.True(allocated == 0, $"{root.Form}: {allocated} bytes in {MeasuredTicks} ticks");

        void Tick(int tick)
        {
            for (int i = 0; i < inputCount; i++)
            {
                var source = (i == 0 ? first : second).Batch;
                var batch = context.Batches.Take(source.RowCount, source.ColumnCount);
                for (int column = 0; column < source.ColumnCount; column++)
                {
                    batch[column] = source[column];
                }

                if (!appendOnly)
                {
                    var weights = context.TickArena.Allocate<long>(source.RowCount);
                    weights.Fill((tick & 1) == 0 ? 1 : -1);
                    batch.SetWeights(weights);
                }

                inputs[i].Push(0, batch);
            }

            for (int i = 0; i < inputCount; i++)
            {
                inputs[i].EndTick(0);
            }

            context.State.Ticks.Publish(context.Tick);
            context.State.EndTick();
            context.ResetTick();
            context.Tick++;
        }
    }

    private static OwnedBatch Vector(int seed)
    {
        var random = new Random(seed);
        return Rows.ToBatch(_types, Enumerable.Range(0, 2000).Select(i => (
            Rows.New(
                _types, random.Next(300), (long)i, "text " + random.Next(50) + " beyond twelve bytes", random.Next(100) * 0.25,
                random.Next(10000), random.Next(2) == 0, random.NextInt64(1 << 30)),
            1L)));
    }

    private static PlanNode Node(string name, StreamKind kind)
    {
        var properties = new StreamProperties(kind, null);
        var scan = PlanNodes.Scan(_types, kind);
        var other = PlanNodes.Scan(_types, kind, id: 2);
        var residual = TestExpressions.Call("<", TestExpressions.Column(1, SqlType.Int64), TestExpressions.Column(8, SqlType.Int64));
        SortKey[] order = [new(3, true, true), new(6, false, false)];
        AggregateCall Of(AggregateKind k, int argument, SqlType result, bool distinct = false, int filter = -1) =>
            new(k, argument, _types[argument], result, distinct, filter);
        AggregateNode Aggregate(int[] group, params AggregateCall[] calls) => new(scan, group, calls)
        {
            Columns = PlanNodes.Columns([.. group.Select(g => _types[g]), .. calls.Select(c => c.ResultType)]),
            Properties = properties,
        };
        JoinNode Join(JoinKind join, ScalarExpression? predicate = null) => new(scan, other, join, [0], [0], [false], predicate)
        {
            Columns = PlanNodes.Columns(join == JoinKind.Semi ? _types : [.. _types, .. _types]),
            Properties = properties,
        };
        TopNNode Top(int limit, bool rowNumbers = false) => new(scan, [0], order, TestExpressions.Constant(limit), null, rowNumbers)
        {
            Columns = PlanNodes.Columns(rowNumbers ? [.. _types, SqlType.Int64] : _types),
            Properties = properties,
        };
        return name switch
        {
            "filter" => new FilterNode(scan, TestExpressions.Call("<", TestExpressions.Column(0, SqlType.Int64), TestExpressions.Constant(100)))
            {
                Columns = scan.Columns,
                Properties = properties,
            },
            "project" => new ProjectNode(
                scan,
                [TestExpressions.Column(2, SqlType.Varchar), TestExpressions.Call("+", TestExpressions.Column(0, SqlType.Int64), TestExpressions.Column(1, SqlType.Int64))])
            {
                Columns = PlanNodes.Columns(SqlType.Varchar, SqlType.Int64),
                Properties = properties,
            },
            "union" => new UnionAllNode([scan, other]) { Columns = scan.Columns, Properties = properties },
            "hop" => new HopNode(scan, 6, 1 << 20, 1 << 22, 0)
            {
                Columns = PlanNodes.Columns([.. _types, SqlType.Timestamp, SqlType.Timestamp]),
                Properties = properties,
            },
            "panes" => new PaneNode(scan, 6, 1 << 20, 0) { Columns = scan.Columns, Properties = properties },
            "inner join" => Join(JoinKind.Inner),
            "left join" => Join(JoinKind.Left),
            "left join residual" => Join(JoinKind.Left, residual),
            "semi join" => Join(JoinKind.Semi),
            "aggregate" or "aggregate append-only" => Aggregate(
                [2, 5], new AggregateCall(AggregateKind.CountStar, -1, SqlType.Unknown, SqlType.Int64),
                Of(AggregateKind.Sum, 1, SqlType.NumericOf(38, 0)), Of(AggregateKind.Avg, 4, SqlType.Numeric),
                Of(AggregateKind.Sum, 3, SqlType.Float64, filter: 5)),
            "distinct" => Aggregate([0, 2]),
            "extremes" => Aggregate([0], Of(AggregateKind.Max, 1, SqlType.Int64), Of(AggregateKind.Min, 2, SqlType.Varchar)),
            "distinct aggregates" => Aggregate(
                [5], Of(AggregateKind.Count, 0, SqlType.Int64, true), Of(AggregateKind.Count, 0, SqlType.Int64, true, 5)),
            "top-n" => Top(10),
            "top-n append-only" => Top(10),
            "top-1" => Top(1),
            _ => Top(5, rowNumbers: true),
        };
    }
}
