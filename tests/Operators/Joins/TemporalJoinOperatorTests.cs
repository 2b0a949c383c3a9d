using Vectorized.Engine.Operators;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Operators.Joins;

/// <summary>
/// Temporal joins against their definition: each left row keeps the pairs with the right side's content at the end of the tick in
/// which it came, until it is taken back.
/// </summary>
public class TemporalJoinOperatorTests
{
    private static readonly SqlType[] _left = [SqlType.Int64, SqlType.Int32, SqlType.Varchar];
    private static readonly SqlType[] _right = [SqlType.Int32, SqlType.Int64, SqlType.Varchar];

    [Theory]
    [InlineData(JoinKind.Inner, true)]
    [InlineData(JoinKind.Inner, false)]
    [InlineData(JoinKind.Left, true)]
    [InlineData(JoinKind.Left, false)]
    public void TemporalJoin_RandomHistory_MatchesDefinition(JoinKind kind, bool appendOnly)
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            RunHistory(kind, appendOnly, seed);
        }
    }

    internal static void RunHistory(
        JoinKind kind, bool appendOnly, int seed, Func<JoinNode, JoinNode>? mutateNode = null,
        Func<OperatorContext, Operator>? mutateRight = null, Func<OperatorContext, Operator>? mutateOutput = null)
    {
        var random = new Random(seed);
        var left = new RandomHistory(
            random, _left,
            r => Rows.New(_left, (long)r.Next(appendOnly ? 5000 : 25), r.Next(6) == 0 ? null : r.Next(4), r.Next(2) == 0 ? null : "a longer text, beyond twelve"),
            appendOnly)
        { Key = [0] };
        var right = new RandomHistory(
            random, _right, r => Rows.New(_right, r.Next(6) == 0 ? null : r.Next(4), (long)r.Next(30), r.Next(3) == 0 ? null : "b"), false);
        using var harness = new OperatorHarness();
        var node = new JoinNode(
            PlanNodes.Scan(_left, appendOnly ? StreamKind.AppendOnly : StreamKind.General, [0], id: 1), PlanNodes.Scan(_right, id: 2),
            kind, [1], [0], [false], TestExpressions.Call(
                "<", TestExpressions.Column(0, SqlType.Int64), TestExpressions.Column(4, SqlType.Int64)))
        {
            Columns = PlanNodes.Columns([.. _left, .. _right]),
            Properties = new StreamProperties(appendOnly ? StreamKind.AppendOnly : StreamKind.General, null),
            AsOfNow = true,
        };
        var leftInput = harness.AddInput(_left);
        var rightInput = harness.Mutated(harness.AddInput(_right), mutateRight);
        var join = harness.Create(new OperatorFactory(), mutateNode?.Invoke(node) ?? node, leftInput, rightInput);
        harness.Watch(harness.Mutated(join, mutateOutput));
        var given = new Dictionary<Row, ZSet>();
        for (int tick = 0; tick < 40; tick++)
        {
            harness.BeginTick();
            var before = left.Content.Copy();
            for (int i = random.Next(4); i > 0; i--)
            {
                bool isLeft = random.Next(2) == 0;
                harness.Push(isLeft ? 0 : 1, (isLeft ? left : right).NextBatch(random.Next(3) == 0 ? 12 : 3));
            }

            harness.EndTick(random.Next(2) == 0 ? [0, 1] : [1, 0]);
            foreach (var row in before.Keys.Where(r => !left.Content.ContainsKey(r)))
            {
                given.Remove(row);
            }

            foreach (var row in left.Content.Keys.Where(r => !before.ContainsKey(r)))
            {
                given.Add(row, Pairs(row, right.Content, kind));
            }

            var expected = new ZSet();
            foreach (var pairs in given.Values)
            {
                expected.Add(pairs);
            }

            string where = $"seed {seed}, tick {tick}, {join.Form}";
            Assert.True(harness.Total.SameAs(expected), $"{where}: off by {harness.Total.Difference(expected)}");
            Assert.True(!appendOnly || harness.LastDelta.Values.All(w => w > 0), where);
        }

        Assert.EndsWith(appendOnly ? "(append-only)" : "(general)", join.Form);
    }

    private static ZSet Pairs(Row row, ZSet right, JoinKind kind)
    {
        var pairs = new ZSet();
        foreach (var (other, weight) in right)
        {
            if (!row[1].IsNull && !other[0].IsNull && row[1].Raw == other[0].Raw && row[0].AsInt64 < other[1].AsInt64)
            {
                pairs.Change(row.Concat(other), weight);
            }
        }

        if (pairs.Count == 0 && kind == JoinKind.Left)
        {
            pairs.Change(row.Concat(new Row([.. _right.Select(Datum.Null)])), 1);
        }

        return pairs;
    }
}
