using Vectorized.Engine.Types;

namespace Vectorized.Engine.Catalog;

/// <summary>pg_class, pg_attribute, pg_index, pg_constraint, pg_attrdef: relations as PostgreSQL's catalogs show them.</summary>
internal static class PgRelationRows
{
    private const uint HeapId = 2;
    private const uint BtreeId = 403;
    private const uint DefaultCollation = 100;

    public static void Register(Dictionary<string, Action<SystemContext, SystemRowWriter>> rows)
    {
        rows.Add("pg_catalog.pg_class", Classes);
        rows.Add("pg_catalog.pg_attribute", Attributes);
        rows.Add("pg_catalog.pg_index", Indexes);
        rows.Add("pg_catalog.pg_constraint", Constraints);
        rows.Add("pg_catalog.pg_attrdef", Defaults);
    }

    /// <summary>relkind: a source is shown as a table, since tools skip what they do not know.</summary>
    public static string KindOf(RelationKind kind) => kind switch
    {
        RelationKind.View => "v",
        RelationKind.MaterializedView => "m",
        _ => "r",
    };

    /// <summary>Every index with its relation: those of primary keys first.</summary>
    public static IEnumerable<PgIndex> AllIndexes(CatalogSnapshot catalog)
    {
        foreach (var relation in catalog.Relations.Where(r => r.PrimaryKeyIndexId != 0))
        {
            yield return new PgIndex(
                (uint)relation.PrimaryKeyIndexId, relation.PrimaryKeyName, relation, relation.PrimaryKey, true);
        }

        foreach (var index in catalog.Indexes)
        {
            yield return new PgIndex(index.Oid, index.Name, catalog.Relation(index.RelationId), index.Columns, false)
            {
                Include = index.Include,
                Directions = index.Directions,
            };
        }
    }

    public static uint OwnerOf(CatalogSnapshot catalog, CatalogObject item) =>
        (uint)catalog.Roles.GetValueOrDefault(item.Owner, CatalogSnapshot.RootRoleId);

    private static void Classes(SystemContext context, SystemRowWriter writer)
    {
        var catalog = context.Catalog;
        foreach (var relation in SystemRelations.All)
        {
            bool isTable = relation.Schema == "pg_catalog" && relation.Oid < 10000;
            writer.Row(
                ("oid", relation.Oid), ("relname", relation.Name),
                ("relnamespace", catalog.FindSchema(relation.Schema)!.Oid),
                ("relowner", CatalogSnapshot.RootRoleId), ("relam", isTable ? HeapId : 0),
                ("relkind", isTable ? "r" : "v"),
                ("relnatts", relation.Columns.Count), ("relpersistence", "p"), ("relreplident", "n"),
                ("relispopulated", true), ("reltuples", -1f));
        }

        foreach (var relation in catalog.Relations)
        {
            bool indexed = relation.PrimaryKeyIndexId != 0 || catalog.IndexesOf(relation.Id).Any();
            writer.Row(
                ("oid", relation.Oid), ("relname", relation.Name), ("relnamespace", relation.SchemaId),
                ("relowner", OwnerOf(catalog, relation)), ("relam", relation.Kind == RelationKind.View ? 0 : HeapId),
                ("relkind", KindOf(relation.Kind)), ("relnatts", relation.Columns.Count), ("relpersistence", "p"),
                ("relreplident", "d"), ("relispopulated", true), ("relhasindex", indexed),
                ("relhasrules", relation.Kind is RelationKind.View or RelationKind.MaterializedView),
                ("reltuples", (float)(context.RowCount?.Invoke(relation.Id) ?? -1)), ("relfilenode", relation.Oid));
        }

        foreach (var index in AllIndexes(catalog))
        {
            writer.Row(
                ("oid", index.Oid), ("relname", index.Name), ("relnamespace", index.Relation.SchemaId),
                ("relowner", OwnerOf(catalog, index.Relation)), ("relam", BtreeId), ("relkind", "i"),
                ("relnatts", index.AllColumns.Count), ("relpersistence", "p"), ("relreplident", "n"),
                ("relispopulated", true), ("relfilenode", index.Oid));
        }
    }

    private static void Attributes(SystemContext context, SystemRowWriter writer)
    {
        foreach (var relation in SystemRelations.All)
        {
            for (int i = 0; i < relation.Columns.Count; i++)
            {
                var column = relation.Columns[i];
                Attribute(writer, relation.Oid, i + 1, column.Name, column.Type, column.NotNull);
            }
        }

        foreach (var relation in context.Catalog.Relations)
        {
            for (int i = 0; i < relation.Columns.Count; i++)
            {
                var column = relation.Columns[i];
                if (column.Dropped)
                {
                    Attribute(writer, relation.Oid, i + 1, $"........pg.dropped.{i + 1}........", column.Type, false,
                        dropped: true);
                }
                else if (!column.Hidden)
                {
                    Attribute(
                        writer, relation.Oid, i + 1, column.Name, column.Type, column.NotNull
                            || relation.PrimaryKey.Contains(i),
                        hasDefault: column.DefaultText is not null, generated: column.GeneratedText is not null);
                }
            }
        }

        foreach (var index in AllIndexes(context.Catalog))
        {
            for (int i = 0; i < index.AllColumns.Count; i++)
            {
                var column = index.Relation.Columns[index.AllColumns[i]];
                Attribute(writer, index.Oid, i + 1, column.Name, column.Type, false);
            }
        }
    }

