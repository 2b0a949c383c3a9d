using Vectorized.Engine.Binding;

namespace Vectorized.Engine.Planning;

/// <summary>
/// Orders groups of inner joins greedily by estimated size: what leaves fewest rows comes first, be it the join of a pair of
/// inputs or a semi or anti join, which may filter any input that has its columns (it commutes with inner joins). Pairs with
/// an equality come before those without; ties keep the order of the text. O(n^3) in the number of inputs.
/// </summary>
internal sealed class JoinOrdering(ColumnPool pool, LogicalFacts facts)
{
    public LogicalNode Run(LogicalNode node)
    {
        facts.Domains.Equate(Equalities(node));
        return Order(node);
    }

    /// <summary>All pairs of columns that anything in the plan equates, or that are two names of one value.</summary>
    private List<(int A, int B)> Equalities(LogicalNode root)
    {
        var pairs = new List<(int A, int B)>();
        void Collect(LogicalNode node)
        {
            foreach (var input in node.Inputs)
            {
                Collect(input);
            }

            var conditions = node switch { LogicalJoin j => j.Conditions, LogicalFilter f => f.Conjuncts, _ => [] };
            foreach (var condition in conditions)
            {
                if (condition is CallExpression { Function.Name: "=", Arguments: [ColumnExpression a, ColumnExpression b] })
                {
                    pairs.Add((a.Index, b.Index));
                }
            }

            if (node is LogicalScan scan)
            {
                facts.Of(scan);
            }
            else if (node is LogicalProject project)
            {
                pairs.AddRange(project.Items.Where(i => i.Value is ColumnExpression)
                    .Select(i => (i.Id, ((ColumnExpression)i.Value).Index)));
            }
        }

        Collect(root);
        return pairs;
    }

    private LogicalNode Order(LogicalNode node)
    {
        if (!IsMember(node))
        {
            return node.MapInputs(Order);
        }

        var group = new Group();
        Flatten((LogicalJoin)node, group);
        if (group.Inputs.Exists(i => !IsNothing(i)))
        {
            group.Inputs.RemoveAll(IsNothing);
        }

        group.Inputs = group.Inputs.ConvertAll(Order);
        group.Tests = group.Tests.ConvertAll(t => t with { Right = Order(t.Right) });
        return group is { Inputs.Count: 1, Tests.Count: 0 } ? LogicalFilter.Create(group.Inputs[0], group.Conditions)
            : group is { Inputs.Count: 2, Tests.Count: 0 } ? Pair(group.Inputs[0], group.Inputs[1], group.Conditions)
            : Greedy(group);
    }

    /// <summary>A semi or anti join without its left side.</summary>
    private sealed record Test(LogicalNode Right, JoinKind Kind, IReadOnlyList<ScalarExpression> Conditions);

    /// <summary>Inner joins and tests that may be ordered freely.</summary>
    private sealed class Group
    {
        internal List<LogicalNode> Inputs { get; set; } = [];

        internal List<ScalarExpression> Conditions { get; } = [];

        internal List<Test> Tests { get; set; } = [];
    }

    private static bool IsMember(LogicalNode node) =>
        node is LogicalJoin { Kind: JoinKind.Inner or JoinKind.Semi or JoinKind.Anti };

    /// <summary>One row without columns: what a SELECT without FROM reads.</summary>
    private static bool IsNothing(LogicalNode node) => node is LogicalValues { Columns.Count: 0, Rows.Count: 1 };

    private static void Flatten(LogicalNode node, Group group)
    {
        if (!IsMember(node))
        {
            group.Inputs.Add(node);
            return;
        }

        var join = (LogicalJoin)node;
        Flatten(join.Left, group);
        if (join.Kind == JoinKind.Inner)
        {
            Flatten(join.Right, group);
            group.Conditions.AddRange(join.Conditions);
        }
        else
        {
            group.Tests.Add(new Test(join.Right, join.Kind, join.Conditions));
        }
    }

    private static LogicalJoin Pair(LogicalNode left, LogicalNode right, List<ScalarExpression> conditions) =>
        new(left, right, JoinKind.Inner, conditions);

    private static LogicalJoin Tested(LogicalNode left, Test test) => new(left, test.Right, test.Kind, test.Conditions);

    private LogicalNode Greedy(Group group)
    {
        var inputs = group.Inputs;
        var columns = inputs.ConvertAll(i => new HashSet<int>(i.Columns));
        var rest = new List<ScalarExpression>(group.Conditions);
        var tests = new List<Test>(group.Tests);
        while (inputs.Count > 1)
        {
            var (a, b, rank) = Best(inputs, columns, rest);
            if (BestTest(inputs, columns, tests) is { } found && (!rank.Connected || found.Rows <= rank.Rows))
            {
                inputs[found.Input] = Tested(inputs[found.Input], found.Test);
                tests.Remove(found.Test);
                continue;
            }

            var joined = new HashSet<int>(columns[a]);
            joined.UnionWith(columns[b]);
            var own = rest.FindAll(c => Covers(joined, c));
            rest.RemoveAll(c => Covers(joined, c));
            inputs[a] = Pair(inputs[a], inputs[b], own);
            columns[a] = joined;
            inputs.RemoveAt(b);
            columns.RemoveAt(b);
        }

        // In the order of the text: what is left tests everything, or the only input.
        return tests.Aggregate(LogicalFilter.Create(inputs[0], rest), Tested);
    }

    private (int A, int B, (bool Connected, double Rows) Rank) Best(
        List<LogicalNode> inputs, List<HashSet<int>> columns, List<ScalarExpression> conditions)
    {
        (int A, int B) best = (0, 1);
        var bestRank = (Connected: false, Rows: double.MaxValue);
        for (int a = 0; a < inputs.Count; a++)
        {
            for (int b = a + 1; b < inputs.Count; b++)
            {
                var joined = new HashSet<int>(columns[a]);
                joined.UnionWith(columns[b]);
                var own = conditions.FindAll(c => Covers(joined, c));
                bool connected = own.Exists(c => EquiCondition.Match(c, columns[a], columns[b]) is not null);
                double rows = facts.Of(Pair(inputs[a], inputs[b], own)).Rows;
                if ((connected && !bestRank.Connected) || (connected == bestRank.Connected && rows < bestRank.Rows))
                {
                    (best, bestRank) = ((a, b), (connected, rows));
                }
            }
        }

        return (best.A, best.B, bestRank);
    }

    /// <summary>The test that leaves fewest rows of an input that has all its columns (and it at least one).</summary>
    private (Test Test, int Input, double Rows)? BestTest(
        List<LogicalNode> inputs, List<HashSet<int>> columns, List<Test> tests)
    {
        (Test Test, int Input, double Rows)? best = null;
        foreach (var test in tests)
        {
            var used = test.Conditions.SelectMany(ExpressionTree.Columns).ToHashSet();
            used.ExceptWith(test.Right.Columns);
            used.RemoveWhere(id => id >= pool.Count);
            int input = used.Count == 0 ? -1 : columns.FindIndex(used.IsSubsetOf);
            if (input < 0)
            {
                continue;
            }

            double rows = facts.Of(Tested(inputs[input], test)).Rows;
            if (best is null || rows < best.Value.Rows)
            {
                best = (test, input, rows);
            }
        }

        return best;
    }

    /// <summary>A condition without columns goes to the first join.</summary>
    private bool Covers(HashSet<int> columns, ScalarExpression condition)
    {
        var used = ExpressionTree.Columns(condition);
        used.RemoveWhere(id => id >= pool.Count);
        return used.IsSubsetOf(columns);
    }
}
