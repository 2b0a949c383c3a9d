using Vectorized.Engine.Types;

namespace Vectorized.Engine.Catalog;

/// <summary>
/// information_schema. Unlike PostgreSQL's it lists every relation, sources and materialized views too, by RisingWave's
/// names of their kinds.
/// </summary>
internal static class InformationSchemaRows
{
    public static void Register(Dictionary<string, Action<SystemContext, SystemRowWriter>> rows)
    {
        rows.Add("information_schema.tables", Tables);
        rows.Add("information_schema.columns", Columns);
        rows.Add("information_schema.schemata", Schemata);
        rows.Add("information_schema.views", Views);
        rows.Add("information_schema.key_column_usage", KeyColumns);
        rows.Add("information_schema.table_constraints", Constraints);
        rows.Add("information_schema.information_schema_catalog_name", (c, w) =>
            w.Row(("catalog_name", c.Catalog.DatabaseName)));
    }

    public static string TypeOf(RelationKind kind) => kind switch
    {
        RelationKind.Source => "SOURCE",
        RelationKind.View => "VIEW",
        RelationKind.MaterializedView => "MATERIALIZED VIEW",
        _ => "BASE TABLE",
    };

    private static void Tables(SystemContext context, SystemRowWriter writer)
    {
        foreach (var relation in SystemRelations.All)
        {
            writer.Row(
                ("table_catalog", context.Catalog.DatabaseName), ("table_schema", relation.Schema),
                ("table_name", relation.Name),
                ("table_type", "SYSTEM TABLE"), ("is_insertable_into", "NO"), ("is_typed", "NO"));
        }

        foreach (var relation in context.Catalog.Relations)
        {
            writer.Row(
                ("table_catalog", context.Catalog.DatabaseName),
                ("table_schema", context.Catalog.SchemaNameOf(relation)),
                ("table_name", relation.Name), ("table_type", TypeOf(relation.Kind)),
                ("is_insertable_into", relation.IsWritable), ("is_typed", "NO"));
        }
    }

    private static void Columns(SystemContext context, SystemRowWriter writer)
    {
        foreach (var relation in SystemRelations.All)
        {
            for (int i = 0; i < relation.Columns.Count; i++)
            {
                var column = new CatalogColumn(
                    relation.Columns[i].Name, relation.Columns[i].Type)
                { NotNull = relation.Columns[i].NotNull };
                Column(context, writer, relation.Schema, relation.Name, i + 1, column, !column.NotNull,
                    writable: false);
            }
        }

        foreach (var relation in context.Catalog.Relations)
        {
            for (int i = 0; i < relation.Columns.Count; i++)
            {
                var column = relation.Columns[i];
                if (column.IsVisible)
                {
                    bool nullable = !column.NotNull && !relation.PrimaryKey.Contains(i);
                    Column(
                        context, writer, context.Catalog.SchemaNameOf(relation), relation.Name, i + 1, column, nullable,
                        relation.IsWritable);
                }
            }
        }
    }

    private static void Column(
        SystemContext context,
        SystemRowWriter writer,
        string schema,
        string table,
        int position,
        CatalogColumn column,
        bool nullable,
        bool writable)
    {
        var type = column.Type;
        uint oid = TypeOids.Of(type);
        string database = context.Catalog.DatabaseName;
        int? bits = type.Id switch
        {
            TypeId.Int16 => 16,
            TypeId.Int32 => 32,
            TypeId.Int64 => 64,
            TypeId.Float32 => 24,
            TypeId.Float64 => 53,
            _ => null,
        };
        bool isDecimal = type.Id == TypeId.Numeric && type.Precision > 0;
        bool isTime = type.Id is TypeId.Time or TypeId.Timestamp or TypeId.TimestampTz or TypeId.Interval;
        writer.Row(
            ("table_catalog", database), ("table_schema", schema), ("table_name", table), ("column_name", column.Name),
            ("ordinal_position", position), ("column_default", column.DefaultText), ("is_nullable", nullable),
            ("data_type", type.Id == TypeId.List ? "ARRAY" : type.Base.ToString()),
            ("character_maximum_length", type.Id == TypeId.Varchar && type.Precision > 0 ? type.Precision : null),
            ("character_octet_length", type.Id == TypeId.Varchar ? 1 << 30 : null),
            ("numeric_precision", isDecimal ? type.Precision : bits),
            ("numeric_precision_radix", type.Id == TypeId.Numeric ? 10 : bits is null ? null : 2),
            ("numeric_scale", isDecimal ? type.Scale : type.IsInteger ? 0 : null),
            ("datetime_precision", isTime ? 6 : type.Id == TypeId.Date ? 0 : null),
            ("udt_catalog", database), ("udt_schema", "pg_catalog"),
            ("udt_name", PgTypes.All.FirstOrDefault(t => t.Oid == oid)?.Name ?? type.ToString()),
            ("dtd_identifier", position.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ("is_self_referencing", "NO"),
            ("is_identity", "NO"), ("is_generated", column.GeneratedText is null ? "NEVER" : "ALWAYS"),
            ("generation_expression", column.GeneratedText), ("is_updatable", writable));
    }

    private static void Schemata(SystemContext context, SystemRowWriter writer)
    {
        foreach (var schema in context.Catalog.Schemas)
        {
            writer.Row(
                ("catalog_name", context.Catalog.DatabaseName), ("schema_name", schema.Name),
                ("schema_owner", schema.Owner));
        }
    }

    private static void Views(SystemContext context, SystemRowWriter writer)
    {
        var views = context.Catalog.Relations.Where(r => r.Kind is RelationKind.View or RelationKind.MaterializedView);
        foreach (var view in views)
        {
            writer.Row(
                ("table_catalog", context.Catalog.DatabaseName), ("table_schema", context.Catalog.SchemaNameOf(view)),
                ("table_name", view.Name), ("view_definition", view.QueryText), ("check_option", "NONE"),
                ("is_updatable", "NO"),
                ("is_insertable_into", "NO"));
        }
    }

    private static void KeyColumns(SystemContext context, SystemRowWriter writer)
    {
        foreach (var relation in context.Catalog.Relations.Where(r => r.PrimaryKeyConstraintId != 0))
        {
            for (int i = 0; i < relation.PrimaryKey.Count; i++)
            {
                string schema = context.Catalog.SchemaNameOf(relation);
                writer.Row(
                    ("constraint_catalog", context.Catalog.DatabaseName), ("constraint_schema", schema),
                    ("constraint_name", relation.PrimaryKeyName), ("table_catalog", context.Catalog.DatabaseName),
                    ("table_schema", schema), ("table_name", relation.Name),
                    ("column_name", relation.Columns[relation.PrimaryKey[i]].Name), ("ordinal_position", i + 1));
            }
        }
    }

    private static void Constraints(SystemContext context, SystemRowWriter writer)
    {
        foreach (var relation in context.Catalog.Relations.Where(r => r.PrimaryKeyConstraintId != 0))
        {
            string schema = context.Catalog.SchemaNameOf(relation);
            writer.Row(
                ("constraint_catalog", context.Catalog.DatabaseName), ("constraint_schema", schema),
                ("constraint_name", relation.PrimaryKeyName), ("table_catalog", context.Catalog.DatabaseName),
                ("table_schema", schema), ("table_name", relation.Name), ("constraint_type", "PRIMARY KEY"),
                ("is_deferrable", "NO"), ("initially_deferred", "NO"), ("enforced", "YES"));
        }
    }
}