    private static void Attribute(
        SystemRowWriter writer,
        uint relation,
        int number,
        string name,
        SqlType type,
        bool notNull,
        bool hasDefault = false,
        bool generated = false,
        bool dropped = false)
    {
        short length = TypeOids.Length(type);
        writer.Row(
            ("attrelid", relation), ("attname", name), ("atttypid", dropped ? 0 : TypeOids.Of(type)),
            ("attstattarget", -1),
            ("attlen", length), ("attnum", number), ("attndims", type.Id == TypeId.List ? 1 : 0), ("attcacheoff", -1),
            ("atttypmod", TypeOids.Modifier(type)), ("attbyval", length is > 0 and <= 8),
            ("attalign", length switch { 1 => "c", 2 => "s", 8 => "d", _ => "i" }),
            ("attstorage", length < 0 ? "x" : "p"),
            ("attcompression", ""), ("attnotnull", notNull), ("atthasdef", hasDefault || generated),
            ("attidentity", ""),
            ("attgenerated", generated ? "s" : ""), ("attisdropped", dropped), ("attislocal", true),
            ("attcollation", type.Id == TypeId.Varchar ? DefaultCollation : 0));
    }

    private static void Indexes(SystemContext context, SystemRowWriter writer)
    {
        foreach (var index in AllIndexes(context.Catalog))
        {
            writer.Row(
                ("indexrelid", index.Oid), ("indrelid", index.Relation.Oid), ("indnatts", index.AllColumns.Count),
                ("indnkeyatts", index.Columns.Count), ("indisunique", index.IsPrimary),
                ("indisprimary", index.IsPrimary),
                ("indimmediate", true), ("indisvalid", true), ("indisready", true), ("indislive", true),
                ("indkey", index.AllColumns.Select(c => c + 1)), ("indcollation", index.Columns.Select(_ => 0)),
                ("indclass", index.Columns.Select(_ => 0)),
                ("indoption", index.Columns.Select((_, i) => index.OptionOf(i))));
        }
    }

    private static void Constraints(SystemContext context, SystemRowWriter writer)
    {
        foreach (var relation in context.Catalog.Relations.Where(r => r.PrimaryKeyConstraintId != 0))
        {
            writer.Row(
                ("oid", relation.PrimaryKeyConstraintId), ("conname", relation.PrimaryKeyName),
                ("connamespace", relation.SchemaId),
                ("contype", "p"), ("convalidated", true), ("conrelid", relation.Oid),
                ("conindid", relation.PrimaryKeyIndexId),
                ("confupdtype", " "), ("confdeltype", " "), ("confmatchtype", " "), ("conislocal", true),
                ("connoinherit", true),
                ("conkey", relation.PrimaryKey.Select(c => c + 1)));
        }
    }

    /// <summary>Defaults and generated columns; the expression's text stands where PostgreSQL has its node tree.</summary>
    private static void Defaults(SystemContext context, SystemRowWriter writer)
    {
        foreach (var relation in context.Catalog.Relations)
        {
            for (int i = 0; i < relation.Columns.Count; i++)
            {
                if ((relation.Columns[i].GeneratedText ?? relation.Columns[i].DefaultText) is { } text)
                {
                    writer.Row(
                        ("oid", (relation.Oid * 2000u) + (uint)i), ("adrelid", relation.Oid), ("adnum", i + 1),
                        ("adbin", text));
                }
            }
        }
    }
}

/// <summary>An index as pg_index shows it.</summary>
internal sealed record PgIndex(
    uint Oid, string Name, CatalogRelation Relation, IReadOnlyList<int> Columns, bool IsPrimary)
{
    public IReadOnlyList<int> Include { get; init; } = [];

    public IReadOnlyList<(bool Descending, bool NullsFirst)> Directions { get; init; } = [];

    /// <summary>
    /// The columns it holds: the key, what it includes (all columns if nothing is named), and the relation's key or row id, by
    /// which rows are told apart.
    /// </summary>
    public IReadOnlyList<int> AllColumns => IsPrimary ? Columns
        : [.. Columns.Concat(Include.Count > 0 ? Include : VisibleColumns).Concat(RowKey).Distinct()];

    private IEnumerable<int> VisibleColumns => Enumerable.Range(0, Relation.Columns.Count)
        .Where(i => !Relation.Columns[i].Hidden && !Relation.Columns[i].Dropped);

    private IReadOnlyList<int> RowKey => Relation.PrimaryKey.Count > 0 ? Relation.PrimaryKey
        : Relation.RowIdColumn >= 0 ? [Relation.RowIdColumn] : [];

    /// <summary>indoption: 1 descending, 2 NULLs first.</summary>
    public int OptionOf(int key) => key < Directions.Count
        ? (Directions[key].Descending ? 1 : 0) | (Directions[key].NullsFirst ? 2 : 0)
        : 0;
}
