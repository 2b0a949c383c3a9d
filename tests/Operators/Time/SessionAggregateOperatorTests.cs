using Vectorized.Engine.Binding;
using Vectorized.Engine.Operators;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Operators.Time;

/// <summary>
/// Aggregates by session of rows that only come, against their definition at every tick of random histories: rows in order, late ones,
/// ones that join sessions, partitions of many sessions; and that only differences are output.
/// </summary>
public class SessionAggregateOperatorTests
{
    private const long Gap = 5;

    private static readonly SqlType[] _types = [SqlType.Varchar, SqlType.Timestamp, SqlType.Int32, SqlType.Varchar, SqlType.Boolean];

    /// <summary>Times of the rows: how far they lie from the newest at most, and how much that moves a tick.</summary>
    [Theory]
    [InlineData(0, 12)]
    [InlineData(40, 3)]
    [InlineData(4000, 0)]
    public void SessionAggregate_RandomHistory_MatchesDefinition(int spread, int pace)
    {
        for (int seed = 1; seed <= 25; seed++)
        {
            RunHistory(seed, spread, pace);
        }
    }

    [Fact]
    public void SessionAggregate_RowsOfOneTick_CostOneRowASession()
    {
        using var harness = new OperatorHarness();
        var sessions = Start(harness, [SessionAggregateNode.SessionStart], [new AggregateCall(AggregateKind.CountStar, -1, SqlType.Void, SqlType.Int64)]);
        harness.BeginTick();
        harness.Push(0, Enumerable.Range(0, 3000).Select(i => (Rows.New(_types, "a", 2L * i, 0, "x", true), 1L)));
        harness.EndTick();
        Assert.Equal(1, harness.LastDeltaRows);
        harness.BeginTick();
        harness.Push(0, [(Rows.New(_types, "a", 1001L, 0, "x", true), 2L)]);
        harness.EndTick();
        Assert.Equal(2, harness.LastDeltaRows);
        Assert.Equal(1, sessions.Counters.StateRows);
        Assert.Equal("session aggregate (append-only)", sessions.Form);
    }

    internal static void RunHistory(
        int seed, int spread, int pace, Func<SessionAggregateNode, SessionAggregateNode>? mutateNode = null,
        Func<OperatorContext, Operator>? mutateInput = null, Func<OperatorContext, Operator>? mutateOutput = null)
    {
        var random = new Random(seed);
        long newest = spread;
        var history = new RandomHistory(
            random, _types,
            r => Rows.New(
                _types, r.Next(6) == 0 ? null : r.Next(2) == 0 ? "a" : "a longer text, beyond twelve",
                r.Next(12) == 0 ? null : r.Next(60) == 0 ? long.MaxValue : newest - r.Next(spread + 4), r.Next(5) == 0 ? null : r.Next(9),
                r.Next(4) == 0 ? null : r.Next(2) == 0 ? "b" : $"a text beyond twelve bytes, {r.Next(9)}",
                r.Next(3) == 0 ? null : r.Next(2) == 0),
            appendOnly: true);
        using var harness = new OperatorHarness();
        var sessions = Start(
            harness, [SessionAggregateNode.SessionEnd, 0, SessionAggregateNode.SessionStart],
            [
                new AggregateCall(AggregateKind.CountStar, -1, SqlType.Void, SqlType.Int64),
                new AggregateCall(AggregateKind.Sum, 2, SqlType.Int32, SqlType.Int64, Filter: 4),
                new AggregateCall(AggregateKind.Max, 2, SqlType.Int32, SqlType.Int32),
                new AggregateCall(AggregateKind.Min, 3, SqlType.Varchar, SqlType.Varchar),
                new AggregateCall(AggregateKind.BoolAnd, 4, SqlType.Boolean, SqlType.Boolean),
                new AggregateCall(AggregateKind.BitAnd, 2, SqlType.Int32, SqlType.Int32),
            ],
            mutateNode, mutateInput, mutateOutput);
        for (int tick = 0; tick < 50; tick++)
        {
            harness.BeginTick();
            newest += pace;
            for (int i = random.Next(4); i > 0; i--)
            {
                harness.Push(0, history.NextBatch(random.Next(3) == 0 ? 15 : 3));
            }

            harness.EndTick();
            var expected = Naive(history.Content);
            string where = $"seed {seed}, tick {tick}";
            Assert.True(harness.Total.SameAs(expected), $"{where}: off by {harness.Total.Difference(expected)}");
            Assert.True(
                harness.LastDeltaRows == harness.LastDelta.Count, $"{where}: {harness.LastDeltaRows} rows for {harness.LastDelta.Count} differences");
        }

        Assert.Equal("session aggregate (append-only)", sessions.Form);
    }

