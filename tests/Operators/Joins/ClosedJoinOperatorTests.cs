using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Operators.Joins;

/// <summary>The query form of joins against the definition.</summary>
public class ClosedJoinOperatorTests
{
    private static readonly SqlType[] _left = [SqlType.Int64, SqlType.Varchar, SqlType.Int32];
    private static readonly SqlType[] _right = [SqlType.Varchar, SqlType.Int64];

    public static TheoryData<JoinKind, string, bool> Cases()
    {
        var cases = new TheoryData<JoinKind, string, bool>();
        foreach (var kind in Enum.GetValues<JoinKind>())
        {
            foreach (string keys in (string[])["one", "two", "safe", "mixed", "none"])
            {
                cases.Add(kind, keys, false);
                cases.Add(kind, keys, true);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ClosedJoin_RandomInputs_MatchesDefinition(JoinKind kind, string keys, bool hasResidual)
    {
        for (int seed = 1; seed <= 8; seed++)
        {
            Run(kind, keys, hasResidual, seed, rightFirst: seed % 4 != 0);
        }
    }

    internal static void Run(
        JoinKind kind, string keys, bool hasResidual, int seed, bool rightFirst, Func<JoinNode, JoinNode>? mutateNode = null)
    {
        var (leftKeys, rightKeys, nullSafe) = JoinOperatorTests.Keys(keys);
        var random = new Random(seed);
        var left = new RandomHistory(random, _left, r => JoinOperatorTests.LeftRow(r), appendOnly: false);
        var right = new RandomHistory(random, _right, r => JoinOperatorTests.RightRow(r), appendOnly: false);
        left.NextBatch(60);
        right.NextBatch(60);
        var node = new JoinNode(
            PlanNodes.Scan(_left, StreamKind.AppendOnly, id: 1), PlanNodes.Scan(_right, StreamKind.AppendOnly, id: 2), kind,
            leftKeys, rightKeys, nullSafe, hasResidual ? JoinOperatorTests.Residual : null)
        {
            Columns = PlanNodes.Columns(kind switch
            {
                JoinKind.Semi or JoinKind.Anti => _left,
                JoinKind.RightSemi or JoinKind.RightAnti => _right,
                _ => [.. _left, .. _right],
            }),
            Properties = new StreamProperties(StreamKind.AppendOnly, null, Closed: true),
        };
        using var harness = new QueryHarness();
        var join = harness.Create(mutateNode is null ? node : mutateNode(node), harness.AddInput(_left), harness.AddInput(_right));
        harness.Collect(join);
        Assert.EndsWith("(closed)", join.Form, StringComparison.Ordinal);
        foreach (int input in rightFirst ? (int[])[1, 0] : [0, 1])
        {
            foreach (var chunk in (input == 0 ? left : right).Content.Chunk(7))
            {
                harness.Push(input, chunk.Select(p => (p.Key, p.Value)));
            }

            harness.End(input);
        }

        var actual = new ZSet();
        harness.Results().ForEach(r => actual.Change(r, 1));
        var naive = new NaiveJoin(
            kind, _left, _right, leftKeys, rightKeys, nullSafe, hasResidual ? JoinOperatorTests.ResidualOfRows : null);
        var expected = naive.Run(left.Content, right.Content);
        Assert.True(actual.SameAs(expected), $"seed {seed}: off by {actual.Difference(expected)}");
    }
}
