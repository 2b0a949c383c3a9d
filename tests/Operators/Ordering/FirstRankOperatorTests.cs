using Vectorized.Engine.Binding;
using Vectorized.Engine.Operators;
using Vectorized.Engine.Operators.Ordering;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Operators.Ordering;

/// <summary>
/// Rows of rank 1 with their ties against the definition at every tick of random histories, of streams that only come and of streams
/// that only rise; the general form over the same rows; and that only differences are output.
/// </summary>
public class FirstRankOperatorTests
{
    private static readonly SqlType[] _types = [SqlType.Int32, SqlType.Int64, SqlType.Varchar, SqlType.Int64];

    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (string stream in (string[])["append-only", "append-only keyed", "rising"])
        {
            foreach (string order in (string[])["one", "one ascending", "narrow", "two"])
            {
                if (stream != "rising" || order.StartsWith("one", StringComparison.Ordinal))
                {
                    cases.Add(stream, order);
                }
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void FirstRank_RandomHistory_MatchesDefinition(string stream, string order)
    {
        for (int seed = 1; seed <= 30; seed++)
        {
            RunHistory(stream, order, seed);
            RunHistory(stream, order, seed, mutateNode: n => n with { StateRevision = 1 });
            if (stream != "rising")
            {
                RunHistory(stream, order, seed, before: (context, node) => new LeadersOperator(context, node));
            }
        }
    }

    [Fact]
    public void FirstRank_OrderByText_IsLeftToTheGeneralForm()
    {
        using var harness = new OperatorHarness();
        var input = harness.AddInput(_types);
        var node = Node(new StreamProperties(StreamKind.AppendOnly, null), [0], [new(2, true, false)], false);
        Assert.StartsWith("window", harness.Create(new OperatorFactory(), node, input).Form, StringComparison.Ordinal);
    }

    internal static void RunHistory(
        string stream, string orderName, int seed, Func<WindowNode, WindowNode>? mutateNode = null,
        Func<OperatorContext, Operator>? mutateInput = null, Func<OperatorContext, Operator>? mutateOutput = null,
        Func<OperatorContext, WindowNode, Operator>? before = null)
    {
        var random = new Random(seed);
        bool isRising = stream == "rising";
        int[]? key = stream.EndsWith("keyed", StringComparison.Ordinal) || isRising ? [3] : null;
        bool descending = orderName != "one ascending";
        SortKey[] order = orderName switch
        {
            "narrow" => [new(0, seed % 2 == 0, seed % 4 < 2)],
            "two" => [new(1, seed % 3 == 0, seed % 4 < 2), new(3, seed % 5 < 2, false)],
            _ => [new(1, descending, !isRising && seed % 4 < 2)],
        };
        int[] partition = seed % 3 == 0 ? [] : orderName == "narrow" ? [1] : seed % 3 == 1 ? [0] : [0, 2];
        var properties = new StreamProperties(isRising ? StreamKind.General : StreamKind.AppendOnly, key);
        var node = Node(properties, partition, order, isRising);
        using var harness = new OperatorHarness();
        var input = harness.Mutated(harness.AddInput(_types), mutateInput);
        input = harness.Mutated(input, before is null ? null : context => before(context, node));
        var first = harness.Create(new OperatorFactory(), mutateNode?.Invoke(node) ?? node, input);
        harness.Watch(harness.Mutated(first, mutateOutput));
        var growing = new RandomHistory(random, _types, r => NewRow(r, key is null ? 2 : 1000), appendOnly: true) { Key = key };
        var rising = new RisingHistory(random, descending);
        for (int tick = 0; tick < 40; tick++)
        {
            harness.BeginTick();
            for (int i = random.Next(4); i > 0; i--)
            {
                int rowsMax = random.Next(3) == 0 ? 20 : 3;
                harness.Push(0, isRising ? rising.NextBatch(rowsMax) : growing.NextBatch(rowsMax));
            }

            harness.EndTick();
            var expected = Naive(isRising ? rising.Content : growing.Content, partition, order);
            string where = $"seed {seed}, tick {tick}, {first.Form}";
            Assert.True(harness.Total.SameAs(expected), $"{where}: off by {harness.Total.Difference(expected)}");
            Assert.True(
                harness.LastDeltaRows == harness.LastDelta.Count || first.Form.StartsWith("window", StringComparison.Ordinal),
                $"{where}: {harness.LastDeltaRows} rows for {harness.LastDelta.Count} differences");
        }

        if (mutateNode is null)
        {
            harness.BeginTick();
            harness.EndTick();
            Assert.Equal(isRising ? "first rank (rising)" : "first rank (append-only)", first.Form);
            Assert.Equal(harness.Total.Count, first.Counters.StateRows);
        }
    }

    private static Row NewRow(Random random, int keys) => Rows.New(
        _types, random.Next(3) == 0 ? null : random.Next(3), random.Next(6) == 0 ? null : random.Next(5),
        random.Next(5) == 0 ? null : random.Next(3) == 0 ? "a" : "a longer text, beyond twelve", random.Next(keys));

    private static WindowNode Node(StreamProperties properties, int[] partition, SortKey[] order, bool isRising) => new(
        new ScanNode(1, "r", [0, 1, 2, 3]) { Columns = PlanNodes.Columns(_types), Properties = properties }, partition, order,
        [
            new WindowCall(WindowFunctionKind.Rank, SqlType.Int64, WindowFrame.Default),
            new WindowCall(WindowFunctionKind.DenseRank, SqlType.Int64, WindowFrame.Default),
        ])
    {
        Limit = new RankLimit(1, 1),
        IsRising = isRising,
        Columns = PlanNodes.Columns([.. _types, SqlType.Int64, SqlType.Int64]),
        Properties = new StreamProperties(StreamKind.General, null),
    };

    private static ZSet Naive(ZSet input, int[] partition, SortKey[] order)
    {
        var keys = order.Select(k => (k.Column, k.Descending, k.NullsFirst)).ToList();
        var output = new ZSet();
        foreach (var rows in input.GroupBy(r => r.Key.Pick(partition)))
        {
            var sorted = rows.ToList();
            sorted.Sort((a, b) => DatumCompare.Compare(a.Key, b.Key, keys));
            foreach (var (row, weight) in sorted.TakeWhile(r => DatumCompare.Compare(r.Key, sorted[0].Key, keys) == 0))
            {
                output.Change(row.Concat(new Row(Datum.OfInt64(1), Datum.OfInt64(1))), weight);
            }
        }

        return output;
    }

    /// <summary>
    /// Groups that live for ever in their partition and whose value only comes earlier in the order, NULL last, several times a tick,
    /// the new row sometimes before the old one leaves; sometimes only a column beside changes.
    /// </summary>
    private sealed class RisingHistory(Random random, bool descending)
    {
        private readonly List<Row> _rows = [];

        internal ZSet Content { get; } = [];

        internal List<(Row, long)> NextBatch(int rowsMax)
        {
            var batch = new List<(Row, long)>();
            for (int i = random.Next(rowsMax + 1); i > 0; i--)
            {
                if (_rows.Count == 0 || random.Next(3) == 0)
                {
                    var made = NewRow(random, 1);
                    _rows.Add(new Row(made[0], made[1], made[2], Datum.OfInt64(_rows.Count)));
                    Apply(batch, _rows[^1], 1);
                    continue;
                }

                int at = random.Next(_rows.Count);
                var old = _rows[at];
                long value = old[1].IsNull ? random.Next(5) : old[1].AsInt64 + (descending ? random.Next(3) : -random.Next(3));
                var risen = new Row(old[0], Datum.OfInt64(value), old[2], old[3]);
                _rows[at] = risen;
                bool newFirst = random.Next(2) == 0;
                Apply(batch, newFirst ? risen : old, newFirst ? 1 : -1);
                Apply(batch, newFirst ? old : risen, newFirst ? -1 : 1);
            }

            return batch;
        }

        private void Apply(List<(Row, long)> batch, Row row, long weight)
        {
            Content.Change(row, weight);
            batch.Add((row, weight));
        }
    }
}
