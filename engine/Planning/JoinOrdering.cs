using Vectorized.Engine.Binding;

namespace Vectorized.Engine.Planning;

/// <summary>
/// Orders groups of inner joins greedily by estimated size: the pair whose join is smallest is joined first, pairs with
/// an equality before those without; ties keep the order of the text. O(n^3) in the number of inputs.
/// </summary>
internal sealed class JoinOrdering(ColumnPool pool, LogicalFacts facts)
{
    public LogicalNode Run(LogicalNode node)
    {
        if (node is not LogicalJoin { Kind: JoinKind.Inner } join)
        {
            return node.MapInputs(Run);
        }

        var inputs = new List<LogicalNode>();
        var conditions = new List<ScalarExpression>();
        Flatten(join, inputs, conditions);
        if (inputs.Exists(i => !IsNothing(i)))
        {
            inputs.RemoveAll(IsNothing);
        }

        inputs = inputs.ConvertAll(Run);
        inputs.ForEach(i => facts.Of(i));
        facts.Domains.Equate(conditions);
        return inputs.Count == 1 ? LogicalFilter.Create(inputs[0], conditions)
            : inputs.Count == 2 ? Pair(inputs[0], inputs[1], conditions) : Greedy(inputs, conditions);
    }

    /// <summary>One row without columns: what a SELECT without FROM reads.</summary>
    private static bool IsNothing(LogicalNode node) => node is LogicalValues { Columns.Count: 0, Rows.Count: 1 };

    private static void Flatten(LogicalNode node, List<LogicalNode> inputs, List<ScalarExpression> conditions)
    {
        if (node is LogicalJoin { Kind: JoinKind.Inner } join)
        {
            Flatten(join.Left, inputs, conditions);
            Flatten(join.Right, inputs, conditions);
            conditions.AddRange(join.Conditions);
        }
        else
        {
            inputs.Add(node);
        }
    }

    private static LogicalJoin Pair(LogicalNode left, LogicalNode right, List<ScalarExpression> conditions) =>
        new(left, right, JoinKind.Inner, conditions);

    private LogicalNode Greedy(List<LogicalNode> inputs, List<ScalarExpression> conditions)
    {
        var columns = inputs.ConvertAll(i => new HashSet<int>(i.Columns));
        var rest = new List<ScalarExpression>(conditions);
        while (inputs.Count > 1)
        {
            var (a, b) = Best(inputs, columns, rest);
            var joined = new HashSet<int>(columns[a]);
            joined.UnionWith(columns[b]);
            var own = rest.FindAll(c => Covers(joined, c));
            rest.RemoveAll(c => Covers(joined, c));
            inputs[a] = Pair(inputs[a], inputs[b], own);
            columns[a] = joined;
            inputs.RemoveAt(b);
            columns.RemoveAt(b);
        }

        return LogicalFilter.Create(inputs[0], rest);
    }

    private (int A, int B) Best(List<LogicalNode> inputs, List<HashSet<int>> columns, List<ScalarExpression> conditions)
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
