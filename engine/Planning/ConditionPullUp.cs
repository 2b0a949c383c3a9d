using Vectorized.Engine.Binding;

namespace Vectorized.Engine.Planning;

/// <summary>
/// Moves the conditions that name outer columns out of a plan, to where the outer columns are: Filter(conditions, result)
/// equals the plan. Possible through filters, projections, inner joins, the preserved side of others, and groupings (an
/// equality's inner side becomes one more group: within one outer row it is constant).
/// </summary>
internal static class ConditionPullUp
{
    public sealed record Result(LogicalNode Plan, IReadOnlyList<ScalarExpression> Conditions);

    /// <summary>Null when outer columns are used where they cannot be moved from.</summary>
    public static Result? Run(LogicalNode node, HashSet<int> free, ColumnPool pool)
    {
        if (!LogicalTree.FreeColumns(node).Overlaps(free))
        {
            return new Result(node, []);
        }

        switch (node)
        {
            case LogicalFilter f:
                return Run(f.Input, free, pool) is { } filtered ? Filter(f, filtered, free) : null;
            case LogicalProject p when !Uses(p.Expressions, free):
                return Run(p.Input, free, pool) is { } projected ? Project(p, projected, pool) : null;
            case LogicalJoin { Dependent: false } j:
                return Join(j, free, pool);
            case LogicalAggregate { IsScalar: false } a:
                return Run(a.Input, free, pool) is { } grouped ? Aggregate(a, grouped, free, pool) : null;
            case LogicalTopN { IsSort: true } sort:
                return Run(sort.Input, free, pool);
            case LogicalHop h:
                return Run(h.Input, free, pool) is { } hopped ? hopped with { Plan = h.WithInputs([hopped.Plan]) }
                    : null;
            case LogicalTableFunction { Input: not null } t when !Uses(t.Expressions, free):
                return Run(t.Input, free, pool) is { } called ? called with { Plan = t.WithInputs([called.Plan]) }
                    : null;
            default:
                return null;
        }
    }

    private static bool Uses(IEnumerable<ScalarExpression> expressions, HashSet<int> free) =>
        expressions.Any(e => ExpressionTree.Columns(e).Overlaps(free));

    private static Result Filter(LogicalFilter f, Result input, HashSet<int> free)
    {
        var outer = f.Conjuncts.Where(c => ExpressionTree.Columns(c).Overlaps(free));
        var own = f.Conjuncts.Where(c => !ExpressionTree.Columns(c).Overlaps(free));
        return new Result(LogicalFilter.Create(input.Plan, [.. own]), [.. input.Conditions, .. outer]);
    }

    /// <summary>Keeps the columns the conditions need.</summary>
    private static Result Project(LogicalProject p, Result input, ColumnPool pool)
    {
        var needed = input.Conditions.SelectMany(ExpressionTree.Columns)
            .Where(id => input.Plan.Columns.Contains(id) && !p.Columns.Contains(id)).Distinct();
        var items = p.Items.Concat(needed.Select(id => new ProjectItem(id, pool.Reference(id))));
        return input with { Plan = new LogicalProject(input.Plan, [.. items]) };
    }

    private static Result? Join(LogicalJoin j, HashSet<int> free, ColumnPool pool)
    {
        if (Run(j.Left, free, pool) is not { } left)
        {
            return null;
        }

        if (j.Kind == JoinKind.Inner)
        {
            if (Run(j.Right, free, pool) is not { } right)
            {
                return null;
            }

            var outer = j.Conditions.Where(c => ExpressionTree.Columns(c).Overlaps(free));
            var own = j.Conditions.Where(c => !ExpressionTree.Columns(c).Overlaps(free));
            return new Result(
                new LogicalJoin(left.Plan, right.Plan, j.Kind, [.. own]),
                [.. left.Conditions, .. right.Conditions, .. outer]);
        }

        bool movable = j.Kind is JoinKind.Left or JoinKind.Semi or JoinKind.Anti
            && !LogicalTree.FreeColumns(j.Right).Overlaps(free) && !Uses(j.Conditions, free);
        return movable ? left with { Plan = j.WithInputs([left.Plan, j.Right]) } : null;
    }

    private static Result? Aggregate(LogicalAggregate a, Result input, HashSet<int> free, ColumnPool pool)
    {
        var groups = new List<int>(a.Groups);
        var computed = new List<ProjectItem>();
        var conditions = new List<ScalarExpression>();
        var inside = new HashSet<int>(input.Plan.Columns);
        foreach (var condition in input.Conditions)
        {
            if (ExpressionTree.Columns(condition).Where(inside.Contains).All(groups.Contains))
            {
                conditions.Add(condition);
                continue;
            }

            if (EquiCondition.Match(condition, inside, free) is not { } pair)
            {
                return null;
            }

            int id = pair.Left is ColumnExpression column ? column.Index : pool.Add("key", pair.Left.Type);
            if (pair.Left is not ColumnExpression)
            {
                computed.Add(new ProjectItem(id, pair.Left));
            }

            if (!groups.Contains(id))
            {
                groups.Add(id);
            }

            conditions.Add(pair.With(pool.Reference(id), pair.Right));
        }

        var plan = LogicalProject.Extend(input.Plan, pool, computed);
        return new Result(new LogicalAggregate(plan, groups, a.Aggregates, a.EmitEmpty), conditions);
    }
}
