using Vectorized.Engine.Operators;
using Vectorized.Engine.Operators.Joins;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Operators.Joins;

/// <summary>Joins that read one arrangement: a stream joined to itself, two joins over one side.</summary>
public class SharedArrangementTests
{
    private static readonly SqlType[] _types = [SqlType.Int64, SqlType.Int64];

    [Theory]
    [InlineData(JoinKind.Inner, true)]
    [InlineData(JoinKind.Full, true)]
    [InlineData(JoinKind.Semi, true)]
    [InlineData(JoinKind.Inner, false)]
    [InlineData(JoinKind.Left, false)]
    public void SelfJoin_RandomHistory_MatchesDefinition(JoinKind kind, bool sameKey)
    {
        for (int seed = 1; seed <= 10; seed++)
        {
            var random = new Random(seed);
            var history = new RandomHistory(random, _types, NewRow, appendOnly: false);
            using var harness = new OperatorHarness();
            var made = new List<Operator>();
            var input = harness.AddInput(_types);
            int[] rightKeys = sameKey ? [0] : [1];
            var scan = PlanNodes.Scan(_types);
            var node = Node(scan, scan, kind, [0], sameKey ? [0] : [1]);
            harness.Watch(new OperatorFactory().Create(node, harness.Context, [input, input], made.Add));
            Assert.Equal(sameKey ? 1 : 2, made.OfType<ArrangeOperator>().Count());
            var naive = new NaiveJoin(kind, _types, _types, [0], rightKeys, [false], null);
            for (int tick = 0; tick < 20; tick++)
            {
                harness.BeginTick();
                for (int i = random.Next(3); i > 0; i--)
                {
                    harness.Push(0, history.NextBatch(6));
                }

                harness.EndTick();
                var expected = naive.Run(history.Content, history.Content);
                Assert.True(harness.Total.SameAs(expected), $"seed {seed}, tick {tick}: off by {harness.Total.Difference(expected)}");
            }

            made.ForEach(o => o.Drop());
        }
    }

    [Fact]
    public void TwoJoins_OverOneSide_ShareItsArrangement()
    {
        for (int seed = 1; seed <= 10; seed++)
        {
            var random = new Random(seed);
            var histories = Enumerable.Range(0, 3).Select(_ => new RandomHistory(random, _types, NewRow, false)).ToArray();
            using var harness = new OperatorHarness();
            var made = new List<Operator>();
            var inputs = histories.Select(_ => harness.AddInput(_types)).ToArray();
            var factory = new OperatorFactory();
            PlanNode[] scans = [.. histories.Select((_, i) => PlanNodes.Scan(_types, id: i))];
            // The shared stream is the left side of one join and the right side of the other.
            var first = Node(scans[0], scans[1], JoinKind.Left, [0], [0]);
            var second = Node(scans[2], scans[0], JoinKind.Full, [1], [0]);
            var union = new UnionAllOperator(harness.Context, 2);
            factory.Create(first, harness.Context, [inputs[0], inputs[1]], made.Add).ConnectTo(union, 0);
            factory.Create(second, harness.Context, [inputs[2], inputs[0]], made.Add).ConnectTo(union, 1);
            harness.Watch(union);
            Assert.Equal(3, made.OfType<ArrangeOperator>().Count());
            var naiveFirst = new NaiveJoin(JoinKind.Left, _types, _types, [0], [0], [false], null);
            var naiveSecond = new NaiveJoin(JoinKind.Full, _types, _types, [1], [0], [false], null);
            for (int tick = 0; tick < 15; tick++)
            {
                harness.BeginTick();
                for (int i = random.Next(6); i > 0; i--)
                {
                    int input = random.Next(3);
                    harness.Push(input, histories[input].NextBatch(5));
                }

                int[] order = [0, 1, 2];
                random.Shuffle(order);
                harness.EndTick(order);
                var expected = naiveFirst.Run(histories[0].Content, histories[1].Content);
                expected.Add(naiveSecond.Run(histories[2].Content, histories[0].Content));
                Assert.True(harness.Total.SameAs(expected), $"seed {seed}, tick {tick}: off by {harness.Total.Difference(expected)}");
            }

            made.ForEach(o => o.Drop());
        }
    }

    private static Row NewRow(Random random) =>
        Rows.New(_types, random.Next(7) == 0 ? null : random.Next(4), random.Next(7) == 0 ? null : random.Next(4));

    private static JoinNode Node(PlanNode left, PlanNode right, JoinKind kind, int[] leftKeys, int[] rightKeys) =>
        new(left, right, kind, leftKeys, rightKeys, [false], null)
        {
            Columns = PlanNodes.Columns(kind is JoinKind.Semi ? _types : [.. _types, .. _types]),
            Properties = new StreamProperties(StreamKind.General, null),
        };
}
