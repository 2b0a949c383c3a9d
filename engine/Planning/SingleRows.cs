using Vectorized.Engine.Binding;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Planning;

/// <summary>
/// A correlated scalar subquery that was grouped by what correlates has groups no outer row asks for: that one of those has
/// several rows is no error. So groups show any value and their row count, and whether there are too many rows is asked where the
/// outer row meets its group.
/// </summary>
internal static class SingleRows
{
    /// <summary>
    /// Single values become any values, with a count beside them; the repaired items, which stand above the join, check it.
    /// </summary>
    public static (IReadOnlyList<LogicalAggregateItem> Items, IReadOnlyList<ProjectItem> Repaired) Split(
        IReadOnlyList<LogicalAggregateItem> items, IReadOnlyList<ProjectItem> repaired, BindContext context)
    {
        var pool = context.Pool;
        var single = items.Where(i => i.Kind == AggregateKind.SingleValue).ToDictionary(i => i.Id, i => pool.Copy(i.Id));
        if (single.Count == 0)
        {
            return (items, repaired);
        }

        var count = pool.Reference(pool.Add("rows", SqlType.Int64));
        var changed = items
            .Select(i => single.TryGetValue(i.Id, out int any) ? i with
            {
                Id = any,
                Kind = AggregateKind.FirstValue,
                OrderBy = [new LogicalSortKey(i.Argument, false, false)],
            } : i)
            .Append(new LogicalAggregateItem(count.Index, AggregateKind.CountStar, -1, SqlType.Unknown, SqlType.Int64));
        var checks = repaired.Select(r => single.TryGetValue(r.Id, out int any)
            ? r with { Value = Checked(pool.Reference(any), count, context) } : r);
        return ([.. changed], [.. checks]);
    }

    private static CaseExpression Checked(ScalarExpression value, ScalarExpression count, BindContext context)
    {
        var function = context.Resolver.Find(BuiltinNames.SeveralRows, [count.Type], isOperator: false, 0)!.Value.Function;
        var several = new CallExpression(function, [count], SqlType.Boolean);
        return new CaseExpression([new CaseBranch(several, ExpressionTree.Null(value.Type))], value, value.Type);
    }
}
