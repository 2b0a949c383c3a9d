using Vectorized.Engine.Operators;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Operators.Joins;

/// <summary>Joins against the definition at every tick of random histories.</summary>
public class JoinOperatorTests
{
    private static readonly SqlType[] _left = [SqlType.Int64, SqlType.Varchar, SqlType.Int32];
    private static readonly SqlType[] _right = [SqlType.Varchar, SqlType.Int64];

    public static TheoryData<JoinKind, string, bool> Cases()
    {
        var cases = new TheoryData<JoinKind, string, bool>();
        foreach (var kind in Enum.GetValues<JoinKind>().Where(k => k is not (JoinKind.RightSemi or JoinKind.RightAnti)))
        {
            foreach (string keys in (string[])["one", "two", "safe", "mixed", "none", "one residual", "none residual", "mixed residual"])
            {
                cases.Add(kind, keys, false);
                cases.Add(kind, keys, true);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Join_RandomHistory_MatchesDefinition(JoinKind kind, string keys, bool appendOnly)
    {
        for (int seed = 1; seed <= 6; seed++)
        {
            RunHistory(kind, keys, appendOnly, (seed * 100) + (int)kind);
        }
    }

    internal static void RunHistory(
        JoinKind kind, string keys, bool appendOnly, int seed, Func<JoinNode, JoinNode>? mutateNode = null,
        Func<OperatorContext, Operator>? mutateLeft = null, Func<OperatorContext, Operator>? mutateRight = null,
        Func<OperatorContext, Operator>? mutateOutput = null)
    {
        bool hasResidual = keys.EndsWith("residual", StringComparison.Ordinal);
        var residual = hasResidual ? Residual : null;
        var residualOfRows = hasResidual ? ResidualOfRows : null;
        var (leftKeys, rightKeys, nullSafe) = Keys(keys.Split(' ')[0]);
        var random = new Random(seed);
        var streamKind = appendOnly ? StreamKind.AppendOnly : StreamKind.General;
        var left = new RandomHistory(random, _left, LeftRow, appendOnly);
        var right = new RandomHistory(random, _right, RightRow, appendOnly);
        using var harness = new OperatorHarness();
        var node = new JoinNode(
            PlanNodes.Scan(_left, streamKind, id: 1), PlanNodes.Scan(_right, streamKind, id: 2), kind, leftKeys, rightKeys, nullSafe, residual)
        {
            Columns = PlanNodes.Columns(kind is JoinKind.Semi or JoinKind.Anti ? _left : [.. _left, .. _right]),
            Properties = new StreamProperties(StreamKind.General, null),
        };
        node = mutateNode?.Invoke(node) ?? node;
        var leftInput = harness.Mutated(harness.AddInput(_left), mutateLeft);
        var rightInput = harness.Mutated(harness.AddInput(_right), mutateRight);
        var join = harness.Create(new OperatorFactory(), node, leftInput, rightInput);
        harness.Watch(harness.Mutated(join, mutateOutput));
        var naive = new NaiveJoin(kind, _left, _right, leftKeys, rightKeys, nullSafe, residualOfRows);
        int rows = leftKeys.Length == 0 ? 4 : 12;
        for (int tick = 0; tick < 25; tick++)
        {
            harness.BeginTick();
            // Either input may end its tick before the other has begun: stamps must tell before from after.
            var open = new List<int> { 0, 1 };
            for (int i = random.Next(5); i > 0 && open.Count > 0; i--)
            {
                int input = open[random.Next(open.Count)];
                harness.Push(input, (input == 0 ? left : right).NextBatch(rows));
                if (open.Count == 2 && random.Next(4) == 0)
                {
                    int ended = random.Next(2);
                    harness.Inputs[ended].EndTick(0);
                    open.Remove(ended);
                }
            }

            if (random.Next(2) == 0)
            {
                open.Reverse();
            }

            harness.EndTick([.. open]);
            var expected = naive.Run(left.Content, right.Content);
            Assert.True(
                harness.Total.SameAs(expected),
                $"seed {seed}, tick {tick}, {join.Form}: off by {harness.Total.Difference(expected)}");
        }

        Assert.Contains(appendOnly ? "append-only" : "general", join.Form);
    }

    /// <summary>left.c2 below right.c1, NULL being no match.</summary>
    internal static Engine.Binding.ScalarExpression Residual { get; } =
        TestExpressions.Call("<", TestExpressions.Column(2, SqlType.Int32), TestExpressions.Column(4, SqlType.Int64));

    internal static Func<Row, Row, bool> ResidualOfRows { get; } =
        (a, b) => !a[2].IsNull && !b[1].IsNull && a[2].AsInt64 < b[1].AsInt64;

    internal static (int[] Left, int[] Right, bool[] NullSafe) Keys(string name) => name switch
    {
        "one" => ([0], [1], [false]),
        "two" => ([0, 1], [1, 0], [false, false]),
        "safe" => ([0], [1], [true]),
        "mixed" => ([1, 0], [0, 1], [true, false]),
        _ => ([], [], []),
    };

    internal static Row LeftRow(Random random) =>
        Rows.New(_left, Key(random), Text(random), random.Next(6) == 0 ? null : random.Next(4));

    internal static Row RightRow(Random random) => Rows.New(_right, Text(random), Key(random));

    private static object? Key(Random random) => random.Next(8) == 0 ? null : random.Next(4);

    private static object? Text(Random random) =>
        random.Next(8) == 0 ? null : random.Next(2) == 0 ? "a" : "a string that is longer than twelve bytes";
}
