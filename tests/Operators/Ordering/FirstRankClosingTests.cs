using Vectorized.Engine.Binding;
using Vectorized.Engine.Operators;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;
using Vectorized.Tests.Operators.Time;

namespace Vectorized.Tests.Operators.Ordering;

/// <summary>First ranks that forget partitions below the watermark: the output stays, the state holds open partitions only.</summary>
public class FirstRankClosingTests
{
    private static readonly SqlType[] _types = [SqlType.Int64, SqlType.Int64];

    [Fact]
    public void ClosingFirstRank_RandomHistory_OutputStaysAndStateShrinks()
    {
        for (int seed = 1; seed <= 25; seed++)
        {
            RunHistory(seed);
        }
    }

    internal static void RunHistory(int seed, long watermarkIsEarly = 0)
    {
        var random = new Random(seed);
        using var harness = new OperatorHarness();
        var node = new WindowNode(
            PlanNodes.Scan(_types, StreamKind.AppendOnly), [0], [new SortKey(1, true, false)],
            [new WindowCall(WindowFunctionKind.Rank, SqlType.Int64, WindowFrame.Default)])
        {
            Limit = new RankLimit(0, 1),
            Columns = PlanNodes.Columns(SqlType.Int64, SqlType.Int64, SqlType.Int64),
            Properties = new StreamProperties(StreamKind.General, null),
            Closing = new WindowClosing(0, [new WatermarkTerm(1, [])]),
        };
        var first = harness.Create(new OperatorFactory(), node, harness.AddInput(_types));
        harness.Watch(first);
        var history = new WatermarkedHistory(random, r => Rows.New(_types, null, r.Next(4) == 0 ? null : (long)r.Next(4)), appendOnly: true);
        for (int tick = 0; tick < 80; tick++)
        {
            harness.BeginTick();
            harness.Push(0, history.NextTick());
            if (history.Watermark is { } watermark)
            {
                harness.Context.Watermarks.Set(1, watermark + watermarkIsEarly);
            }

            harness.EndTick();
            var expected = Expected(history.Content);
            Assert.True(
                harness.Total.SameAs(expected), $"seed {seed}, tick {tick}, {first.Form}: off by {harness.Total.Difference(expected)}");
        }

        Assert.Equal("first rank (append-only), closing", first.Form);
        long open = Expected(history.Content).Keys.Count(r => r[0].IsNull || r[0].AsInt64 >= history.Watermark);
        harness.BeginTick();
        harness.EndTick();
        Assert.Equal(open, first.Counters.StateRows);
    }

    private static ZSet Expected(ZSet content)
    {
        var expected = new ZSet();
        foreach (var group in content.GroupBy(p => p.Key[0]))
        {
            long? best = group.Any(p => !p.Key[1].IsNull) ? group.Where(p => !p.Key[1].IsNull).Max(p => p.Key[1].AsInt64) : null;
            foreach (var (row, weight) in group.Where(p => p.Key[1].IsNull ? best is null : p.Key[1].AsInt64 == best))
            {
                expected.Change(row.Concat(new Row(Datum.OfInt64(1))), weight);
            }
        }

        return expected;
    }
}
