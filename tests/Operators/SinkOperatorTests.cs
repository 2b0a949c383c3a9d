using Vectorized.Engine.Columns;
using Vectorized.Engine.Operators;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Operators;

/// <summary>
/// What leaves a sink is the net of each tick: retractions first, by key, and the same rows in the same order however they
/// came. Checked at every tick against the history's own content.
/// </summary>
public class SinkOperatorTests
{
    private static readonly SqlType[] _types = [SqlType.Int64, SqlType.Varchar, SqlType.Int32];

    [Theory]
    [InlineData("keyed")]
    [InlineData("bag")]
    [InlineData("append-only")]
    public void Sink_RandomHistory_LetsTheNetOut(string form)
    {
        for (int seed = 1; seed <= 12; seed++)
        {
            RunHistory(form, seed);
        }
    }

    [Fact]
    public void Sink_InsertionsOnly_DropsRetractions()
    {
        using var harness = new OperatorHarness();
        var sink = Make(harness, "keyed", insertsOnly: true, null);
        harness.BeginTick();
        harness.Push(0, [(Rows.New(_types, 1, "a", 1), 1), (Rows.New(_types, 2, "b", 1), 1)]);
        harness.EndTick();
        harness.BeginTick();
        harness.Push(0, [(Rows.New(_types, 1, "a", 1), -1), (Rows.New(_types, 1, "a", 2), 1), (Rows.New(_types, 2, "b", 1), -1)]);
        harness.EndTick();

        Assert.Equal(["(1, 'a', 1) +1", "(2, 'b', 1) +1", "(1, 'a', 2) +1"], Taken(sink));
        Assert.Equal("insertions only", sink.Form);
    }

    [Fact]
    public void Sink_Discarding_KeepsNothing()
    {
        using var harness = new OperatorHarness();
        var sink = new SinkOperator(harness.Context, Node("bag", false) with { Discards = true });
        harness.AddInput(_types).ConnectTo(sink, 0);
        harness.Watch(sink);
        harness.BeginTick();
        harness.Push(0, [(Rows.New(_types, 1, "a", 1), 1)]);
        harness.EndTick();

        Assert.False(sink.HasRows);
        Assert.Equal("discard", sink.Form);
    }

    internal static void RunHistory(string form, int seed, Func<OperatorContext, Operator>? mutateInput = null)
    {
        var random = new Random(seed);
        int[]? key = form == "keyed" ? [0] : null;
        var history = new RandomHistory(
            random, _types,
            r => Rows.New(
                _types, r.Next(key is null ? 3 : 20), r.Next(4) == 0 ? null : "a text beyond twelve bytes, number " + r.Next(3),
                r.Next(3)),
            form == "append-only")
        { Key = key };
        using var harness = new OperatorHarness();
        var sink = Make(harness, form, insertsOnly: false, mutateInput);
        for (int tick = 0; tick < 20; tick++)
        {
            var before = history.Content.Copy();
            harness.BeginTick();
            for (int i = random.Next(4); i > 0; i--)
            {
                harness.Push(0, history.NextBatch(8));
            }

            harness.EndTick();
            string where = $"{form}, seed {seed}, tick {tick}";
            var net = new ZSet();
            while (sink.HasRows)
            {
                using var rows = sink.Take();
                net.Change(rows.Batch);
                CheckOrder(rows.Batch, key is not null, where);
            }

            var expected = history.Content.Copy();
            expected.Add(before, -1);
            Assert.True(net.SameAs(expected), $"{where}: off by {net.Difference(expected)}");
        }
    }

    private static void CheckOrder(Batch rows, bool isKeyed, string where)
    {
        for (int row = 0; row < rows.RowCount; row++)
        {
            Assert.True(Math.Abs(rows.Weight(row)) == 1, where);
            if (row == 0)
            {
                continue;
            }

            Assert.True(rows.Weight(row - 1) <= rows.Weight(row), $"{where}: a retraction after an insertion");
            bool sameSign = rows.Weight(row - 1) == rows.Weight(row);
            Assert.True(
                !sameSign || rows[0].Value<long>(row - 1) <= rows[0].Value<long>(row) + (isKeyed ? -1 : 0), $"{where}: not in key order");
        }
    }

    private static SinkOperator Make(
        OperatorHarness harness, string form, bool insertsOnly, Func<OperatorContext, Operator>? mutateInput)
    {
        var sink = new SinkOperator(harness.Context, Node(form, insertsOnly));
        harness.Mutated(harness.AddInput(_types), mutateInput).ConnectTo(sink, 0);
        harness.Watch(sink);
        return sink;
    }

    private static SinkNode Node(string form, bool insertsOnly)
    {
        int[]? key = form == "keyed" ? [0] : null;
        var scan = PlanNodes.Scan(_types, form == "append-only" ? StreamKind.AppendOnly : StreamKind.General, key);
        return new SinkNode(scan, 9, "s", Discards: false, insertsOnly) { Columns = scan.Columns, Properties = scan.Properties };
    }

    private static List<string> Taken(SinkOperator sink)
    {
        var taken = new List<string>();
        while (sink.HasRows)
        {
            using var rows = sink.Take();
            for (int row = 0; row < rows.Batch.RowCount; row++)
            {
                taken.Add($"{Rows.Of(rows.Batch, row)} {rows.Batch.Weight(row):+0;-0}");
            }
        }

        return taken;
    }
}