    private static Operator Start(
        OperatorHarness harness, int[] groups, AggregateCall[] calls, Func<SessionAggregateNode, SessionAggregateNode>? mutateNode = null,
        Func<OperatorContext, Operator>? mutateInput = null, Func<OperatorContext, Operator>? mutateOutput = null)
    {
        var scan = PlanNodes.Scan(_types, StreamKind.AppendOnly);
        var types = groups.Select(g => g < 0 ? SqlType.Timestamp : _types[g]).Concat(calls.Select(c => c.ResultType)).ToArray();
        var node = new SessionAggregateNode(scan, [0], 1, Gap, groups, calls)
        {
            Columns = PlanNodes.Columns(types),
            Properties = new StreamProperties(StreamKind.General, null),
        };
        var input = harness.Mutated(harness.AddInput(_types), mutateInput);
        var sessions = harness.Create(new OperatorFactory(), mutateNode?.Invoke(node) ?? node, input);
        harness.Watch(harness.Mutated(sessions, mutateOutput));
        return sessions;
    }

    /// <summary>The definition: sort each partition by time, cut where the next is a gap or more away, aggregate what is between.</summary>
    private static ZSet Naive(ZSet content)
    {
        var result = new ZSet();
        foreach (var partition in content.Where(p => !p.Key[1].IsNull).GroupBy(p => p.Key[0]))
        {
            var sorted = partition.OrderBy(p => p.Key[1].AsInt64).ToList();
            for (int start = 0; start < sorted.Count;)
            {
                int end = start + 1;
                while (end < sorted.Count && sorted[end].Key[1].AsInt64 - sorted[end - 1].Key[1].AsInt64 < Gap)
                {
                    end++;
                }

                result.Change(Group(partition.Key, sorted[start..end]), 1);
                start = end;
            }
        }

        return result;
    }

    private static Row Group(Datum key, List<KeyValuePair<Row, long>> rows)
    {
        long last = rows[^1].Key[1].AsInt64;
        var numbers = rows.Where(r => !r.Key[2].IsNull).Select(r => r.Key[2].AsInt64).ToList();
        var summed = rows.Where(r => !r.Key[2].IsNull && !r.Key[4].IsNull && r.Key[4].AsBoolean).ToList();
        var texts = rows.Where(r => !r.Key[3].IsNull).Select(r => r.Key[3]).ToList();
        texts.Sort((a, b) => DatumCompare.Compare(new Row(a), new Row(b), [(0, false, false)]));
        var booleans = rows.Where(r => !r.Key[4].IsNull).Select(r => r.Key[4].AsBoolean).ToList();
        return new Row(
            Datum.OfRaw(SqlType.Timestamp, last == long.MaxValue ? last : last + Gap), key, rows[0].Key[1],
            Datum.OfInt64(rows.Sum(r => r.Value)),
            summed.Count == 0 ? Datum.Null(SqlType.Int64) : Datum.OfInt64(summed.Sum(r => r.Key[2].AsInt64 * r.Value)),
            numbers.Count == 0 ? Datum.Null(SqlType.Int32) : Datum.OfRaw(SqlType.Int32, numbers.Max()),
            texts.Count == 0 ? Datum.Null(SqlType.Varchar) : texts[0],
            booleans.Count == 0 ? Datum.Null(SqlType.Boolean) : Datum.OfBoolean(booleans.All(b => b)),
            numbers.Count == 0 ? Datum.Null(SqlType.Int32) : Datum.OfRaw(SqlType.Int32, numbers.Aggregate((a, b) => a & b)));
    }
}
