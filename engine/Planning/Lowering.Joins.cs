using Vectorized.Engine.Binding;

namespace Vectorized.Engine.Planning;

/// <summary>Joins: equalities between the sides become keys, the rest is residual.</summary>
internal sealed partial class Lowering
{
    private LoweredPlan Join(LogicalJoin j)
    {
        var (leftColumns, rightColumns) = (new HashSet<int>(j.Left.Columns), new HashSet<int>(j.Right.Columns));
        var pairs = new List<EquiCondition>();
        var residual = new List<ScalarExpression>();
        foreach (var condition in j.Conditions)
        {
            if (EquiCondition.Match(condition, leftColumns, rightColumns) is { } pair
                && JoinKeys.Unify(pair) is { } unified && !pairs.Contains(unified))
            {
                pairs.Add(unified);
            }
            else
            {
                residual.Add(condition);
            }
        }

        var (left, leftKeys) = Keyed(j.Left, pairs.ConvertAll(p => p.Left));
        var (right, rightKeys) = Keyed(j.Right, pairs.ConvertAll(p => p.Right));
        bool leftOnly = j.Kind is JoinKind.Semi or JoinKind.Anti;
        var both = new LoweredPlan(left.Node, [.. left.Ids, .. right.Ids]);
        int[] ids = leftOnly ? [.. left.Ids] : [.. left.Ids, .. right.Ids];
        return Finish(
            new JoinNode(
                left.Node, right.Node, j.Kind, leftKeys, rightKeys, [.. pairs.Select(p => p.NullSafe)],
                residual.Count == 0 ? null : Positional(ExpressionTree.And(residual), both))
            {
                Columns = [], Properties = null!,
            },
            j, ids);
    }

    /// <summary>The side with a column for each key expression, and the columns' positions.</summary>
    private (LoweredPlan Plan, int[] Keys) Keyed(LogicalNode side, List<ScalarExpression> keys)
    {
        var computed = new List<ProjectItem>();
        int[] ids = [.. keys.Select(k =>
        {
            if (k is ColumnExpression column)
            {
                return column.Index;
            }

            int id = Pool.Add("key", k.Type);
            computed.Add(new ProjectItem(id, k));
            return id;
        })];
        var plan = Lower(LogicalProject.Extend(side, Pool, computed));
        return (plan, [.. ids.Select(plan.Position)]);
    }
}
