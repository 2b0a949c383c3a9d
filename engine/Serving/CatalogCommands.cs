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
        ShowObjectsStatement { Kind: ShowKind.Columns } s => RelationDescription.Columns(s, s.From!),
        ShowObjectsStatement { Kind: ShowKind.Indexes } s => RelationDescription.Indexes(s, s.From!),
        ShowObjectsStatement s => Objects(s),
        ShowCreateStatement s => Create(s),
        DescribeStatement { Name: { } name, Fragments: false } s => RelationDescription.Describe(s, name),
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

        string[] columns = statement.Kind switch
        {
            ShowKind.Functions => ["Name", "Arguments", "Return Type", "Language", "Link"],
            ShowKind.Jobs => ["Id", "Statement", "Create Type", "Progress"],
            ShowKind.Cluster => ["Id", "Addr", "Type", "State", "Parallelism", "Is Streaming", "Is Serving", "Started At"],
            ShowKind.ProcessList => ["Worker Id", "Id", "User", "Host", "Database", "Time", "Info"],
            _ => ["Name"],
        };
        return new RowsExecutable(
            statement,
            "SHOW",
            TextRows.Columns(columns),
            session => TextRows.Build(columns.Length, Matching(statement, Rows(session, statement))));
    }

    private static IEnumerable<IReadOnlyList<string?>> Rows(Session session, ShowObjectsStatement statement)
    {
        var catalog = session.Catalog;
        return statement.Kind switch
        {
            ShowKind.Tables => Relations(session, statement, RelationKind.Table),
            ShowKind.Sources => Relations(session, statement, RelationKind.Source),
            ShowKind.Views => Relations(session, statement, RelationKind.View),
            ShowKind.MaterializedViews => Relations(session, statement, RelationKind.MaterializedView),
            ShowKind.InternalTables => Relations(session, statement, RelationKind.Errors),
            ShowKind.Sinks => Members(session, statement, catalog.Sinks),
            ShowKind.Schemas => Names(catalog.Schemas.Select(s => s.Name)),
            ShowKind.Databases => [[catalog.DatabaseName]],
            ShowKind.Users => Names(catalog.Roles.Keys),
            ShowKind.Cursors => Names(session.Cursors.Names),
            ShowKind.Functions => Schemas(session, statement).SelectMany(s => catalog.Functions.Where(f => f.SchemaId == s.Id))
                .Select(IReadOnlyList<string?> (f) =>
                    [f.Name, string.Join(", ", f.ParameterTypes), f.Returns.ToString(), "sql", null]),
            ShowKind.Subscriptions or ShowKind.Secrets or ShowKind.Connections or ShowKind.Jobs
                or ShowKind.SubscriptionCursors => [],
            ShowKind.Cluster => [["1", "", "SINGLE_NODE", "RUNNING", session.Database.Lane.Graph.Parts.Length.ToString(
                System.Globalization.CultureInfo.InvariantCulture), "true", "true", null]],
            _ => throw new SqlException(SqlState.FeatureNotSupported, $"not supported: SHOW {statement.Kind}", statement.Position),
        };
    }

    private static IEnumerable<IReadOnlyList<string?>> Names(IEnumerable<string> names) =>
        names.Select(IReadOnlyList<string?> (n) => [n]);

    private static IEnumerable<IReadOnlyList<string?>> Relations(
        Session session, ShowObjectsStatement statement, RelationKind kind) =>
        Members(session, statement, session.Catalog.Relations.Where(r => r.Kind == kind));

    /// <summary>Objects of the schema named, else of all on the search path, each with its schema.</summary>
    private static IEnumerable<IReadOnlyList<string?>> Members(
        Session session, ShowObjectsStatement statement, IEnumerable<SchemaObject> objects)
    {
        var schemas = Schemas(session, statement).ToDictionary(s => s.Id, s => s.Name);
        return Names(objects.Where(o => schemas.ContainsKey(o.SchemaId)).Select(o => $"{schemas[o.SchemaId]}.{o.Name}"));
    }

    private static IEnumerable<CatalogSchema> Schemas(Session session, ShowObjectsStatement statement)
    {
        var catalog = session.Catalog;
        if (statement.From is { } name)
        {
            return [catalog.FindSchema(name.Name) ?? throw new SqlException(
                SqlState.InvalidSchemaName, $"schema \"{name.Name}\" does not exist", statement.Position)];
        }

        return session.Settings.Values.SearchPath.Select(p => catalog.FindSchema(p == "$user" ? session.Settings.User : p))
            .OfType<CatalogSchema>().Distinct();
    }

    /// <summary>In order of the first column; the pattern is for the name without its schema.</summary>
    private static IEnumerable<IReadOnlyList<string?>> Matching(
        ShowObjectsStatement statement, IEnumerable<IReadOnlyList<string?>> rows)
    {
        var ordered = rows.OrderBy(r => r[0], StringComparer.Ordinal);
        return statement.Pattern is { } pattern
            ? ordered.Where(r => LikePattern.Matches(r[0].AsSpan(r[0]!.IndexOf('.') + 1), pattern, statement.IgnoreCase))
            : ordered;
    }

    private static RowsExecutable Create(ShowCreateStatement statement) => new(
        statement,
        "SHOW",
        TextRows.Columns("Name", "Create Sql"),
        session =>
        {
            var item = session.Catalog.Resolve(
                statement.Name.Schema, statement.Name.Name, session.Settings.Values.SearchPath);
            string kind = Definitions.ObjectLookup.KindName(statement.Kind);
            return item is null || item.KindName != kind
                ? throw new SqlException(
                    SqlState.UndefinedTable, $"{kind} \"{statement.Name.Name}\" does not exist", statement.Name.Position)
                : TextRows.Build(2, [[$"{session.Catalog.SchemaNameOf(item)}.{item.Name}", item.Definition]]);
        });
}
