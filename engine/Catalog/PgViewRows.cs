namespace Vectorized.Engine.Catalog;

/// <summary>pg_tables, pg_views, pg_matviews, pg_indexes: relations by name.</summary>
internal static class PgViewRows
{
    public static void Register(Dictionary<string, Action<SystemContext, SystemRowWriter>> rows)
    {
        rows.Add("pg_catalog.pg_tables", Tables);
        rows.Add("pg_catalog.pg_views", Views);
        rows.Add("pg_catalog.pg_matviews", MaterializedViews);
        rows.Add("pg_catalog.pg_indexes", Indexes);
        rows.Add("pg_catalog.pg_stat_user_tables", Statistics);
    }

    private static void Tables(SystemContext context, SystemRowWriter writer)
    {
        foreach (var relation in SystemRelations.All.Where(r => r.Oid < 10000))
        {
            writer.Row(("schemaname", relation.Schema), ("tablename", relation.Name),
                ("tableowner", CatalogSnapshot.RootUser));
        }

        var kept = context.Catalog.Relations.Where(r => PgRelationRows.KindOf(r.Kind) == "r");
        foreach (var relation in kept)
        {
            writer.Row(
                ("schemaname", context.Catalog.SchemaNameOf(relation)), ("tablename", relation.Name),
                ("tableowner", relation.Owner),
                ("hasindexes", relation.PrimaryKeyIndexId != 0 || context.Catalog.IndexesOf(relation.Id).Any()),
                ("hasrules", false), ("hastriggers", false), ("rowsecurity", false));
        }
    }

    private static void Views(SystemContext context, SystemRowWriter writer)
    {
        foreach (var view in context.Catalog.Relations.Where(r => r.Kind == RelationKind.View))
        {
            writer.Row(
                ("schemaname", context.Catalog.SchemaNameOf(view)), ("viewname", view.Name), ("viewowner", view.Owner),
                ("definition", view.QueryText));
        }
    }

    private static void MaterializedViews(SystemContext context, SystemRowWriter writer)
    {
        foreach (var view in context.Catalog.Relations.Where(r => r.Kind == RelationKind.MaterializedView))
        {
            writer.Row(
                ("schemaname", context.Catalog.SchemaNameOf(view)), ("matviewname", view.Name),
                ("matviewowner", view.Owner),
                ("hasindexes", context.Catalog.IndexesOf(view.Id).Any()), ("ispopulated", true),
                ("definition", view.QueryText));
        }
    }

    private static void Indexes(SystemContext context, SystemRowWriter writer)
    {
        foreach (var index in PgRelationRows.AllIndexes(context.Catalog))
        {
            writer.Row(
                ("schemaname", context.Catalog.SchemaNameOf(index.Relation)), ("tablename", index.Relation.Name),
                ("indexname", index.Name), ("indexdef", context.Catalog.IndexDefinition(index.Oid, 0)));
        }
    }

    private static void Statistics(SystemContext context, SystemRowWriter writer)
    {
        foreach (var relation in context.Catalog.Relations.Where(r => PgRelationRows.KindOf(r.Kind) == "r"))
        {
            writer.Row(
                ("relid", relation.Oid), ("schemaname", context.Catalog.SchemaNameOf(relation)),
                ("relname", relation.Name),
                ("n_live_tup", (long)(context.RowCount?.Invoke(relation.Id) ?? 0)));
        }
    }
}
