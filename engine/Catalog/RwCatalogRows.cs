using Vectorized.Engine.Types;

namespace Vectorized.Engine.Catalog;

/// <summary>rw_catalog: the catalog by RisingWave's names.</summary>
internal static class RwCatalogRows
{
    public static void Register(Dictionary<string, Action<SystemContext, SystemRowWriter>> rows)
    {
        rows.Add("rw_catalog.late_rows", LateRows);
        rows.Add("rw_catalog.rw_schemas", (c, w) => Each(c.Catalog.Schemas, s => w.Row(
            ("id", s.Id), ("name", s.Name), ("owner", Owner(c, s)))));
        rows.Add("rw_catalog.rw_databases", (c, w) => w.Row(
            ("id", 1), ("name", c.Catalog.DatabaseName), ("owner", CatalogSnapshot.RootRoleId)));
        rows.Add("rw_catalog.rw_users", (c, w) => Each(c.Catalog.Roles.OrderBy(r => r.Value), r => w.Row(
            ("id", r.Value), ("name", r.Key), ("is_super", true), ("create_db", true), ("create_user", true),
            ("can_login", true))));
        rows.Add("rw_catalog.rw_tables", (c, w) => Each(Of(c, RelationKind.Table), r => w.Row(
            ("id", r.Id), ("name", r.Name), ("schema_id", r.SchemaId), ("owner", Owner(c, r)),
            ("definition", r.Definition),
            ("append_only", r.AppendOnly))));
        rows.Add("rw_catalog.rw_materialized_views", (c, w) => Each(Of(c, RelationKind.MaterializedView), r => w.Row(
            ("id", r.Id), ("name", r.Name), ("schema_id", r.SchemaId), ("owner", Owner(c, r)),
            ("definition", r.Definition), ("background_ddl", false),
            ("append_only", r.AppendOnly))));
        rows.Add("rw_catalog.rw_views", (c, w) => Each(Of(c, RelationKind.View), r => w.Row(
            ("id", r.Id), ("name", r.Name), ("schema_id", r.SchemaId), ("owner", Owner(c, r)),
            ("definition", r.Definition),
            ("sql", r.QueryText))));
        rows.Add("rw_catalog.rw_sources", Sources);
        rows.Add("rw_catalog.rw_indexes", (c, w) => Each(c.Catalog.Indexes, i => w.Row(
            ("id", i.Id), ("name", i.Name), ("primary_table_id", i.RelationId),
            ("key_columns", i.Columns.Select(k => k + 1)),
            ("include_columns", i.Include.Select(k => k + 1)), ("schema_id", i.SchemaId), ("owner", Owner(c, i)),
            ("definition", i.Definition))));
        rows.Add("rw_catalog.rw_sinks", (c, w) => Each(c.Catalog.Sinks, s => w.Row(
            ("id", s.Id), ("name", s.Name), ("schema_id", s.SchemaId), ("owner", Owner(c, s)),
            ("connector", s.IntoId != 0 ? "table" : s.Connector.Name), ("sink_type", s.SinkType.ToUpperInvariant()),
            ("definition", s.Definition))));
        rows.Add("rw_catalog.rw_view_errors", (c, w) => Each(
            Of(c, RelationKind.MaterializedView).Select(r => (Relation: r, Errors: c.RowErrors?.Invoke(r.Id) ?? (0, null)))
                .Where(r => r.Errors.Count > 0),
            r => w.Row(
                ("id", r.Relation.Id), ("name", r.Relation.Name), ("errors", r.Errors.Count), ("last_error", r.Errors.Last))));
        rows.Add("rw_catalog.rw_relations", Relations);
        rows.Add("rw_catalog.rw_columns", Columns);
        rows.Add("rw_catalog.rw_system_tables", (c, w) => Each(SystemRelations.All, r => w.Row(
            ("id", r.Oid), ("name", r.Name), ("schema_id", c.Catalog.FindSchema(r.Schema)!.Id),
            ("owner", CatalogSnapshot.RootRoleId))));
        rows.Add("rw_catalog.rw_functions", (c, w) => Each(c.Catalog.Functions, f => w.Row(
            ("id", f.Id), ("name", f.Name), ("schema_id", f.SchemaId), ("owner", Owner(c, f)), ("type", "scalar"),
            ("arg_type_ids", f.ParameterTypes.Select(TypeOids.Of)), ("return_type_id", TypeOids.Of(f.Returns)),
            ("language", "sql"))));
    }

