using Vectorized.Engine.Binding;
using Vectorized.Engine.Catalog;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Planning;

/// <summary>A planned sink. Targets: positions of the table its visible columns go to; empty without a table.</summary>
public sealed record PlannedSink(PlannedView View, IReadOnlyList<int> Targets);

public sealed partial class Planner
{
    /// <summary>Plans a sink's query as a view's is planned; into a table its outputs become the table's types.</summary>
    /// <param name="query">The sink's query.</param>
    /// <param name="into">The table, or null.</param>
    /// <param name="columns">The table's columns named in the statement; empty: from the first on.</param>
    /// <param name="sinkId">The permanent id the sink gets.</param>
    /// <param name="sinkName">Its name, for display.</param>
    public PlannedSink PlanSink(
        Sql.Query query, CatalogRelation? into, Sql.SyntaxList<Sql.Identifier> columns, int sinkId, string sinkName)
    {
        var context = new BindContext(functions, catalog, _session, []) { ForView = true };
        if (into is null)
        {
            var plain = new QueryBinder(context).Bind(query, null);
            return new PlannedSink(ViewPlanning.Plan(this, context, plain, [], sinkId, sinkName), []);
        }

        var binder = new WriteBinder(context);
        var bound = new QueryBinder(context).Bind(query, null, keepUnknown: true);
        int[] targets = binder.SinkTargets(into, columns, bound.Outputs.Count);
        return new PlannedSink(
            ViewPlanning.Plan(this, context, binder.Assigned(bound, into, targets), [], sinkId, sinkName), targets);
    }

    /// <summary>A row of a table over one that has only some of its columns; null for the row id.</summary>
    internal IReadOnlyList<ScalarExpression?> CompletedRow(
        CatalogRelation table, IReadOnlyList<int> targets, IReadOnlyList<SqlType> types) =>
        [.. new WriteBinder(NewContext([])).SinkRow(table, targets, types)
            .Select(e => e is null ? null : ExpressionFolding.Fold(e))];

    /// <summary>A row of a table whose columns have changed over one of its old shape.</summary>
    internal IReadOnlyList<ScalarExpression> ReshapedRow(CatalogRelation before, CatalogRelation after) =>
        [.. new WriteBinder(NewContext([])).Reshaped(before, after).Select(ExpressionFolding.Fold)];
}
