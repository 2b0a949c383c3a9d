using Vectorized.Engine.Binding;
using Vectorized.Engine.Operators;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Operators.Windows;

/// <summary>
/// Window functions against the definition at every tick of random histories, and in queries; and that only differences are
/// output.
/// </summary>
public class WindowOperatorTests
{
    private static readonly double[] _floats = [1, 0.5, -2.25, 1e300, -1e300, 1e-300, double.NaN, double.PositiveInfinity];

    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (string name in WindowCases.All.Keys)
        {
            foreach (string stream in (string[])["bag", "keyed", "append-only", "append-only keyed"])
            {
                cases.Add(name, stream);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Window_RandomHistory_MatchesDefinition(string name, string stream)
    {
        for (int seed = 1; seed <= 5; seed++)
        {
            RunHistory(name, stream, seed);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Window_Query_MatchesDefinition(string name, string stream)
    {
        for (int seed = 1; seed <= 4; seed++)
        {
            var random = new Random(seed);
            var history = History(random, stream, seed);
            var node = Node(name, stream, seed);
            using var harness = new QueryHarness();
            var window = harness.Create(node, harness.AddInput(WindowCases.Types));
            harness.Collect(window);
            for (int batch = random.Next(6); batch > 0; batch--)
            {
                // A query's input only grows: what is there at the end.
                history.NextBatch(20);
            }

            foreach (var rows in history.Content.Select(p => (p.Key, p.Value)).Chunk(7))
            {
                harness.Push(0, rows);
            }

            harness.End(0);
            var result = new ZSet();
            harness.Results().ForEach(r => result.Change(r, 1));
            var expected = NaiveWindow.Run(history.Content, node, Ties(node));
            Assert.Equal("window (closed)", window.Form);
            Assert.True(result.SameAs(expected), $"seed {seed}: off by {result.Difference(expected)}");
        }
    }

    /// <summary>Partitions of several pages: what lies outside of the regions computed comes from summaries of pages.</summary>
    [Theory]
    [InlineData("ranks")]
    [InlineData("rows")]
    [InlineData("values")]
    [InlineData("running")]
    [InlineData("running rows")]
    [InlineData("remaining")]
    [InlineData("remaining groups")]
    [InlineData("whole")]
    [InlineData("ends")]
    [InlineData("places")]
    [InlineData("until before")]
    [InlineData("without ties")]
    [InlineData("running numbers")]
    [InlineData("several frames")]
    public void Window_LargePartition_MatchesDefinition(string name)
    {
        for (int seed = 1; seed <= 3; seed++)
        {
            RunHistory(name, seed == 1 ? "bag" : "keyed", seed, rowsAtFirst: 900, ticks: 12);
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 4)]
    [InlineData(1, 1)]
    [InlineData(1, 3)]
    [InlineData(2, 0)]
    [InlineData(2, 2)]
    public void Window_RankLimit_GivesFirstRanks(int call, int last)
    {
        foreach (string stream in (string[])["bag", "keyed", "append-only", "append-only keyed"])
        {
            for (int seed = 1; seed <= 4; seed++)
            {
                RunHistory("first ranks", stream, seed, mutateNode: n => n with { Limit = new RankLimit(call, last) }, limit: (call, last));
            }
        }
    }

    internal static void RunHistory(
        string name, string stream, int seed, Func<WindowNode, WindowNode>? mutateNode = null,
        Func<OperatorContext, Operator>? mutateInput = null, Func<OperatorContext, Operator>? mutateOutput = null,
        int rowsAtFirst = 0, int ticks = 15, (int Call, int Last)? limit = null)
    {
        var random = new Random(seed);
        var history = History(random, stream, seed, isLarge: rowsAtFirst > 0);
        var node = Node(name, stream, seed);
        using var harness = new OperatorHarness();
        var input = harness.Mutated(harness.AddInput(WindowCases.Types), mutateInput);
        var window = harness.Create(new OperatorFactory(), mutateNode?.Invoke(node) ?? node, input);
        harness.Watch(harness.Mutated(window, mutateOutput));
        for (int tick = 0; tick < ticks; tick++)
        {
            harness.BeginTick();
            for (int i = tick == 0 && rowsAtFirst > 0 ? rowsAtFirst / 10 : 0; i > 0; i--)
            {
                harness.Push(0, history.NextBatch(40));
            }

            for (int i = random.Next(rowsAtFirst > 0 ? 2 : 4); i > 0; i--)
            {
                harness.Push(0, history.NextBatch(random.Next(4) == 0 ? 20 : 2));
            }

            harness.EndTick();
            var expected = NaiveWindow.Run(history.Content, node, Ties(node), limit);
            string where = $"seed {seed}, tick {tick}, {window.Form}";
            Assert.True(harness.Total.SameAs(expected), $"{where}: off by {harness.Total.Difference(expected)}");
            long differences = harness.LastDelta.Values.Sum(Math.Abs);
            Assert.True(harness.LastDeltaRows == differences, $"{where}: {harness.LastDeltaRows} rows for {differences} differences");
        }

        bool isCut = limit is not null && stream.StartsWith("append", StringComparison.Ordinal);
        Assert.Equal(isCut ? "window, first ranks (append-only)" : "window (general)", window.Form);
    }

    private static RandomHistory History(Random random, string stream, int seed, bool isLarge = false)
    {
        bool appendOnly = stream.StartsWith("append", StringComparison.Ordinal);
        int[]? key = stream.EndsWith("keyed", StringComparison.Ordinal) ? [WindowCases.Key] : null;
        int keys = key is null ? isLarge ? 300 : 2 : appendOnly || isLarge ? 1000 : 40;
        int sign = seed % 3 == 0 ? -1 : 1;
        return new RandomHistory(random, WindowCases.Types, r => MakeRow(r, keys, isLarge ? 200 : 8, sign), appendOnly) { Key = key };
    }

    /// <summary>Few values, so that there are ties and NULLs; the bounding values follow the order's direction.</summary>
    private static Row MakeRow(Random r, int keys, int orders, int sign)
    {
        long? order = r.Next(6) == 0 ? null : r.Next(orders);
        return Rows.New(
            WindowCases.Types,
            r.Next(3) == 0 ? null : r.Next(2),
            order,
            r.Next(5) == 0 ? null : r.Next(3) == 0 ? "a" : r.Next(2) == 0 ? "b\0c" : "a longer text, beyond twelve",
            r.Next(keys),
            order - (2 * sign),
            order + sign,
            r.Next(4) == 0 ? null : r.Next(2) == 0,
            r.Next(5) == 0 ? null : FreeNumber(r),
            r.Next(5) == 0 ? null : _floats[r.Next(r.Next(3) == 0 ? _floats.Length : 3)],
            r.Next(5) == 0 ? null : r.Next(-1, 3));
    }

    /// <summary>Of many scales, but equal ones of one form: odd coefficients end in no zero.</summary>
    private static Datum FreeNumber(Random r) => Datum.OfRaw(
        SqlType.Numeric, FreeNumeric.Create(r.Next(2) == 0, (UInt128)((2 * r.Next(25)) + 1), r.Next(6)).Bits);

    private static WindowNode Node(string name, string stream, int seed)
    {
        bool isKeyed = stream.EndsWith("keyed", StringComparison.Ordinal);
        var kind = stream.StartsWith("append", StringComparison.Ordinal) ? StreamKind.AppendOnly : StreamKind.General;
        var calls = WindowCases.All[name];
        bool isValued = calls.Any(c => c.Frame.OrderColumn >= 0);
        var first = new SortKey(WindowCases.Order, seed % 3 == 0, seed % 4 < 2);
        SortKey[] order = isValued || seed % 5 < 2 ? [first]
            : seed % 5 == 2 ? [] : [first, new SortKey(WindowCases.Text, seed % 2 == 0, seed % 3 == 1)];
        return new WindowNode(
            PlanNodes.Scan(WindowCases.Types, kind, isKeyed ? [WindowCases.Key] : null),
            seed % 2 == 0 ? [WindowCases.Partition] : [], order, calls)
        {
            Columns = PlanNodes.Columns([.. WindowCases.Types, .. calls.Select(c => c.ResultType)]),
            Properties = new StreamProperties(StreamKind.General, null),
        };
    }

    private static int[] Ties(WindowNode node) =>
        [.. node.Input.Properties.Key ?? [.. Enumerable.Range(0, WindowCases.Types.Length)]];
}
