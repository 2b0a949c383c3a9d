using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Operators.Ordering;

/// <summary>ORDER BY and LIMIT of queries against sorting plain rows.</summary>
public class SortOperatorTests
{
    private static readonly SqlType[] _types = [SqlType.Int32, SqlType.Int64, SqlType.Varchar, SqlType.Float64];

    [Theory]
    [InlineData(-1, 0, false)]
    [InlineData(10, 0, false)]
    [InlineData(7, 5, false)]
    [InlineData(0, 0, false)]
    [InlineData(3, 0, true)]
    [InlineData(-1, 0, true)]
    [InlineData(4, 2, true)]
    public void Sort_RandomRows_ComeInOrder(int limit, int offset, bool partitioned)
    {
        for (int seed = 1; seed <= 10; seed++)
        {
            Run(limit, offset, partitioned, new Random(seed), seed % 2 == 0 ? 2500 : 40, seed);
        }
    }

    [Fact]
    public void Sort_SmallLimitOverManyRows_CutsItsBuffer()
    {
        using var harness = new QueryHarness();
        var node = Node([], [new SortKey(1, false, false)], 5, 0, false);
        var sort = harness.Create(node, harness.AddInput(_types));
        harness.Collect(sort);
        var random = new Random(3);
        var all = new List<long>();
        for (int vector = 0; vector < 30; vector++)
        {
            var rows = Enumerable.Range(0, Batch.RowsMax).Select(_ => random.NextInt64(1_000_000)).ToList();
            all.AddRange(rows);
            harness.Push(0, rows.Select(v => (Rows.New(_types, 1, v, "some text of more than twelve bytes", 0.5), 1L)));
        }

        harness.End(0);
        Assert.Equal("sort, cut at the limit", sort.Form);
        Assert.Equal(all.Order().Take(5), harness.Results().Select(r => r[1].AsInt64));
        Assert.InRange(sort.Counters.StateBytes, 1, 16 << 20);
    }

    [Fact]
    public void Limit_WithoutOrder_StopsTheQuery()
    {
        using var harness = new QueryHarness();
        var limit = harness.Create(Node([], [], 5, 2, false), harness.AddInput(_types));
        harness.Collect(limit);
        for (int i = 0; i < 10; i++)
        {
            harness.Push(0, [(Rows.New(_types, i, i, "x", 0.0), 3)]);
        }

        harness.End(0);
        Assert.True(harness.Context.IsStopped);
        Assert.Equal([0, 1, 1, 1, 2], harness.Results().Select(r => (int)r[0].AsInt64));
    }

    [Fact]
    public void Limit_BelowAnAggregate_DoesNotStopTheQuery()
    {
        using var harness = new QueryHarness();
        var node = Node([], [], 1, 0, false);
        var limit = harness.Create(node, harness.AddInput(_types));
        var count = new AggregateCall(AggregateKind.CountStar, -1, SqlType.Unknown, SqlType.Int64);
        harness.Collect(harness.Create(
            new AggregateNode(node, [], [count])
            {
                Columns = PlanNodes.Columns(SqlType.Int64),
                Properties = new StreamProperties(StreamKind.AppendOnly, []),
            },
            limit));
        harness.Push(0, [(Rows.New(_types, 1, 1, "x", 0.0), 3)]);
        harness.End(0);
        Assert.False(harness.Context.IsStopped);
        Assert.Equal(1, harness.Results().Single()[0].AsInt64);
    }

    [Fact]
    public void KeySort_RandomEntries_IsStableAndOrdered()
    {
        using var arena = new Arena();
        for (int seed = 1; seed < 30; seed++)
        {
            var random = new Random(seed);
            var entries = new SortEntry[random.Next(1, 3000)];
            for (int i = 0; i < entries.Length; i++)
            {
                entries[i] = new SortEntry { High = (ulong)random.Next(4) << 40, Low = (ulong)random.NextInt64() >> random.Next(64), Row = i };
            }

            var expected = entries.OrderBy(e => e.High).ThenBy(e => e.Low).ThenBy(e => e.Row).Select(e => e.Row).ToArray();
            KeySort.Sort(entries, arena);
            Assert.Equal(expected, entries.Select(e => e.Row));
        }
    }

    private static TopNNode Node(int[] partition, IReadOnlyList<SortKey> order, int limit, int offset, bool rowNumbers) =>
        TopNOperatorTests.Node(
            _types, new StreamProperties(StreamKind.AppendOnly, null, Closed: true), partition, order, limit, offset, rowNumbers);

    private static void Run(int limit, int offset, bool partitioned, Random random, int rows, int seed)
    {
        var input = new ZSet();
        for (int i = 0; i < rows; i++)
        {
            var row = Rows.New(
                _types, random.Next(3), random.Next(6) == 0 ? null : random.NextInt64(-300, 300) << random.Next(30),
                random.Next(5) == 0 ? null : random.Next(3) == 0 ? "a" : "a longer text, beyond " + random.Next(4),
                random.Next(9) == 0 ? double.NaN : random.Next(-3, 3) * 0.5);
            input.Change(row, random.Next(1, 3));
        }

        int[] partition = partitioned ? [2, 0] : [];
        SortKey[] order = [new(3, seed % 3 == 0, seed % 4 < 2), new(1, seed % 5 < 2, seed % 3 == 1)];
        using var harness = new QueryHarness();
        harness.Collect(harness.Create(Node(partition, order, limit, offset, partitioned), harness.AddInput(_types)));
        foreach (var chunk in input.Chunk(97))
        {
            harness.Push(0, chunk.Select(p => (p.Key, p.Value)));
        }

        harness.End(0);
        var actual = harness.Results();
        var expected = NaiveTopN.Run(input, partition, order, [0, 1, 2, 3], offset, limit < 0 ? null : limit, partitioned);
        var total = new ZSet();
        actual.ForEach(r => total.Change(r, 1));
        Assert.True(total.SameAs(expected), $"seed {seed}: off by {total.Difference(expected)}");
        if (!partitioned)
        {
            var keys = order.Select(k => (k.Column, k.Descending, k.NullsFirst)).ToList();
            Assert.All(actual.Zip(actual.Skip(1)), p => Assert.True(DatumCompare.Compare(p.First, p.Second, keys) <= 0));
        }
    }
}