    private static IEnumerable<CatalogRelation> Of(SystemContext context, RelationKind kind) =>
        context.Catalog.Relations.Where(
            r => r.Kind == kind || (kind == RelationKind.Table && r.Kind == RelationKind.Errors));

    private static uint Owner(SystemContext context, CatalogObject item) =>
        PgRelationRows.OwnerOf(context.Catalog, item);

    private static void Each<T>(IEnumerable<T> items, Action<T> write)
    {
        foreach (var item in items)
        {
            write(item);
        }
    }

    /// <summary>Sources, and tables that have a connector of their own.</summary>
    private static void Sources(SystemContext context, SystemRowWriter writer)
    {
        foreach (var relation in context.Catalog.Relations.Where(
            r => r.Kind == RelationKind.Source || r.Connector?.Name is not null))
        {
            writer.Row(
                ("id", relation.Id), ("name", relation.Name), ("schema_id", relation.SchemaId),
                ("owner", Owner(context, relation)),
                ("connector", relation.Connector?.Name),
                ("columns", relation.Columns.Where(c => c.IsVisible).Select(c => c.Name)),
                ("format", relation.Connector?.Format?.ToUpperInvariant()),
                ("row_encode", relation.Connector?.Encode?.ToUpperInvariant()),
                ("append_only", relation.AppendOnly), ("definition", relation.Definition), ("is_shared", false),
                ("associated_table_id", relation.Kind == RelationKind.Table ? relation.Id : null));
        }
    }

    private static void Relations(SystemContext context, SystemRowWriter writer)
    {
        foreach (var relation in context.Catalog.Relations)
        {
            writer.Row(
                ("id", relation.Id), ("name", relation.Name), ("schema_id", relation.SchemaId),
                ("owner", Owner(context, relation)),
                ("relation_type", relation.Kind == RelationKind.Errors ? "table" : relation.KindName),
                ("definition", relation.Definition));
        }

        foreach (var sink in context.Catalog.Sinks)
        {
            writer.Row(
                ("id", sink.Id), ("name", sink.Name), ("schema_id", sink.SchemaId), ("owner", Owner(context, sink)),
                ("relation_type", "sink"), ("definition", sink.Definition));
        }

        foreach (var index in context.Catalog.Indexes)
        {
            writer.Row(
                ("id", index.Id), ("name", index.Name), ("schema_id", index.SchemaId), ("owner", Owner(context, index)),
                ("relation_type", "index"), ("definition", index.Definition));
        }

        foreach (var relation in SystemRelations.All)
        {
            writer.Row(
                ("id", relation.Oid), ("name", relation.Name),
                ("schema_id", context.Catalog.FindSchema(relation.Schema)!.Id),
                ("owner", CatalogSnapshot.RootRoleId), ("relation_type", "system table"));
        }
    }

    /// <summary>What came behind its watermark and was turned away.</summary>
    private static void LateRows(SystemContext context, SystemRowWriter writer)
    {
        foreach (var relation in context.Catalog.Relations.Where(r => r.Watermarks.Count > 0))
        {
            if (context.Watermark?.Invoke(relation.Id) is { } status)
            {
                writer.Row(
                    ("relation_id", relation.Id), ("schema_name", context.Catalog.Schemas.First(s => s.Id == relation.SchemaId).Name),
                    ("relation_name", relation.Name), ("column_name", relation.Columns[relation.Watermarks[0].Column].Name),
                    ("watermark", status.Watermark is { } value ? TextFormat.ToText(value) : null),
                    ("accepted", status.Accepted), ("late", status.Late));
            }
        }
    }

    private static void Columns(SystemContext context, SystemRowWriter writer)
    {
        foreach (var relation in context.Catalog.Relations)
        {
            for (int i = 0; i < relation.Columns.Count; i++)
            {
                var column = relation.Columns[i];
                if (!column.Dropped)
                {
                    writer.Row(
                        ("relation_id", relation.Id), ("name", column.Name), ("position", i + 1),
                        ("is_hidden", column.Hidden),
                        ("is_primary_key", (relation.Key ?? relation.PrimaryKey).Contains(i)),
                        ("is_generated", column.GeneratedText is not null),
                        ("is_nullable", !column.NotNull && !relation.PrimaryKey.Contains(i)),
                        ("generation_expression", column.GeneratedText), ("data_type", column.Type.ToString()),
                        ("type_oid", TypeOids.Of(column.Type)), ("type_len", TypeOids.Length(column.Type)),
                        ("udt_type", ""));
                }
            }
        }
    }
}
