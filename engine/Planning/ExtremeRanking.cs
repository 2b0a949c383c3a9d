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

    internal static bool IsInner(LogicalNode node) => node is LogicalJoin { Kind: JoinKind.Inner, Dependent: false };

    internal static void Flatten(LogicalNode node, List<LogicalNode> leaves, List<ScalarExpression> conditions)
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
                if (x != a && TryRank(extreme, inputs[x], [a, x], [], inputs, conditions, conditions))
                {
                    return true;
                }
            }

            if (RankedJoin.Find(extreme, inputs, conditions, Pool) is { } join
                && TryRank(extreme, join.Relation, [a, .. join.Inputs], Beside(extreme, join, inputs), inputs, join.Rest, conditions))
            {
                return true;
            }
        }

        return false;
    }

    /// <param name="extreme">The aggregate.</param>
    /// <param name="relation">What may be its input again.</param>
    /// <param name="taken">The places of both among the inputs.</param>
    /// <param name="beside">Other inputs to join below the ranking.</param>
    /// <param name="inputs">The group's inputs.</param>
    /// <param name="rest">The group's conditions that are not the relation's own.</param>
    /// <param name="conditions">The group's conditions.</param>
    private bool TryRank(
        RankedPair.Extreme extreme, LogicalNode relation, int[] taken, int[] beside, List<LogicalNode> inputs,
        List<ScalarExpression> rest, List<ScalarExpression> conditions)
    {
        var pair = new RankedPair(context, facts, extreme, relation, RankedJoin.Rekeyed(rest, extreme.Node, relation), Live)
        {
            Beside = [.. beside.Select(i => inputs[i])],
        };
        if (pair.Make(IsUsedElsewhere) is not var (ranked, others))
        {
            return false;
        }

        int[] gone = [.. taken, .. beside];
        var kept = inputs.Where((_, i) => !gone.Contains(i)).ToList();
        int place = inputs.Take(taken[1..].Min()).Where((_, i) => !gone.Contains(i)).Count();
        kept.Insert(place, ranked);
        inputs.Clear();
        inputs.AddRange(kept);
        conditions.Clear();
        conditions.AddRange(others);
        return true;
    }

    /// <summary>
    /// Inputs that meet a join that is ranked in nothing but columns its groups are made of, with at most one row a group, and of which
    /// a filter leaves only some.
    /// </summary>
    private int[] Beside(RankedPair.Extreme extreme, RankedJoin join, List<LogicalNode> inputs)
    {
        var match = PlanMatch.Find(StrippedPlan.Of(extreme.Aggregate.Input, Pool).Base, join.Relation, Pool);
        var values = StrippedPlan.Of(extreme.Aggregate.Input, Pool).Values;
        var groups = extreme.Aggregate.Groups.Select(g => match is null ? values[g] : ExpressionTree.Substitute(values[g], match))
            .OfType<ColumnExpression>().Select(c => c.Index).ToHashSet();
        var beside = new List<int>();
        for (int i = 0; i < inputs.Count; i++)
        {
            if (join.Inputs.Contains(i) || ReferenceEquals(inputs[i], extreme.Node))
            {
                continue;
            }

            var own = join.Rest.FindAll(c => ExpressionTree.Columns(c) is var used && used.Overlaps(inputs[i].Columns)
                && used.Overlaps(join.Relation.Columns));
            bool isByGroup = own.TrueForAll(c => !ExpressionTree.IsVolatile(c) && ExpressionTree.Columns(c).All(
                id => groups.Contains(id) || inputs[i].Columns.Contains(id)));
            var keys = own.Select(c => EquiCondition.Match(c, groups, inputs[i].Columns.ToHashSet())?.Right)
                .OfType<ColumnExpression>().Select(c => c.Index);
            if (isByGroup && facts.Of(inputs[i]).Identifies(keys) && StrippedPlan.Of(inputs[i], Pool).Conditions.Count > 0)
            {
                beside.Add(i);
            }
        }

        return [.. beside];
    }

    /// <summary>The columns that the statement's result needs, or something on the way to it.</summary>
    private IReadOnlySet<int> Live()
    {
        var uses = new List<int>(_root.Columns);
        Collect(new ColumnPruning(Pool).Run(_root, _root.Columns.ToHashSet()), uses);
        return uses.ToHashSet();
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
