using Vectorized.Engine.Binding;

namespace Vectorized.Engine.Planning;

/// <summary>
/// A relation joined, group by group, with its own greatest value: there `v >= max(v)` says no more than `v = max(v)`, which is
/// a key. A change of a maximum then meets the rows that have it, not its whole group. The same for `v &lt;= min(v)`. Not where one
/// side is looked up as of now: it may be older than the other.
/// </summary>
internal static class ExtremeJoin
{
    /// <summary>The join with each such condition among its keys.</summary>
    internal static JoinNode Sharpen(JoinNode join)
    {
        if (join.Residual is null || join.LeftKeys.Count == 0 || join.AsOfNow)
        {
            return join;
        }

        var conditions = new List<ScalarExpression>();
        ExpressionTree.Conjuncts(join.Residual, conditions);
        foreach (var condition in conditions.ToList())
        {
            if (Match(join, condition) is var (left, right))
            {
                conditions.Remove(condition);
                join = join with
                {
                    LeftKeys = [.. join.LeftKeys, left],
                    RightKeys = [.. join.RightKeys, right],
                    NullSafe = [.. join.NullSafe, false],
                    Residual = conditions.Count == 0 ? null : ExpressionTree.And(conditions),
                };
            }
        }

        return join;
    }

    private static (int Left, int Right)? Match(JoinNode join, ScalarExpression condition)
    {
        if (condition is not CallExpression { Arguments: [ColumnExpression a, ColumnExpression b] } call
            || call.Function.Name is not (">=" or "<=") || !a.Type.Equals(b.Type))
        {
            return null;
        }

        int leftWidth = join.Left.Columns.Count;
        if (a.Index < leftWidth == b.Index < leftWidth)
        {
            return null;
        }

        // As "left side OP right side".
        bool inOrder = a.Index < leftWidth;
        int left = inOrder ? a.Index : b.Index;
        int right = (inOrder ? b.Index : a.Index) - leftWidth;
        bool leftIsMore = call.Function.Name == ">=" == inOrder;
        bool isExtreme = IsExtremeOf(join.Right, right, join.RightKeys, leftIsMore, join.Left, left, join.LeftKeys)
            || IsExtremeOf(join.Left, left, join.LeftKeys, !leftIsMore, join.Right, right, join.RightKeys);
        return isExtreme && !join.LeftKeys.Contains(left) && !join.RightKeys.Contains(right) ? (left, right) : null;
    }

    /// <summary>
    /// Whether a column is the maximum (or minimum) of a value of just the rows the other side has, by groups that the join's
    /// keys equate.
    /// </summary>
    private static bool IsExtremeOf(
        PlanNode side, int column, IReadOnlyList<int> keys, bool isMax, PlanNode other, int value, IReadOnlyList<int> otherKeys)
    {
        var origin = Origin(side, column);
        if (origin.Node is not AggregateNode aggregate || origin.Column < aggregate.GroupColumns.Count)
        {
            return false;
        }

        var call = aggregate.Aggregates[origin.Column - aggregate.GroupColumns.Count];
        if (call.Kind != (isMax ? AggregateKind.Max : AggregateKind.Min) || call.Filter >= 0
            || Origin(aggregate.Input, call.Argument) != Origin(other, value))
        {
            return false;
        }

        for (int group = 0; group < aggregate.GroupColumns.Count; group++)
        {
            var inner = Origin(aggregate.Input, aggregate.GroupColumns[group]);
            bool isEquated = false;
            for (int i = 0; i < keys.Count; i++)
            {
                isEquated |= Origin(side, keys[i]) == new ColumnOrigin(aggregate, -1, group) && Origin(other, otherKeys[i]) == inner;
            }

            if (!isEquated)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Where a column comes from, below projections: a relation's column, whichever scan reads it, or a node's. Equal sub-plans
    /// of a statement are one object.
    /// </summary>
    private static ColumnOrigin Origin(PlanNode node, int column)
    {
        while (node is ProjectNode project && project.Expressions[column] is ColumnExpression below)
        {
            (node, column) = (project.Input, below.Index);
        }

        return node is ScanNode scan ? new(null, scan.RelationId, scan.RelationColumns[column]) : new(node, -1, column);
    }

    private readonly record struct ColumnOrigin(PlanNode? Node, int RelationId, int Column)
    {
        public bool Equals(ColumnOrigin other) =>
            ReferenceEquals(Node, other.Node) && RelationId == other.RelationId && Column == other.Column;

        public override int GetHashCode() => HashCode.Combine(RelationId, Column);
    }
}
