using Vectorized.Engine.Binding;
using Vectorized.Engine.Catalog;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Serving;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Planning;

/// <summary>
/// The seam of binding and planning: statements to plans, over one catalog snapshot and one session's values. Cheap to
/// make; one thread. Every error is a <see cref="SqlException"/> with a position where there is one to point at.
/// </summary>
public sealed partial class Planner(
    FunctionRegistry functions, CatalogSnapshot catalog, SessionValues session, ITableStatistics statistics)
{
    private readonly SessionValues _session = session with { Catalog = session.Catalog ?? catalog };

    public PlannedQuery PlanQuery(Sql.SelectStatement statement, IReadOnlyList<SqlType> parameterTypes) =>
        PlanQuery(statement.Query, parameterTypes);

    public PlannedQuery PlanQuery(Sql.Query query, IReadOnlyList<SqlType> parameterTypes)
    {
        var context = new BindContext(functions, catalog, _session, parameterTypes);
        var bound = new QueryBinder(context).Bind(query, null);
        return Query(context, bound);
    }

    /// <param name="query">The view's query.</param>
    /// <param name="columnNames">Names given in the statement, fewer than or as many as columns; empty: the query's.</param>
    /// <param name="relationId">The permanent id the view gets.</param>
    /// <param name="relationName">Its name, for display.</param>
    /// <param name="onError">What a row on which an expression fails does to the view.</param>
    public PlannedView PlanMaterializedView(
        Sql.Query query, IReadOnlyList<string> columnNames, int relationId, string relationName,
        OnError onError = OnError.Null)
    {
        var context = new BindContext(functions, catalog, _session, [])
        {
            ForView = true,
            FailuresAreNull = onError == OnError.Null,
        };
        var bound = new QueryBinder(context).Bind(query with { EmitOnWindowClose = false }, null);
        return ViewPlanning.Plan(
            this, context, bound, columnNames, relationId, relationName, closes: query.EmitOnWindowClose);
    }

    /// <summary>The columns and dependencies of a plain view; it may read anything, the session's values too.</summary>
    public (IReadOnlyList<CatalogColumn> Columns, IReadOnlyList<int> DependsOn) DescribeView(
        Sql.Query query, IReadOnlyList<string> columnNames, string relationName)
    {
        var context = new BindContext(functions, catalog, _session, []) { IsDefinition = true };
        var bound = new QueryBinder(context).Bind(query, null);
        var visible = ViewPlanning.Named(context, bound, columnNames, "VIEW", relationName);
        return ([.. visible.Select(v => new CatalogColumn(v.Name, v.Type))], [.. context.Dependencies]);
    }

    /// <summary>The rewrites to use.</summary>
    internal PlannerRules Rules { get; init; } = PlannerRules.All;

    internal FunctionRegistry Functions => functions;

    internal CatalogSnapshot Catalog => catalog;

    internal BindContext NewContext(IReadOnlyList<SqlType> parameterTypes) =>
        new(functions, catalog, _session, parameterTypes);

    internal LogicalFacts NewFacts(bool forView, bool failuresAreNull = false) => new(statistics, forView, failuresAreNull);

    /// <summary>The plan of a bound query whose rows go to a client.</summary>
    internal PlannedQuery Query(BindContext context, BoundQuery bound)
    {
        var plan = bound.Plan;
        if (bound.Order.Count > 0 && !bound.IsOrdered)
        {
            plan = new LogicalTopN(plan, [], bound.Order, null, null);
        }

        int[] ids = [.. bound.Outputs.Select(o => o.Id)];
        var facts = NewFacts(forView: false);
        plan = new ColumnPruning(context.Pool).Run(Rewrite(context, plan, facts), ids.ToHashSet());
        var lowering = new Lowering(context, facts);
        var root = lowering.Reordered(plan, lowering.Lower(plan), ids, [.. bound.Outputs.Select(o => o.Name)]);
        return new PlannedQuery(
            root,
            [.. bound.Outputs.Select(o => new ResultColumn(o.Name, o.Type, o.TableOid, o.Attribute))],
            context.Parameters.Final(),
            PlanWalk.Relations(root))
        {
            IsOrdered = bound.Order.Count > 0,
        };
    }

    /// <summary>All logical rewrites but the pruning of columns.</summary>
    internal LogicalNode Rewrite(BindContext context, LogicalNode plan, LogicalFacts facts)
    {
        plan = new Decorrelation(context, facts).Run(plan);
        plan = Folded(plan, context.Pool);
        plan = new DateComparison(context).Run(plan);
        plan = Uses(PlannerRules.PredicatePushDown) ? Folded(new PredicatePushDown(context.Pool).Run(plan), context.Pool) : plan;
        plan = Uses(PlannerRules.ExtremeRanking) && facts.ForView ? Ranked(context, plan, facts) : plan;
        plan = Uses(PlannerRules.JoinOrdering) ? new JoinOrdering(context.Pool, facts).Run(plan) : plan;
        plan = Uses(PlannerRules.AggregateElimination) ? new AggregateElimination(context.Pool, facts).Run(plan) : plan;
        return facts.ForView ? new TemporalKeys(facts).Run(plan) : plan;
    }

    /// <summary>What is filtered behind a new ranking may belong below it.</summary>
    private LogicalNode Ranked(BindContext context, LogicalNode plan, LogicalFacts facts)
    {
        // Facts of their own: estimates made before columns' domains are known would stay.
        var ranked = new ExtremeRanking(context, NewFacts(facts.ForView, facts.FailuresAreNull)).Run(plan);
        return ReferenceEquals(ranked, plan) || !Uses(PlannerRules.PredicatePushDown) ? ranked
            : Folded(new PredicatePushDown(context.Pool).Run(ranked), context.Pool);
    }

    private LogicalNode Folded(LogicalNode plan, ColumnPool pool) =>
        Uses(PlannerRules.Folding) ? EmptyRelations.Run(ExpressionFolding.Run(plan), pool) : plan;

    private bool Uses(PlannerRules rule) => (Rules & rule) != 0;
}
