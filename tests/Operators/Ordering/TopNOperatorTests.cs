using Vectorized.Engine.Binding;
using Vectorized.Engine.Operators;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Operators.Ordering;

/// <summary>Top-N against the definition at every tick of random histories; and that only differences are output.</summary>
public class TopNOperatorTests
{
    private static readonly SqlType[] _types = [SqlType.Int32, SqlType.Int64, SqlType.Varchar, SqlType.Int64];

    public static TheoryData<int, int, bool, string> Cases()
    {
        var cases = new TheoryData<int, int, bool, string>();
        foreach (var (limit, offset) in ((int, int)[])[(1, 0), (3, 0), (2, 1), (5, 4), (-1, 0), (-1, 2), (0, 0)])
        {
            foreach (bool rowNumbers in (bool[])[false, true])
            {
                foreach (string stream in (string[])["bag", "keyed", "append-only", "append-only keyed", "append-only, as first stored"])
                {
                    cases.Add(limit, offset, rowNumbers, stream);
                }
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void TopN_RandomHistory_MatchesDefinition(int limit, int offset, bool rowNumbers, string stream)
    {
        for (int seed = 1; seed <= 8; seed++)
        {
            RunHistory(limit, offset, rowNumbers, stream, seed, partitioned: seed % 2 == 0);
        }
    }

    internal static TopNNode Node(
        SqlType[] types, StreamProperties properties, int[] partition, IReadOnlyList<SortKey> order, int limit, int offset, bool rowNumbers) =>
        new(
            new ScanNode(1, "r", [.. Enumerable.Range(0, types.Length)]) { Columns = PlanNodes.Columns(types), Properties = properties },
            partition, order, limit < 0 ? null : TestExpressions.Constant(limit), offset == 0 ? null : TestExpressions.Constant(offset),
            rowNumbers)
        {
            Columns = PlanNodes.Columns(rowNumbers ? [.. types, SqlType.Int64] : types),
            Properties = new StreamProperties(StreamKind.General, null),
        };

    internal static void RunHistory(
        int limit, int offset, bool rowNumbers, string stream, int seed, bool partitioned,
        Func<TopNNode, TopNNode>? mutateNode = null, Func<OperatorContext, Operator>? mutateInput = null,
        Func<OperatorContext, Operator>? mutateOutput = null)
    {
        var random = new Random(seed);
        bool appendOnly = stream.StartsWith("append", StringComparison.Ordinal);
        int[]? key = stream.EndsWith("keyed", StringComparison.Ordinal) ? [3] : null;
        int keys = appendOnly ? 1000 : 30;
        var history = new RandomHistory(
            random, _types,
            r => Rows.New(
                _types, r.Next(3), r.Next(6) == 0 ? null : r.Next(5), r.Next(5) == 0 ? null : r.Next(3) == 0 ? "a" : "a longer text, beyond twelve",
                r.Next(key is null ? 2 : keys)),
            appendOnly)
        { Key = key };
        int[] partition = partitioned ? [0] : [];
        SortKey[] order = [new(1, seed % 3 == 0, seed % 4 < 2), new(2, seed % 5 < 2, seed % 3 == 1)];
        var properties = new StreamProperties(appendOnly ? StreamKind.AppendOnly : StreamKind.General, key);
        var node = Node(_types, properties, partition, order, limit, offset, rowNumbers);
        bool asFirstStored = stream.EndsWith("stored", StringComparison.Ordinal);
        node = asFirstStored ? node with { StateRevision = 0 } : node;
        using var harness = new OperatorHarness();
        var input = harness.Mutated(harness.AddInput(_types), mutateInput);
        var top = harness.Create(new OperatorFactory(), mutateNode?.Invoke(node) ?? node, input);
        harness.Watch(harness.Mutated(top, mutateOutput));
        int[] ties = key ?? [0, 1, 2, 3];
        for (int tick = 0; tick < 30; tick++)
        {
            harness.BeginTick();
            for (int i = random.Next(4); i > 0; i--)
            {
                harness.Push(0, history.NextBatch(random.Next(3) == 0 ? 20 : 3));
            }

            harness.EndTick();
            var expected = NaiveTopN.Run(history.Content, partition, order, ties, offset, limit < 0 ? null : limit, rowNumbers);
            string where = $"seed {seed}, tick {tick}, {top.Form}";
            Assert.True(harness.Total.SameAs(expected), $"{where}: off by {harness.Total.Difference(expected)}");
            Assert.True(harness.LastDeltaRows == harness.LastDelta.Count, $"{where}: {harness.LastDeltaRows} rows for {harness.LastDelta.Count} differences");
        }

        if (appendOnly && partitioned && limit == 1 && offset == 0)
        {
            Assert.Equal("top-1 (append-only)", top.Form);
        }
        else if (appendOnly && !asFirstStored && limit > 0 && offset == 0)
        {
            Assert.Equal(rowNumbers ? "row number, few (append-only)" : "top-n, few (append-only)", top.Form);
        }

        Assert.Contains(appendOnly && limit >= 0 ? "append-only" : "general", top.Form);
    }
}
