using Vectorized.Engine.Catalog;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Serving.Writes;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Definitions;

/// <summary>
/// CREATE TABLE AS: a table of the query's columns, filled with its rows as of the definition. The rows are computed while
/// the definition runs, between ticks: the same again when its record is executed again.
/// </summary>
internal static class TableAsDefinitions
{
    internal static bool Create(DefinitionContext context, CreateTableStatement statement)
    {
        if (context.ExistsAlready(statement.Name, statement.IfNotExists))
        {
            return false;
        }

        var names = statement.Definition.Columns;
        if (names.Any(c => c.Type is not null || c.Constraints.Count > 0) || statement.Definition.Constraints.Count > 0)
        {
            throw DefinitionContext.Unsupported("types and constraints in CREATE TABLE ... AS", statement.Position);
        }

        var planned = Planners.For(context.Session, context.Before).PlanQuery(statement.Query!, []);
        if (names.Count > planned.Columns.Count)
        {
            throw new SqlException(
                SqlState.SyntaxError, "CREATE TABLE AS specifies too many column names", statement.Position);
        }

        var columns = new List<CatalogColumn>();
        for (int i = 0; i < planned.Columns.Count; i++)
        {
            string name = i < names.Count ? names[i].Name : planned.Columns[i].Name;
            SystemColumns.Refuse(name, statement.Position);
            if (columns.Exists(c => c.Name == name))
            {
                throw new SqlException(SqlState.DuplicateColumn, $"column \"{name}\" specified more than once", statement.Position);
            }

            columns.Add(new CatalogColumn(name, Declared(planned.Columns[i])));
        }

        columns.Add(new CatalogColumn(CatalogRelation.RowIdName, SqlType.Int64) { Hidden = true, NotNull = true });
        var table = new CatalogRelation
        {
            Id = context.Editor.NewId(),
            Name = statement.Name.Name,
            Owner = context.Values.User,
            SchemaId = context.SchemaFor(statement.Name).Id,
            Kind = RelationKind.Table,
            Columns = columns,
            Key = [columns.Count - 1],
            AppendOnly = statement.AppendOnly,
            Definition = context.Text,
        };
        context.Editor.Add(table, statement.Name.Position);
        if (!statement.WithNoData)
        {
            context.Fill = after => Rows(context.Session, after, table, statement);
        }

        return true;
    }

    /// <summary>The rows as an INSERT of the query would write them.</summary>
    private static WritePlan Rows(Session session, CatalogSnapshot after, CatalogRelation table, CreateTableStatement statement)
    {
        var insert = new InsertStatement(new QualifiedName([after.SchemaNameOf(table), table.Name]), [], statement.Query);
        var planned = Planners.For(session, after).PlanInsert(insert, []);
        return new WritePlan(WriteKind.Insert, planned.Table, planned.Source, InsertConflict.Overwrite);
    }

    /// <summary>A column keeps its declared bounds; a computed numeric has none.</summary>
    private static SqlType Declared(ResultColumn column) =>
        column.TableOid == 0 && column.Type.Id == TypeId.Numeric ? column.Type.Base : column.Type;
}
