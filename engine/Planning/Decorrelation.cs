using Vectorized.Engine.Binding;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Planning;

/// <summary>
/// Removes every dependent join, after Neumann and Kemper, "Unnesting Arbitrary Queries" (BTW 2015). Cheap forms
/// first: correlated conditions are pulled up into the join, and a scalar aggregate correlated by equalities is grouped
/// by their inner sides. What remains is evaluated once for each distinct binding of its outer columns (the domain)
/// and joined back (<see cref="DomainPushDown"/>). Any query can be unnested so; the result has no dependent join.
/// </summary>
internal sealed class Decorrelation(BindContext context, LogicalFacts facts)
{
    private readonly DomainPushDown _domains = new(context);

    public LogicalNode Run(LogicalNode node)
    {
        node = node.MapInputs(Run);
        return node is LogicalJoin { Dependent: true } join ? Eliminate(join) : node;
    }

    private LogicalNode Eliminate(LogicalJoin join)
    {
        var free = LogicalTree.FreeColumns(join.Right);
        free.IntersectWith(join.Left.Columns);
        if (free.Count == 0)
        {
            return new LogicalJoin(join.Left, join.Right, join.Kind, join.Conditions);
        }

        bool inner = join.Kind == JoinKind.Inner || (join.Kind == JoinKind.Left && join.Conditions.Count == 0);
        return (inner ? ScalarAggregate(join, free) : null) ?? PulledUp(join, free) ?? WithDomain(join, free);
    }

    /// <summary>The correlated conditions become the join's own; null: not of that form.</summary>
    private LogicalNode? PulledUp(LogicalJoin join, HashSet<int> free)
    {
        var right = join.Right;
        LogicalProject? computed = null;
        bool onlyTests = join.Kind is JoinKind.Semi or JoinKind.Anti;
        if (right is LogicalProject project && project.Expressions.Any(e => ExpressionTree.Columns(e).Overlaps(free)))
        {
            if (join.Kind == JoinKind.Left)
            {
                return null;
            }

            (computed, right) = (project, project.Input);
        }

        if (ConditionPullUp.Run(right, free, context.Pool) is not { } pulled)
        {
            return null;
        }

        IEnumerable<ScalarExpression> conditions = join.Conditions;
        if (computed is not null && onlyTests)
        {
            var values = computed.Items.Where(i => !i.IsPassThrough).ToDictionary(i => i.Id, i => i.Value);
            conditions = conditions.Select(c => ExpressionTree.Substitute(c, values));
        }

        if (computed is null || onlyTests)
        {
            var plain = new LogicalJoin(join.Left, pulled.Plan, join.Kind, [.. pulled.Conditions, .. conditions]);
            return onlyTests ? plain : Only(plain, [.. join.Left.Columns, .. join.Right.Columns]);
        }

        var joined = new LogicalJoin(join.Left, pulled.Plan, JoinKind.Inner, pulled.Conditions);
        var shown = new LogicalProject(joined, [.. join.Left.Columns.Select(Same), .. computed.Items]);
        return LogicalFilter.Create(shown, [.. conditions]);
    }

    /// <summary>
    /// One row for each outer row, from a scalar aggregate under projections: L left join (aggregate grouped by what
    /// correlates), counts of no rows made 0, the projections above.
    /// </summary>
    private LogicalNode? ScalarAggregate(LogicalJoin join, HashSet<int> free)
    {
        var projects = new Stack<LogicalProject>();
        var node = join.Right;
        while (node is LogicalProject project)
        {
            projects.Push(project);
            node = project.Input;
        }

        if (node is not LogicalAggregate { IsScalar: true } aggregate)
        {
            return null;
        }

        var equated = Equalities(aggregate.Input, free, join.Left);
        var (input, keys) = equated ?? Domain(aggregate.Input, free, join.Left);
        var computed = keys.Where(k => k.Inner is not ColumnExpression).Select(k => new ProjectItem(k.Id, k.Inner))
            .ToList();
        input = LogicalProject.Extend(input, context.Pool, computed);
        int[] groups = [.. keys.Select(k => k.Id).Distinct()];
        var (items, repaired) = EmptyGroups.Split(aggregate.Aggregates, context.Pool);
        if (equated is not null && !facts.Of(input).Identifies(groups))
        {
            (items, repaired) = SingleRows.Split(items, repaired, context);
        }

        var grouped = new LogicalAggregate(input, groups, items);
        LogicalNode result = new LogicalJoin(join.Left, grouped, JoinKind.Left, [.. keys.Select(k => k.Condition)]);
        result = new LogicalProject(result, [.. join.Left.Columns.Select(Same), .. repaired]);
        while (projects.TryPop(out var project))
        {
            result = new LogicalProject(result, [.. join.Left.Columns.Select(Same), .. project.Items]);
        }

        return LogicalFilter.Create(result, join.Conditions);
    }

