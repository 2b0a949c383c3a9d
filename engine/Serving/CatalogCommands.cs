using Vectorized.Engine.Catalog;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving;

/// <summary>Statements that show the catalog: SHOW TABLES and its kin, SHOW CREATE, SHOW COLUMNS, DESCRIBE.</summary>
internal static class CatalogCommands
{
    /// <summary>The executable, or null when the statement is of another family.</summary>
    internal static Executable? TryPrepare(Statement statement) => statement switch
    {
        ShowObjectsStatement { Kind: ShowKind.Columns } s => Describe(s, s.From!),
        ShowObjectsStatement { Kind: ShowKind.Indexes } s => Indexes(s),
        ShowObjectsStatement s => Objects(s),
        ShowCreateStatement s => Create(s),
        DescribeStatement { Name: { } name } s => Describe(s, name),
        _ => null,
    };

    private static RowsExecutable Objects(ShowObjectsStatement statement)
    {
        if (statement.Where is not null)
        {
            throw new SqlException(
                SqlState.FeatureNotSupported, "not supported: SHOW ... WHERE", statement.Position,
                hint: "Use LIKE, or SELECT from information_schema.tables.");
        }

        return new RowsExecutable(
            statement,
            "SHOW",
            TextRows.Columns("Name"),
            session => TextRows.Build(1, Matching(statement, Names(session, statement)).Select(IReadOnlyList<string?> (n) => [n])));
    }

    private static IEnumerable<string> Names(Session session, ShowObjectsStatement statement)
    {
        var catalog = session.Catalog;
        string schema = statement.From?.Name ?? session.Settings.Values.SearchPath.FirstOrDefault(p => catalog.FindSchema(p) is not null)
            ?? "public";
        IEnumerable<string> Relations(params RelationKind[] kinds)
        {
            int id = catalog.FindSchema(schema)?.Id ?? throw new SqlException(
                SqlState.InvalidSchemaName, $"schema \"{schema}\" does not exist", statement.Position);
            return catalog.Relations.Where(r => r.SchemaId == id && kinds.Contains(r.Kind)).Select(r => r.Name);
        }

        return statement.Kind switch
        {
            ShowKind.Tables => Relations(RelationKind.Table),
            ShowKind.Sources => Relations(RelationKind.Source),
            ShowKind.Views => Relations(RelationKind.View),
            ShowKind.MaterializedViews => Relations(RelationKind.MaterializedView),
            ShowKind.InternalTables => Relations(RelationKind.Errors),
            ShowKind.Schemas => catalog.Schemas.Select(s => s.Name),
            ShowKind.Databases => [catalog.DatabaseName],
            ShowKind.Users => catalog.Roles.Keys,
            ShowKind.Sinks or ShowKind.Subscriptions or ShowKind.Secrets or ShowKind.Connections or ShowKind.Functions
                or ShowKind.Jobs or ShowKind.Cursors or ShowKind.SubscriptionCursors => [],
            _ => throw new SqlException(SqlState.FeatureNotSupported, $"not supported: SHOW {statement.Kind}", statement.Position),
        };
    }

    private static IEnumerable<string> Matching(ShowObjectsStatement statement, IEnumerable<string> names)
    {
        var ordered = names.Order(StringComparer.Ordinal);
        if (statement.Pattern is not { } pattern)
        {
            return ordered;
        }

        return ordered.Where(n => LikePattern.Matches(n, pattern, statement.IgnoreCase));
    }

    private static RowsExecutable Create(ShowCreateStatement statement) => new(
        statement,
        "SHOW",
        TextRows.Columns("Name", "Create Sql"),
        session =>
        {
            var item = Resolve(session, statement.Name);
            return TextRows.Build(2, [[$"{session.Catalog.SchemaNameOf(item)}.{item.Name}", item.Definition]]);
        });

    private static RowsExecutable Indexes(ShowObjectsStatement statement) => new(
        statement,
        "SHOW",
        TextRows.Columns("Name", "On", "Key"),
        session =>
        {
            var relation = ResolveRelation(session, statement.From!);
            return TextRows.Build(3, session.Catalog.IndexesOf(relation.Id).Select(IReadOnlyList<string?> (i) =>
                [i.Name, relation.Name, string.Join(", ", i.Columns.Select(c => relation.Columns[c].Name))]));
        });

    private static RowsExecutable Describe(Statement statement, QualifiedName name) => new(
        statement,
        statement is DescribeStatement ? "DESCRIBE" : "SHOW",
        TextRows.Columns("Name", "Type", "Is Hidden", "Description"),
        session =>
        {
            var relation = ResolveRelation(session, name);
            var rows = relation.Columns.Where(c => !c.Dropped).Select(IReadOnlyList<string?> (c) =>
                [c.Name, c.Type.ToString(), c.Hidden ? "true" : "false", c.Comment]).ToList();
            if (relation.PrimaryKey.Count > 0)
            {
                rows.Add(["primary key", string.Join(", ", relation.PrimaryKey.Select(c => relation.Columns[c].Name)), null, null]);
            }

            return TextRows.Build(4, rows);
        });

    private static CatalogRelation ResolveRelation(Session session, QualifiedName name) =>
        Resolve(session, name) as CatalogRelation ?? throw new SqlException(
            SqlState.WrongObjectType, $"\"{name.Name}\" is not a relation with columns", name.Position);

    private static SchemaObject Resolve(Session session, QualifiedName name) =>
        session.Catalog.Resolve(name.Schema, name.Name, session.Settings.Values.SearchPath)
        ?? throw new SqlException(SqlState.UndefinedTable, $"relation \"{name}\" does not exist", name.Position);
}
