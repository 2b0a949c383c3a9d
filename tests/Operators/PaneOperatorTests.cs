using Vectorized.Engine.Operators;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Operators;

/// <summary>A HOP over panes against the definition of windows, its times left out: random histories with deletions and NULLs.</summary>
public class PaneOperatorTests
{
    private static readonly SqlType[] _types = [SqlType.Timestamp, SqlType.Varchar, SqlType.Int64];

    public static TheoryData<long, long, long, int> Windows() => new()
    {
        { 2, 10, 0, 3 },
        { 4, 10, 3, 3 },
        { 10, 10, 0, 1 },
        { 7, 3, 1, 2 },
        // Hardly any two rows are equal: vectors pass unmerged.
        { 2, 10, 0, 100_000 },
    };

    [Theory]
    [MemberData(nameof(Windows))]
    public void Hop_OverPanes_MatchesDefinition(long slide, long size, long offset, int values)
    {
        for (int seed = 1; seed <= 4; seed++)
        {
            RunHistory(slide, size, offset, values, seed);
        }
    }

    /// <summary>Throws where the windows differ from the definition after some tick.</summary>
    internal static void RunHistory(
        long slide, long size, long offset, int values, int seed,
        Func<PaneNode, PaneNode>? mutateNode = null,
        Func<OperatorContext, Operator>? mutateInput = null)
    {
        var random = new Random(seed);
        using var harness = new OperatorHarness();
        var input = harness.AddInput(_types);
        var properties = new StreamProperties(StreamKind.General, null);
        var columns = PlanNodes.Columns(_types);
        var scan = new ScanNode(1, "r", [0, 1, 2]) { Columns = columns, Properties = properties };
        var pane = new PaneNode(scan, 0, Gcd(slide, size), offset) { Columns = columns, Properties = properties };
        var hop = new HopNode(pane, 0, slide, size, offset)
        {
            Columns = PlanNodes.Columns([.. _types, SqlType.Timestamp, SqlType.Timestamp]),
            Properties = properties,
        };
        var project = new ProjectNode(hop, [.. Enumerable.Range(1, 4).Select(i => TestExpressions.Column(i, hop.Columns[i].Type))])
        {
            Columns = [.. hop.Columns.Skip(1)],
            Properties = properties,
        };
        var factory = new OperatorFactory();
        var panes = harness.Create(factory, mutateNode?.Invoke(pane) ?? pane, harness.Mutated(input, mutateInput));
        var root = harness.Create(factory, project, harness.Create(factory, hop, panes));
        harness.Watch(root);
        var history = new RandomHistory(random, _types, r => Make(r, values), appendOnly: false);
        for (int tick = 0; tick < 12; tick++)
        {
            harness.BeginTick();
            for (int i = 0; i < 4; i++)
            {
                harness.Push(0, history.NextBatch(400));
            }

            harness.EndTick();
            var expected = new ZSet();
            foreach (var (row, weight) in history.Content)
            {
                expected.Add(WindowsOf(row, weight, slide, size, offset));
            }

            Assert.True(harness.Total.SameAs(expected), $"seed {seed}, tick {tick}: {harness.Total.Difference(expected)}");
        }

        Assert.True(values > 1000 || panes.Counters.RowsOut < panes.Counters.RowsIn, "nothing was merged");
    }

    private static Row Make(Random random, int values) => Rows.New(
        _types,
        random.Next(15) == 0 ? null : random.NextInt64(-60, 60),
        random.Next(5) == 0 ? null : "text of value number " + random.Next(values),
        (long)random.Next(values));

    private static ZSet WindowsOf(Row row, long weight, long slide, long size, long offset)
    {
        var set = new ZSet();
        if (row[0].IsNull)
        {
            return set;
        }

        long time = row[0].AsInt64;
        for (long k = -100; k <= 100; k++)
        {
            long start = offset + (k * slide);
            if (start <= time && time < start + size)
            {
                var bounds = new Row(Datum.OfRaw(SqlType.Timestamp, start), Datum.OfRaw(SqlType.Timestamp, start + size));
                set.Change(row.Pick([1, 2]).Concat(bounds), weight);
            }
        }

        return set;
    }

    private static long Gcd(long a, long b) => b == 0 ? a : Gcd(b, a % b);
}
