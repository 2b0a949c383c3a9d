using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow;
using Vectorized.Engine.Dataflow.Watermarks;
using Vectorized.Engine.Operators;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;
using Vectorized.Tests.Operators;

namespace Vectorized.Tests.Dataflow;

/// <summary>The gate in front of a relation with a watermark, against its definition row by row.</summary>
public class WatermarkGateTests
{
    private const long Delay = 5;

    private static readonly SqlType[] _types = [SqlType.Int64, SqlType.Int64];

    [Fact]
    public void Gate_OneSplitInAnyChunks_AcceptsTheSameRows()
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            var rows = RandomRows(new Random(seed), 3000);
            long? watermark = null;
            var expected = new List<long>();
            for (int i = 0; i < rows.Count; i++)
            {
                if (rows[i] is { } value && value < watermark)
                {
                    continue;
                }

                expected.Add(i);
                watermark = rows[i] is { } mark ? Math.Max(watermark ?? long.MinValue, mark - Delay) : watermark;
            }

            Assert.InRange(expected.Count, 1, rows.Count - 1);
            foreach (int chunk in (int[])[1, 7, 100, 3000])
            {
                using var gate = new Gate(oneByOne: true);
                var accepted = gate.Feed("0", rows, chunk);
                Assert.Equal(expected, accepted);
                Assert.Equal(watermark, gate.Watermark);
                Assert.Equal(rows.Count, gate.Counted.Accepted + gate.Counted.Late);
                Assert.Equal(expected.Count, gate.Counted.Accepted);
            }
        }
    }

    [Fact]
    public void Gate_RowsOfAStatement_AreJudgedTogether()
    {
        using var gate = new Gate(oneByOne: false);
        Assert.Equal([0, 1, 2], gate.Feed("", [100, 10, null], 3));
        Assert.Equal(95, gate.Watermark);
        Assert.Equal([1, 2, 3], gate.Feed("", [94, 95, 200, 150], 4));
    }

    [Fact]
    public void Gate_SeveralSplits_FollowsTheSlowestThatIsNotIdle()
    {
        using var gate = new Gate(oneByOne: true);
        gate.Now = 0;
        gate.Feed("a", [100], 1);
        gate.Feed("b", [20], 1);
        // A split that comes later does not take the watermark back: its rows below are late.
        Assert.Equal(95, gate.Watermark);
        Assert.Equal(1, gate.Counted.Late);
        gate.Feed("b", [96], 1);
        gate.Feed("a", [200], 1);
        Assert.Equal(95, gate.Watermark);
        Assert.Equal(WatermarkGate.IdleAfterMicros, gate.Counted.NextIdleMicros);
        var decisions = new List<SplitDecision>();
        gate.Counted.AddIdle(WatermarkGate.IdleAfterMicros - 1, 1, decisions);
        Assert.Empty(decisions);
        gate.Counted.AddIdle(WatermarkGate.IdleAfterMicros, 1, decisions);
        var idle = Assert.Single(decisions);
        Assert.Equal(new SplitDecision(1, "b", true), idle);
        gate.Counted.Decide(in idle, WatermarkGate.IdleAfterMicros);
        Assert.Equal(195, gate.Watermark);
        Assert.Equal(long.MaxValue, gate.Counted.NextIdleMicros);
        // It comes back, and holds the others again.
        gate.Now = 2 * WatermarkGate.IdleAfterMicros;
        gate.Feed("b", [210], 1);
        gate.Feed("a", [300], 1);
        Assert.Equal(205, gate.Watermark);
        Assert.Equal(3 * WatermarkGate.IdleAfterMicros, gate.Counted.NextIdleMicros);
    }

    [Fact]
    public void Gate_KnownSplits_AreWaitedFor()
    {
        using var gate = new Gate(oneByOne: true);
        var decisions = new List<SplitDecision>();
        gate.Counted.AddUnknown(["a", "b"], 1, decisions);
        Assert.Equal(2, decisions.Count);
        decisions.ForEach(d => gate.Counted.Decide(in d, 0));
        gate.Feed("a", [100], 1);
        Assert.Null(gate.Watermark);
        Assert.Equal(WatermarkGate.IdleAfterMicros, gate.Counted.NextIdleMicros);
        gate.Feed("b", [20, 30], 2);
        Assert.Equal(25, gate.Watermark);
        Assert.Equal(0, gate.Counted.Late);
        decisions.Clear();
        gate.Counted.AddUnknown(["a", "b"], 1, decisions);
        Assert.Empty(decisions);
    }

    private static List<long?> RandomRows(Random random, int count)
    {
        var rows = new List<long?>();
        for (int i = 0; i < count; i++)
        {
            rows.Add(random.Next(20) == 0 ? null : (i / 3) + random.Next(-9, 4));
        }

        return rows;
    }

    /// <summary>A gate over (value, number) with watermark value - 5, and the memory it needs.</summary>
    private sealed class Gate : IDisposable
    {
        private readonly OperatorContext _context = new(0, 1, new Arena()) { State = StateContext.Private() };
        private long _number;

        internal Gate(bool oneByOne)
        {
            var minus = Vectorized.Engine.Expressions.BuiltinFunctions.Shared.Overloads("-")
                .First(f => f.Parameters.Count == 2 && f.Parameters.All(p => p.Equals(SqlType.Int64)));
            var expression = new CallExpression(
                minus, [TestExpressions.Column(0, SqlType.Int64), TestExpressions.Constant(Delay)], SqlType.Int64);
            Counted = new WatermarkGate(0, expression, oneByOne);
        }

        internal WatermarkGate Counted { get; }

        internal long? Watermark => Counted.Watermark == long.MinValue ? null : Counted.Watermark;

        internal long Now { get; set; }

        /// <summary>Numbers, from 0 within the call, of the rows let through.</summary>
        internal List<long> Feed(string split, IReadOnlyList<long?> values, int chunk)
        {
            var accepted = new List<long>();
            long first = _number;
            for (int start = 0; start < values.Count; start += chunk)
            {
                _context.ResetTick();
                _context.Evaluation.NowMicros = Now;
                using var batch = Rows.ToBatch(
                    _types, values.Skip(start).Take(chunk).Select(v => (Rows.New(_types, v, _number++), 1L)));
                var kept = Counted.Admit(batch.Batch, split, _context);
                for (int row = 0; row < kept.RowCount; row++)
                {
                    accepted.Add(kept[1].Value<long>(row) - first);
                }
            }

            return accepted;
        }

        public void Dispose()
        {
            _context.ResetTick();
            _context.TickArena.Dispose();
            _context.State.Dispose();
        }
    }
}
