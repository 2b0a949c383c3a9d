using Vectorized.Engine.Catalog;
using Vectorized.Engine.Formats;
using Vectorized.Engine.Serving.Definitions;
using Vectorized.Engine.Serving.Queries;
using Vectorized.Engine.Serving.Subscriptions;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Writes;

/// <summary>COPY FROM STDIN and COPY TO STDOUT.</summary>
internal static class CopyExecutables
{
    internal static Executable Create(Session session, CopyStatement statement)
    {
        if (statement.Endpoint != CopyEndpoint.Client)
        {
            throw new SqlException(
                SqlState.FeatureNotSupported, "not supported: COPY from or to a file of the server", statement.Position,
                hint: "Use COPY ... FROM STDIN, psql's \\copy, or a posix_fs source.");
        }

        return statement.IsFrom ? CreateFrom(session, statement) : CreateTo(session, statement);
    }

    private static CopyInExecutable CreateFrom(Session session, CopyStatement statement)
    {
        if (statement.Where is not null)
        {
            throw new SqlException(SqlState.FeatureNotSupported, "not supported: COPY ... WHERE", statement.Where.Position);
        }

        var table = Table(session, statement.Table!);
        if (!table.IsWritable)
        {
            throw new SqlException(
                SqlState.WrongObjectType, $"cannot copy to {table.KindName} \"{table.Name}\"", statement.Table!.Position);
        }

        int[] columns = Columns(table, statement);
        foreach (int column in columns)
        {
            if (table.Columns[column].GeneratedText is not null)
            {
                throw new SqlException(
                    SqlState.InvalidColumnReference, $"column \"{table.Columns[column].Name}\" is a generated column",
                    statement.Position, detail: "Generated columns cannot be used in COPY.");
            }
        }

        var settings = CopySettings.Parse(statement.Options, isFrom: true, [.. columns.Select(c => table.Columns[c].Name)]);
        return new CopyInExecutable(statement, table, columns, settings);
    }

    private static CopyOutExecutable CreateTo(Session session, CopyStatement statement)
    {
        if (statement.Query is SubscribeStatement subscribe)
        {
            return CreateTo(statement, SubscribeExecutable.Create(session, subscribe));
        }

        SelectStatement query;
        if (statement.Query is { } given)
        {
            query = given as SelectStatement ?? throw new SqlException(
                SqlState.FeatureNotSupported, "not supported: COPY of a data-modifying statement", statement.Position);
        }
        else
        {
            var table = Table(session, statement.Table!);
            string names = string.Join(", ", Columns(table, statement).Select(c => new Identifier(table.Columns[c].Name).ToString()));
            query = (SelectStatement)SqlParser.Parse($"SELECT {names} FROM {statement.Table}")[0];
        }

        return CreateTo(statement, new QueryExecutable(session, query, []));
    }

    private static CopyOutExecutable CreateTo(CopyStatement statement, Executable executable)
    {
        var settings = CopySettings.Parse(statement.Options, isFrom: false, [.. executable.Columns!.Select(c => c.Name)]);
        return new CopyOutExecutable(statement, executable, settings);
    }

    private static CatalogRelation Table(Session session, QualifiedName name) =>
        session.Catalog.Resolve(name.Schema, name.Name, session.Settings.Values.SearchPath) as CatalogRelation
        ?? throw new SqlException(SqlState.UndefinedTable, $"relation \"{name}\" does not exist", name.Position);

    private static int[] Columns(CatalogRelation table, CopyStatement statement)
    {
        if (statement.Columns.Count == 0)
        {
            return [.. Enumerable.Range(0, table.Columns.Count)
                .Where(c => table.Columns[c].IsVisible && (table.Columns[c].GeneratedText is null || !statement.IsFrom))];
        }

        return [.. statement.Columns.Select(name =>
        {
            int column = table.FindColumn(name.Name);
            return column >= 0 && table.Columns[column].IsVisible ? column : throw new SqlException(
                SqlState.UndefinedColumn,
                $"column \"{name.Name}\" of relation \"{table.Name}\" does not exist",
                name.Position);
        })];
    }
}
