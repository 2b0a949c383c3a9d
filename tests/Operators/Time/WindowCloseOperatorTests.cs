using Vectorized.Engine.Operators;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Operators.Time;

/// <summary>
/// EMIT ON WINDOW CLOSE against its definition: after each tick the output is the rows whose value is below the watermark; it
/// has insertions only, each row once.
/// </summary>
public class WindowCloseOperatorTests
{
    private static readonly SqlType[] _types = [SqlType.Int64, SqlType.Varchar];

    [Fact]
    public void WindowClose_RandomHistory_MatchesDefinition()
    {
        for (int seed = 1; seed <= 30; seed++)
        {
            RunHistory(seed);
        }
    }

    /// <param name="seed">Of the history.</param>
    /// <param name="watermarkIsEarly">By how much the operator is told a watermark above the true one.</param>
    /// <param name="mutateInput">Planted before the operator.</param>
    /// <param name="mutateOutput">Planted behind it.</param>
    internal static void RunHistory(
        int seed, long watermarkIsEarly = 0, Func<OperatorContext, Operator>? mutateInput = null,
        Func<OperatorContext, Operator>? mutateOutput = null)
    {
        var random = new Random(seed);
        using var harness = new OperatorHarness();
        var scan = PlanNodes.Scan(_types);
        var node = new WindowCloseNode(scan, new WindowClosing(0, [new WatermarkTerm(1, [])]))
        {
            Columns = scan.Columns,
            Properties = scan.Properties with { Kind = StreamKind.AppendOnly },
        };
        var close = harness.Create(new OperatorFactory(), node, harness.Mutated(harness.AddInput(_types), mutateInput));
        harness.Watch(harness.Mutated(close, mutateOutput));
        var history = new WatermarkedHistory(random, r => Rows.New(_types, null, r.Next(3) == 0 ? null : "text of row " + r.Next(3)));
        for (int tick = 0; tick < 60; tick++)
        {
            harness.BeginTick();
            harness.Push(0, history.NextTick());
            if (history.Watermark is { } watermark)
            {
                harness.Context.Watermarks.Set(1, watermark + watermarkIsEarly);
            }

            harness.EndTick();
            string where = $"seed {seed}, tick {tick}";
            var expected = new ZSet();
            expected.Add(history.Below());
            Assert.True(harness.Total.SameAs(expected), $"{where}: off by {harness.Total.Difference(expected)}");
            Assert.All(harness.LastDelta, p => Assert.True(p.Value > 0, where));
            Assert.Equal(harness.LastDelta.Values.Sum(), harness.LastDeltaRows);
        }
    }

    [Fact]
    public void WindowClose_ChangeBelowTheWatermark_IsAnError()
    {
        using var harness = new OperatorHarness();
        var scan = PlanNodes.Scan(_types);
        var node = new WindowCloseNode(scan, new WindowClosing(0, [new WatermarkTerm(1, [])]))
        {
            Columns = scan.Columns,
            Properties = scan.Properties,
        };
        harness.Watch(harness.Create(new OperatorFactory(), node, harness.AddInput(_types)));
        harness.Context.Watermarks.Set(1, 10);
        harness.BeginTick();
        harness.Push(0, [(Rows.New(_types, 5L, "in the tick that raised it"), 1L)]);
        harness.EndTick();
        Assert.Single(harness.Total);
        harness.Push(0, [(Rows.New(_types, 9L, "late"), 1L)]);
        Assert.Throws<SqlException>(() => harness.EndTick());
    }
}