    private readonly record struct CorrelationKey(int Id, ScalarExpression Inner, ScalarExpression Condition);

    /// <summary>The input without its correlated conditions, when all of them equate an inner with an outer value.</summary>
    private (LogicalNode Input, List<CorrelationKey> Keys)? Equalities(
        LogicalNode input, HashSet<int> free, LogicalNode left)
    {
        if (ConditionPullUp.Run(input, free, context.Pool) is not { } pulled)
        {
            return null;
        }

        var keys = new List<CorrelationKey>();
        var inside = new HashSet<int>(pulled.Plan.Columns);
        var outside = new HashSet<int>(left.Columns);
        foreach (var condition in pulled.Conditions)
        {
            if (EquiCondition.Match(condition, inside, outside) is not { } pair)
            {
                return null;
            }

            int id = pair.Left is ColumnExpression column ? column.Index : context.Pool.Add("key", pair.Left.Type);
            keys.Add(new CorrelationKey(id, pair.Left, pair.With(context.Pool.Reference(id), pair.Right)));
        }

        return (pulled.Plan, keys);
    }

    private (LogicalNode Input, List<CorrelationKey> Keys) Domain(
        LogicalNode input, HashSet<int> free, LogicalNode left)
    {
        var domain = _domains.Of(left, free);
        var pushed = _domains.Push(LogicalTree.Substitute(input, domain.Substitution), domain);
        return (pushed, [.. domain.Pairs.Select(p => new CorrelationKey(
            p.Inner, context.Pool.Reference(p.Inner), _domains.Same(p.Outer, p.Inner)))]);
    }

    private LogicalNode WithDomain(LogicalJoin join, HashSet<int> free)
    {
        var domain = _domains.Of(join.Left, free);
        var right = _domains.Push(LogicalTree.Substitute(join.Right, domain.Substitution), domain);
        var conditions = domain.Pairs.Select(p => _domains.Same(p.Outer, p.Inner)).Concat(join.Conditions);
        var result = new LogicalJoin(join.Left, right, join.Kind, [.. conditions]);
        return join.Kind is JoinKind.Semi or JoinKind.Anti ? result
            : Only(result, [.. join.Left.Columns, .. join.Right.Columns]);
    }

    private LogicalNode Only(LogicalNode node, IReadOnlyList<int> columns) =>
        node.Columns.SequenceEqual(columns) ? node : new LogicalProject(node, [.. columns.Select(Same)]);

    private ProjectItem Same(int id) => new(id, context.Pool.Reference(id));
}

/// <summary>What a scalar aggregate's columns are over no rows, for outer rows that find no group.</summary>
internal static class EmptyGroups
{
    /// <summary>Counts move to new ids; the repaired items give all columns under their own ids again.</summary>
    public static (IReadOnlyList<LogicalAggregateItem> Items, IReadOnlyList<ProjectItem> Repaired) Split(
        IReadOnlyList<LogicalAggregateItem> aggregates, ColumnPool pool)
    {
        var items = new List<LogicalAggregateItem>();
        var repaired = new List<ProjectItem>();
        foreach (var item in aggregates)
        {
            if (!item.IsCount)
            {
                items.Add(item);
                repaired.Add(new ProjectItem(item.Id, pool.Reference(item.Id)));
                continue;
            }

            int raw = pool.Copy(item.Id);
            items.Add(item with { Id = raw });
            var zero = new ConstantExpression(Datum.OfInt64(0), SqlType.Int64);
            repaired.Add(new ProjectItem(item.Id, new CoalesceExpression([pool.Reference(raw), zero], SqlType.Int64)));
        }

        return (items, repaired);
    }
}
