using Vectorized.Engine.Columns;
using Vectorized.Engine.Operators;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Operators;

/// <summary>The arrangement holds what the history adds up to; what passes on is the net of each tick and nothing else.</summary>
public class MaterializeOperatorTests
{
    private static readonly SqlType[] _types = [SqlType.Int64, SqlType.Varchar, SqlType.Int32];

    [Theory]
    [InlineData("keyed")]
    [InlineData("bag")]
    [InlineData("append-only")]
    public void Materialize_RandomHistory_HoldsItsSumAndPassesTheNet(string form)
    {
        for (int seed = 1; seed <= 12; seed++)
        {
            Run(form, seed);
        }
    }

    private static void Run(string form, int seed)
    {
        var random = new Random(seed);
        int[]? key = form == "keyed" ? [0] : null;
        bool appendOnly = form == "append-only";
        var history = new RandomHistory(
            random, _types,
            r => Rows.New(
                _types, r.Next(key is null ? 3 : 20), r.Next(4) == 0 ? null : "a text beyond twelve bytes, number " + r.Next(3),
                r.Next(3)),
            appendOnly)
        { Key = key };
        using var harness = new OperatorHarness();
        using var arrangement = new Arrangement(
            new ArrangementSpec("relation", _types, key, appendOnly, HashSeed: 42), harness.Context.State);
        var materialize = new MaterializeOperator(harness.Context, arrangement);
        harness.AddInput(_types).ConnectTo(materialize, 0);
        harness.Watch(materialize);
        for (int tick = 0; tick < 20; tick++)
        {
            harness.BeginTick();
            for (int i = random.Next(4); i > 0; i--)
            {
                harness.Push(0, history.NextBatch(8));
            }

            harness.EndTick();
            string where = $"seed {seed}, tick {tick}, {materialize.Form}";
            Assert.True(harness.Total.SameAs(history.Content), $"{where}: off by {harness.Total.Difference(history.Content)}");
            Assert.True(appendOnly || key is null || harness.LastDeltaRows == harness.LastDelta.Count, where);
            var held = Held(arrangement, harness.Context.Tick - 1);
            Assert.True(held.SameAs(history.Content), $"{where}: holds {held.Difference(history.Content)} too much");
        }

        Assert.Contains(form, materialize.Form, StringComparison.Ordinal);
    }

    private static ZSet Held(Arrangement arrangement, long tick)
    {
        using var arena = new Arena();
        var held = new ZSet();
        var scan = arrangement.Scan(tick, [0, 1, 2]);
        var batch = new Batch();
        while (scan.Next(batch, arena))
        {
            held.Change(batch);
        }

        return held;
    }
}
