using Vectorized.Engine.Operators;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Operators.Time;

/// <summary>Session windows against their definition at every tick of random histories; and that only differences are output.</summary>
public class SessionOperatorTests
{
    private const long Gap = 5;

    private static readonly SqlType[] _types = [SqlType.Varchar, SqlType.Timestamp, SqlType.Int64];

    [Theory]
    [InlineData("bag")]
    [InlineData("keyed")]
    [InlineData("append-only")]
    public void Session_RandomHistory_MatchesDefinition(string stream)
    {
        for (int seed = 1; seed <= 30; seed++)
        {
            RunHistory(seed, stream);
        }
    }

    [Fact]
    public void Session_WithWatermark_ForgetsWhatIsClosed()
    {
        for (int seed = 1; seed <= 30; seed++)
        {
            RunClosing(seed);
        }
    }

    [Fact]
    public void Session_RowInside_CostsOneRow()
    {
        using var harness = new OperatorHarness();
        var session = Start(harness, new StreamProperties(StreamKind.AppendOnly, null));
        harness.BeginTick();
        harness.Push(0, Enumerable.Range(0, 3000).Select(i => (Rows.New(_types, "a", 2L * i, (long)i), 1L)));
        harness.EndTick();
        harness.BeginTick();
        harness.Push(0, [(Rows.New(_types, "a", 1001L, 0L), 1L)]);
        harness.EndTick();
        Assert.Equal(1, harness.LastDeltaRows);
        Assert.Equal("session", session.Form);
    }

    internal static void RunHistory(
        int seed, string stream = "bag", Func<SessionNode, SessionNode>? mutateNode = null,
        Func<OperatorContext, Operator>? mutateInput = null, Func<OperatorContext, Operator>? mutateOutput = null)
    {
        var random = new Random(seed);
        bool appendOnly = stream == "append-only";
        int[]? key = stream == "keyed" ? [2] : null;
        int range = seed % 3 == 0 ? 300 : 60;
        var history = new RandomHistory(
            random, _types,
            r => Rows.New(
                _types, r.Next(6) == 0 ? null : r.Next(2) == 0 ? "a" : "a longer text, beyond twelve",
                r.Next(12) == 0 ? null : (long)r.Next(range), (long)r.Next(key is null ? 2 : 40)),
            appendOnly)
        { Key = key };
        using var harness = new OperatorHarness();
        var properties = new StreamProperties(appendOnly ? StreamKind.AppendOnly : StreamKind.General, key);
        Start(harness, properties, mutateNode, mutateInput, mutateOutput);
        for (int tick = 0; tick < 40; tick++)
        {
            harness.BeginTick();
            for (int i = random.Next(3); i > 0; i--)
            {
                harness.Push(0, history.NextBatch(random.Next(3) == 0 ? 12 : 2));
            }

            harness.EndTick();
            Check(harness, history.Content, $"seed {seed}, tick {tick}, {stream}");
        }
    }

    /// <summary>The same with a watermark: the output stays, the state holds open sessions only.</summary>
    internal static void RunClosing(int seed, long watermarkIsEarly = 0)
    {
        var random = new Random(seed);
        using var harness = new OperatorHarness();
        var session = Start(
            harness, new StreamProperties(StreamKind.General, null),
            n => n with { Closing = new WindowClosing(1, [new WatermarkTerm(1, [])]) });
        // Column 0 of the history is its time.
        var history = new WatermarkedHistory(random, r => Rows.New([SqlType.Int64, SqlType.Varchar, SqlType.Int64], null, r.Next(2) == 0 ? "a" : "b", 0L));
        for (int tick = 0; tick < 60; tick++)
        {
            harness.BeginTick();
            harness.Push(0, history.NextTick().Select(c => (Turned(c.Item1), c.Item2)));
            if (history.Watermark is { } watermark)
            {
                harness.Context.Watermarks.Set(1, watermark + watermarkIsEarly);
            }

            harness.EndTick();
            Check(harness, Turned(history.Content), $"seed {seed}, tick {tick}");
        }

        Assert.Equal("session, closing", session.Form);
        var open = Naive(Turned(history.Content)).Keys.Where(r => r[4].AsInt64 > history.Watermark);
        harness.BeginTick();
        harness.EndTick();
        Assert.Equal(open.Count(), session.Counters.StateRows);
    }

    private static Operator Start(
        OperatorHarness harness, StreamProperties properties, Func<SessionNode, SessionNode>? mutateNode = null,
        Func<OperatorContext, Operator>? mutateInput = null, Func<OperatorContext, Operator>? mutateOutput = null)
    {
        var scan = PlanNodes.Scan(_types, properties.Kind, [.. properties.Key ?? []]);
        scan = scan with { Properties = properties };
        var node = new SessionNode(scan, [0], 1, Gap)
        {
            Columns = PlanNodes.Columns([.. _types, SqlType.Timestamp, SqlType.Timestamp]),
            Properties = new StreamProperties(StreamKind.General, properties.Key),
        };
        var input = harness.Mutated(harness.AddInput(_types), mutateInput);
        var session = harness.Create(new OperatorFactory(), mutateNode?.Invoke(node) ?? node, input);
        harness.Watch(harness.Mutated(session, mutateOutput));
        return session;
    }

    private static void Check(OperatorHarness harness, ZSet content, string where)
    {
        var expected = Naive(content);
        Assert.True(harness.Total.SameAs(expected), $"{where}: off by {harness.Total.Difference(expected)}");
        Assert.True(
            harness.LastDeltaRows == harness.LastDelta.Count, $"{where}: {harness.LastDeltaRows} rows for {harness.LastDelta.Count} differences");
    }

    /// <summary>The definition: sort each partition by time, cut where the next is a gap or more away.</summary>
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

                var window = new Row(
                    Datum.OfRaw(SqlType.Timestamp, sorted[start].Key[1].Raw),
                    Datum.OfRaw(SqlType.Timestamp, sorted[end - 1].Key[1].Raw + Gap));
                for (; start < end; start++)
                {
                    result.Change(sorted[start].Key.Concat(window), sorted[start].Value);
                }
            }
        }

        return result;
    }

    private static Row Turned(Row row) => new(
        row[1], row[0].IsNull ? Datum.Null(SqlType.Timestamp) : Datum.OfRaw(SqlType.Timestamp, row[0].Raw), row[2]);

    private static ZSet Turned(ZSet rows)
    {
        var turned = new ZSet();
        foreach (var (row, weight) in rows)
        {
            turned.Change(Turned(row), weight);
        }

        return turned;
    }
}
