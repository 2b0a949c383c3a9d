using Vectorized.Engine.Binding;
using Vectorized.Engine.Catalog;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Definitions;

/// <summary>What hangs on a table's column: generated columns, plans that scan it, texts of views that may name it.</summary>
internal static class ColumnUses
{
    internal static void RefuseDrop(DefinitionContext context, CatalogRelation table, int column, int position)
    {
        var catalog = context.Before;
        RefuseGenerated(context, table, column, "drop", position);
        Refuse("drop", table, column, [.. Readers(catalog, table, column), .. Texts(catalog, table)], position);
    }

    /// <summary>Plans go by position and do not mind; texts are bound again by name.</summary>
    internal static void RefuseRename(DefinitionContext context, CatalogRelation table, int column, int position)
    {
        RefuseGenerated(context, table, column, "rename", position);
        Refuse("rename", table, column, [.. Texts(context.Before, table)], position);
    }

    internal static void RefuseRetype(DefinitionContext context, CatalogRelation table, int column, int position)
    {
        var catalog = context.Before;
        RefuseGenerated(context, table, column, "change the type of", position);
        var indexes = catalog.IndexesOf(table.Id).Where(i => i.Columns.Contains(column));
        Refuse("change the type of", table, column, [.. Readers(catalog, table, column), .. Texts(catalog, table), .. indexes], position);
    }

    private static void Refuse(string verb, CatalogRelation table, int column, IReadOnlyList<SchemaObject> users, int position)
    {
        if (users.Count > 0)
        {
            string name = table.Columns[column].Name;
            throw new SqlException(
                SqlState.DependentObjectsStillExist,
                $"cannot {verb} column {name} of table {table.Name} because other objects depend on it",
                position,
                detail: string.Join('\n', users.Distinct().Select(
                    u => $"{u.KindName} {u.Name} depends on column {name} of table {table.Name}")));
        }
    }

    /// <summary>Materialized views and sinks whose plans read the column.</summary>
    private static IEnumerable<SchemaObject> Readers(CatalogSnapshot catalog, CatalogRelation table, int column)
    {
        foreach (var dependent in catalog.Objects.Values.OfType<SchemaObject>().OrderBy(o => o.Id))
        {
            var plan = (dependent as CatalogRelation)?.View?.Plan ?? (dependent as CatalogSink)?.View.Plan;
            bool reads = plan is not null && PlanWalk.Nodes(plan).OfType<ScanNode>()
                .Any(s => s.RelationId == table.Id && s.RelationColumns.Contains(column));
            if (reads)
            {
                yield return dependent;
            }
        }
    }

    /// <summary>Plain views over the table: their text is bound at each use, and what it names is not kept.</summary>
    private static IEnumerable<SchemaObject> Texts(CatalogSnapshot catalog, CatalogRelation table) =>
        catalog.DependentsOf(table.Id).OfType<CatalogRelation>().Where(r => r.Kind == RelationKind.View);

    private static void RefuseGenerated(DefinitionContext context, CatalogRelation table, int column, string verb, int position)
    {
        string name = table.Columns[column].Name;
        var bind = new BindContext(context.Session.Database.Functions, context.Before, context.Values, []);
        foreach (var generated in table.Columns.Where(c => c.GeneratedText is not null && c.Name != name))
        {
            if (Reads(RowExpressions.BindOverRow(bind, generated.GeneratedText!, table, generated.Type), column))
            {
                throw new SqlException(
                    SqlState.DependentObjectsStillExist,
                    $"cannot {verb} column {name} of table {table.Name} because other objects depend on it",
                    position,
                    detail: $"column {generated.Name} of table {table.Name} depends on column {name} of table {table.Name}");
            }
        }
    }

    private static bool Reads(ScalarExpression expression, int column) =>
        (expression is ColumnExpression c && c.Index == column)
        || ExpressionComparer.Children(expression).Any(child => Reads(child, column));
}
