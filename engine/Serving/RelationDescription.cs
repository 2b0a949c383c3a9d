using Vectorized.Engine.Catalog;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving;

/// <summary>DESCRIBE, SHOW COLUMNS and SHOW INDEXES: relations, system relations and sinks as RisingWave prints them.</summary>
internal static class RelationDescription
{
    private sealed record Described(string Name, IReadOnlyList<CatalogColumn> Columns, CatalogRelation? Relation, string? Comment);

    internal static RowsExecutable Columns(Statement statement, QualifiedName name) => new(
        statement,
        "SHOW",
        TextRows.Columns("Name", "Type", "Is Hidden", "Description"),
        session => TextRows.Build(4, Find(session, name).Columns.Where(c => !c.Dropped).SelectMany(ColumnRows)));

    internal static RowsExecutable Describe(Statement statement, QualifiedName name) => new(
        statement,
        "DESCRIBE",
        TextRows.Columns("Name", "Type", "Is Hidden", "Description"),
        session =>
        {
            var described = Find(session, name);
            var rows = described.Columns.Where(c => !c.Dropped).SelectMany(ColumnRows).ToList();
            if (described.Relation is { IsStored: true, Kind: not RelationKind.Source, Key: { Count: > 0 } key } relation)
            {
                string keyNames = string.Join(", ", key.Select(c => relation.Columns[c].Name));
                rows.Add(["primary key", keyNames, null, null]);
                rows.Add(["distribution key", keyNames, null, null]);
                rows.AddRange(session.Catalog.IndexesOf(relation.Id).Select(IReadOnlyList<string?> (i) =>
                    [i.Name, Summary(relation, i), null, null]));
            }

            rows.Add(["table description", described.Name, null, described.Comment]);
            return TextRows.Build(4, rows);
        });

    internal static RowsExecutable Indexes(Statement statement, QualifiedName name) => new(
        statement,
        "SHOW",
        TextRows.Columns("Name", "On", "Key", "Include", "Distributed By"),
        session =>
        {
            var relation = Find(session, name).Relation ?? throw new SqlException(
                SqlState.WrongObjectType, $"\"{name.Name}\" has no indexes", name.Position);
            return TextRows.Build(5, session.Catalog.IndexesOf(relation.Id).Select(IReadOnlyList<string?> (i) =>
                [i.Name, relation.Name, Keys(relation, i), Include(relation, i), Distribution(relation, i)]));
        });

    private static Described Find(Session session, QualifiedName name)
    {
        var catalog = session.Catalog;
        var path = Binding.BindContext.EffectivePath(session.Settings.Values.SearchPath, session.Settings.User);
        if (SystemRelations.Resolve(name.Schema, name.Name, path, catalog) is { } system)
        {
            return new Described(
                system.Name, [.. system.Columns.Select(c => new CatalogColumn(c.Name, c.Type) { NotNull = c.NotNull })], null, null);
        }

        return catalog.Resolve(name.Schema, name.Name, session.Settings.Values.SearchPath) switch
        {
            CatalogRelation relation => new Described(relation.Name, relation.Columns, relation, relation.Comment),
            CatalogSink sink => new Described(sink.Name, sink.Columns, null, sink.Comment),
            CatalogIndex index => new Described(index.Name, IndexColumns(catalog, index), null, index.Comment),
            null => throw new SqlException(SqlState.UndefinedTable, $"relation \"{name}\" does not exist", name.Position),
            var item => throw new SqlException(
                SqlState.WrongObjectType, $"\"{name.Name}\" is a {item.KindName}, which has no columns", name.Position),
        };
    }

    private static IReadOnlyList<CatalogColumn> IndexColumns(CatalogSnapshot catalog, CatalogIndex index)
    {
        var relation = catalog.Relation(index.RelationId);
        return [.. index.Columns.Concat(Included(relation, index)).Select(c => relation.Columns[c])];
    }

    /// <summary>A column, and below it the fields of a composite one.</summary>
    private static IEnumerable<IReadOnlyList<string?>> ColumnRows(CatalogColumn column) =>
        TypeRows(CatalogSnapshot.Quote(column.Name), column.Type, column.Hidden ? "true" : "false", column.Comment);

    private static IEnumerable<IReadOnlyList<string?>> TypeRows(string name, SqlType type, string hidden, string? comment)
    {
        yield return [name, Shown(type), hidden, comment];
        if (type.Id == TypeId.List && type.Element is { Id: TypeId.Struct or TypeId.List } element)
        {
            foreach (var row in TypeRows($"{name}[1]", element, hidden, null))
            {
                yield return row;
            }
        }
        else if (type.Id == TypeId.Struct)
        {
            foreach (var (field, fieldType) in type.Fields!.Items)
            {
                foreach (var row in TypeRows($"{name}.{CatalogSnapshot.Quote(field)}", fieldType, hidden, null))
                {
                    yield return row;
                }
            }
        }
    }

    private static string Shown(SqlType type) => type.Id switch
    {
        TypeId.Struct => "struct",
        TypeId.List when type.Element!.Id == TypeId.Struct => "struct[]",
        _ => type.ToString(),
    };

    private static string Summary(CatalogRelation relation, CatalogIndex index) =>
        $"index({Keys(relation, index)}) include({Include(relation, index)}) distributed by({Distribution(relation, index)})";

    private static string Keys(CatalogRelation relation, CatalogIndex index) => string.Join(", ", index.Columns.Select((c, i) =>
        $"{relation.Columns[c].Name} {(i < index.Directions.Count && index.Directions[i].Descending ? "DESC" : "ASC")}"));

    private static string Include(CatalogRelation relation, CatalogIndex index) =>
        string.Join(", ", Included(relation, index).Select(c => relation.Columns[c].Name));

    private static IEnumerable<int> Included(CatalogRelation relation, CatalogIndex index) => index.Include.Count > 0
        ? index.Include
        : Enumerable.Range(0, relation.Columns.Count).Where(c => relation.Columns[c].IsVisible && !index.Columns.Contains(c));

    private static string Distribution(CatalogRelation relation, CatalogIndex index) => relation.Columns[index.Columns[0]].Name;
}
