using Vectorized.Engine.Binding;
using Vectorized.Engine.Operators;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Operators.Time;

/// <summary>
/// An aggregation that forgets groups below the watermark gives the same output as one that does not, and its state holds open
/// groups only.
/// </summary>
public class ClosingAggregateTests
{
    private static readonly SqlType[] _types = [SqlType.Int64, SqlType.Int64];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ClosingAggregate_RandomHistory_OutputStaysAndStateShrinks(bool appendOnly)
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            RunHistory(seed, appendOnly);
        }
    }

    internal static void RunHistory(int seed, bool appendOnly, long watermarkIsEarly = 0)
    {
        var random = new Random(seed);
        using var harness = new OperatorHarness();
        var scan = PlanNodes.Scan(_types, appendOnly ? StreamKind.AppendOnly : StreamKind.General);
        AggregateCall[] calls =
        [
            new(AggregateKind.CountStar, -1, SqlType.Int64, SqlType.Int64),
            new(AggregateKind.Count, 1, SqlType.Int64, SqlType.Int64, Distinct: true),
        ];
        var node = new AggregateNode(scan, [0], calls)
        {
            Columns = PlanNodes.Columns(SqlType.Int64, SqlType.Int64, SqlType.Int64),
            Properties = new StreamProperties(StreamKind.General, [0]),
            Closing = new WindowClosing(0, [new WatermarkTerm(1, [])]),
        };
        var aggregate = harness.Create(new OperatorFactory(), node, harness.AddInput(_types));
        harness.Watch(aggregate);
        var history = new WatermarkedHistory(random, r => Rows.New(_types, null, r.Next(4) == 0 ? null : (long)r.Next(4)), appendOnly);
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
                harness.Total.SameAs(expected), $"seed {seed}, tick {tick}, {aggregate.Form}: off by {harness.Total.Difference(expected)}");
        }

        Assert.EndsWith("closing", aggregate.Form);
        long open = Expected(history.Content).Keys.Count(r => r[0].IsNull || r[0].AsInt64 >= history.Watermark);
        harness.BeginTick();
        harness.EndTick();
        Assert.Equal(open, aggregate.Counters.StateRows);
    }

    private static ZSet Expected(ZSet content)
    {
        var expected = new ZSet();
        foreach (var group in content.GroupBy(p => p.Key[0]))
        {
            long rows = group.Sum(p => p.Value);
            long distinct = group.Where(p => !p.Key[1].IsNull).Select(p => p.Key[1]).Distinct().Count();
            expected.Change(new Row(group.Key, Datum.OfInt64(rows), Datum.OfInt64(distinct)), 1);
        }

        return expected;
    }
}
