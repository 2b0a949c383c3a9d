using Vectorized.Engine.Binding;
using Vectorized.Engine.Catalog;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Definitions;

/// <summary>The columns of CREATE TABLE and CREATE SOURCE.</summary>
internal static class ColumnDefinitions
{
    private const int ColumnsMax = 1600;

    internal static List<CatalogColumn> Bind(DefinitionContext context, RelationDefinition definition)
    {
        if (definition.Columns.Count > ColumnsMax)
        {
            throw new SqlException(SqlState.TooManyColumns, $"tables can have at most {ColumnsMax} columns", definition.Position);
        }

        var bind = new BindContext(context.Session.Database.Functions, context.Before, context.Values, []);
        var columns = new List<CatalogColumn>();
        foreach (var column in definition.Columns)
        {
            if (columns.Exists(c => c.Name == column.Name))
            {
                throw new SqlException(
                    SqlState.DuplicateColumn, $"column \"{column.Name}\" specified more than once", column.Position);
            }

            columns.Add(One(column, bind));
        }

        return columns;
    }

    /// <summary>Binds defaults and generated expressions once, so that a bad one is refused now and not at the first INSERT.</summary>
    internal static void CheckExpressions(DefinitionContext context, CatalogRelation relation)
    {
        var database = context.Session.Database;
        var bind = new BindContext(database.Functions, context.Before, context.Values, []);
        foreach (var column in relation.Columns)
        {
            if (column.DefaultText is { } text)
            {
                RowExpressions.BindDefault(bind, text, column.Type);
            }

            if (column.GeneratedText is { } generated)
            {
                RowExpressions.BindOverRow(bind, generated, relation, column.Type);
            }
        }
    }

    /// <summary>One column of CREATE TABLE or ADD COLUMN.</summary>
    internal static CatalogColumn One(ColumnDefinition column, BindContext bind)
    {
        SystemColumns.Refuse(column.Name, column.Position);
        var type = column.Type is { } named
            ? TypeResolver.Resolve(named, bind)
            : throw new SqlException(SqlState.SyntaxError, $"column \"{column.Name}\" has no type", column.Position);
        if (column.Collation is not null)
        {
            throw DefinitionContext.Unsupported("COLLATE of a column", column.Position);
        }

        var result = new CatalogColumn(column.Name, type);
        foreach (var constraint in column.Constraints)
        {
            result = constraint switch
            {
                NotNullConstraint => result with { NotNull = true },
                NullConstraint or PrimaryKeyConstraint => result,
                DefaultConstraint c => result with { DefaultText = c.Value.ToString() },
                GeneratedConstraint c => result with { GeneratedText = c.Value.ToString() },
                UniqueConstraint => throw DefinitionContext.Unsupported("UNIQUE constraints", constraint.Position),
                CheckConstraint => throw DefinitionContext.Unsupported("CHECK constraints", constraint.Position),
                IdentityConstraint => throw DefinitionContext.Unsupported("identity columns", constraint.Position),
                _ => throw DefinitionContext.Unsupported("foreign keys", constraint.Position),
            };
        }

        return result;
    }
}
