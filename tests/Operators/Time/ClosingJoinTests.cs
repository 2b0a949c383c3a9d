using Vectorized.Engine.Operators;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;
using Vectorized.Tests.Operators.Joins;

namespace Vectorized.Tests.Operators.Time;

/// <summary>
/// A join that forgets rows whose key both sides' watermarks have passed gives the same output as one that does not, and keeps
/// open rows only.
/// </summary>
public class ClosingJoinTests
{
    private static readonly SqlType[] _types = [SqlType.Int64, SqlType.Varchar];

    [Theory]
    [InlineData(JoinKind.Inner, false)]
    [InlineData(JoinKind.Inner, true)]
    [InlineData(JoinKind.Left, false)]
    [InlineData(JoinKind.Full, false)]
    [InlineData(JoinKind.Semi, false)]
    [InlineData(JoinKind.Anti, true)]
    public void ClosingJoin_RandomHistory_OutputStaysAndStateShrinks(JoinKind kind, bool appendOnly)
    {
        for (int seed = 1; seed <= 15; seed++)
        {
            RunHistory(kind, appendOnly, seed);
        }
    }

    internal static void RunHistory(JoinKind kind, bool appendOnly, int seed, long watermarkIsEarly = 0)
    {
        var random = new Random(seed);
        using var harness = new OperatorHarness();
        var streamKind = appendOnly ? StreamKind.AppendOnly : StreamKind.General;
        bool twoKeys = seed % 2 == 0;
        int[] keys = twoKeys ? [1, 0] : [0];
        bool[] strict = [.. keys.Select(_ => false)];
        var node = new JoinNode(
            PlanNodes.Scan(_types, streamKind, id: 1), PlanNodes.Scan(_types, streamKind, id: 2), kind, keys, keys, strict, null)
        {
            Columns = PlanNodes.Columns(kind is JoinKind.Semi or JoinKind.Anti ? _types : [.. _types, .. _types]),
            Properties = new StreamProperties(StreamKind.General, null),
            Closing = new WindowClosing(keys.Length - 1, [new WatermarkTerm(1, []), new WatermarkTerm(2, [])]),
        };
        var join = harness.Create(new OperatorFactory(), node, harness.AddInput(_types), harness.AddInput(_types));
        harness.Watch(join);
        Func<Random, Row> row = r => Rows.New(_types, null, r.Next(5) == 0 ? null : r.Next(2) == 0 ? "a" : "a longer text, beyond twelve");
        WatermarkedHistory[] sides = [new(random, row, appendOnly), new(random, row, appendOnly)];
        var naive = new NaiveJoin(kind, _types, _types, keys, keys, strict, null);
        for (int tick = 0; tick < 60; tick++)
        {
            harness.BeginTick();
            for (int side = 0; side < 2; side++)
            {
                harness.Push(side, sides[side].NextTick());
                if (sides[side].Watermark is { } watermark)
                {
                    harness.Context.Watermarks.Set(side + 1, watermark + watermarkIsEarly);
                }
            }

            harness.EndTick(random.Next(2) == 0 ? [0, 1] : [1, 0]);
            var expected = naive.Run(sides[0].Content, sides[1].Content);
            Assert.True(
                harness.Total.SameAs(expected), $"seed {seed}, tick {tick}, {join.Form}: off by {harness.Total.Difference(expected)}");
        }

        // What the last tick's watermarks passed is freed in the next.
        harness.BeginTick();
        harness.EndTick();
        long reached = Math.Min(sides[0].Watermark ?? 0, sides[1].Watermark ?? 0);
        long open = sides.Sum(s => s.Content.Keys.Count(r => r[0].IsNull || r[0].AsInt64 >= reached));
        Assert.Equal(open, harness.Context.State.Arrangements.Sum(a => a.LiveRows));
    }
}
