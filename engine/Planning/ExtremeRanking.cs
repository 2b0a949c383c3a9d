using Vectorized.Engine.Binding;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Planning;

/// <summary>
/// In views: a relation joined, group by group, with its own greatest value is its rows of the first rank, ties kept, and is not read
/// twice:
///   X join (select k, max(v) as m from X group by k) on X.k = k and X.v = m
///     = X where rank() over (partition by k order by v desc nulls last) = 1 and k is not null and v is not null
/// with m and k read off the row. `X.v >= m` says the same, min mirrors it; scalar subqueries have become such joins before. What X
/// filters beyond the aggregate's input, and HAVING, is filtered behind the ranking. Where k is a tumbling window of X's time that
/// the join only bounds, <see cref="WindowRanking"/> says which windows a row can meet.
/// </summary>
internal sealed class ExtremeRanking(BindContext context, LogicalFacts facts)
{
    private LogicalNode _root = LogicalValues.OneRow;

    private ColumnPool Pool => context.Pool;

    /// <summary>The plan itself where nothing is ranked.</summary>
    public LogicalNode Run(LogicalNode root)
    {
        _root = root;
        return Rewrite(root);
    }

    private LogicalNode Rewrite(LogicalNode node)
    {
        if (!IsInner(node))
        {
            return node.MapInputs(Rewrite);
        }

        var leaves = new List<LogicalNode>();
        var conditions = new List<ScalarExpression>();
        Flatten(node, leaves, conditions);
        var made = leaves.ToDictionary(l => l, Rewrite, (IEqualityComparer<LogicalNode>)ReferenceEqualityComparer.Instance);
        var inputs = leaves.ConvertAll(l => made[l]);
        bool isRanked = false;
        while (TryRank(inputs, conditions))
        {
            isRanked = true;
        }

        return isRanked ? Joined(inputs, conditions) : Replaced(node, made);
    }

    private static bool IsInner(LogicalNode node) => node is LogicalJoin { Kind: JoinKind.Inner, Dependent: false };

    private static void Flatten(LogicalNode node, List<LogicalNode> leaves, List<ScalarExpression> conditions)
    {
        if (!IsInner(node))
        {
            leaves.Add(node);
            return;
        }

        var join = (LogicalJoin)node;
        Flatten(join.Left, leaves, conditions);
        Flatten(join.Right, leaves, conditions);
        conditions.AddRange(join.Conditions);
    }

    private static LogicalNode Replaced(LogicalNode node, Dictionary<LogicalNode, LogicalNode> leaves) =>
        IsInner(node) ? node.MapInputs(input => Replaced(input, leaves)) : leaves[node];

    /// <summary>The inputs joined in their order, each condition as soon as its columns are there.</summary>
    private static LogicalNode Joined(List<LogicalNode> inputs, List<ScalarExpression> conditions)
    {
        var result = inputs[0];
        var rest = conditions.ToList();
        foreach (var input in inputs.Skip(1))
        {
            var columns = result.Columns.Concat(input.Columns).ToHashSet();
            var own = rest.FindAll(c => ExpressionTree.Columns(c).IsSubsetOf(columns));
            rest.RemoveAll(own.Contains);
            result = new LogicalJoin(result, input, JoinKind.Inner, own);
        }

        return LogicalFilter.Create(result, rest);
    }

    /// <summary>Puts the ranking of one pair of inputs in its place.</summary>
    private bool TryRank(List<LogicalNode> inputs, List<ScalarExpression> conditions)
    {
        for (int a = 0; a < inputs.Count; a++)
        {
            if (RankedPair.Extreme.Of(inputs[a], Pool) is not { } extreme)
            {
                continue;
            }

            for (int x = 0; x < inputs.Count; x++)
            {
                if (x != a && new RankedPair(context, facts, extreme, inputs[x], conditions).Make(IsUsedElsewhere) is var (ranked, rest))
                {
                    inputs[x] = ranked;
                    inputs.RemoveAt(a);
                    conditions.Clear();
                    conditions.AddRange(rest);
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>
    /// Whether anything but some conditions reads one of the columns, as far as the statement's result needs it. Where the columns'
    /// values have several representations (1.0 and 1.00), which one the result shows is nothing to change.
    /// </summary>
    private bool IsUsedElsewhere(IReadOnlySet<int> columns, IReadOnlyList<ScalarExpression> conditions)
    {
        var pruned = new ColumnPruning(Pool).Run(_root, _root.Columns.ToHashSet());
        var uses = new List<int>(_root.Columns);
        Collect(pruned, uses);
        var own = new List<int>();
        foreach (var condition in conditions)
        {
            ExpressionTree.CollectColumns(condition, own);
        }

        return uses.Count(columns.Contains) > own.Count(columns.Contains);
    }

    private static void Collect(LogicalNode node, List<int> uses)
    {
        LogicalTree.CollectUsed(node, uses);
        foreach (var input in node.Inputs)
        {
            Collect(input, uses);
        }
    }
}
