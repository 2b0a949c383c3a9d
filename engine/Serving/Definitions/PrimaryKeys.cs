using Vectorized.Engine.Catalog;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Definitions;

/// <summary>The declared primary key of a relation, and refusal of constraints that are not kept.</summary>
internal static class PrimaryKeys
{
    internal static int[] Of(RelationDefinition definition, List<CatalogColumn> columns)
    {
        int[]? key = null;
        for (int i = 0; i < definition.Columns.Count; i++)
        {
            foreach (var constraint in definition.Columns[i].Constraints)
            {
                if (constraint is PrimaryKeyConstraint)
                {
                    key = key is null ? [i] : throw Twice(constraint.Position);
                }
            }
        }

        foreach (var constraint in definition.Constraints)
        {
            key = constraint switch
            {
                TablePrimaryKey k => key is null ? Positions(k, columns) : throw Twice(constraint.Position),
                TableUnique => throw DefinitionContext.Unsupported("UNIQUE constraints", constraint.Position),
                TableCheck => throw DefinitionContext.Unsupported("CHECK constraints", constraint.Position),
                _ => throw DefinitionContext.Unsupported("foreign keys", constraint.Position),
            };
        }

        return key ?? [];
    }

    /// <summary>ON CONFLICT of the table: what an INSERT of an existing key does.</summary>
    internal static ConflictBehaviour Conflict(CreateTableStatement statement, bool isKeyed)
    {
        if (statement.OnConflict is ConflictBehavior.Default)
        {
            // A row of an append-only table is never replaced.
            return statement.AppendOnly && isKeyed ? ConflictBehaviour.DoNothing : ConflictBehaviour.Overwrite;
        }

        if (!isKeyed)
        {
            throw new SqlException(
                SqlState.InvalidTableDefinition, "ON CONFLICT needs a primary key", statement.Position);
        }

        if (statement.AppendOnly && statement.OnConflict is not ConflictBehavior.DoNothing)
        {
            throw new SqlException(
                SqlState.InvalidTableDefinition,
                "When PRIMARY KEY constraint applied to an APPEND ONLY table, the ON CONFLICT behavior must be DO NOTHING.",
                statement.Position, hint: "Write ON CONFLICT DO NOTHING behind APPEND ONLY.");
        }

        return statement.OnConflict switch
        {
            ConflictBehavior.DoNothing => ConflictBehaviour.DoNothing,
            ConflictBehavior.DoUpdateIfNotNull => ConflictBehaviour.UpdateIfNotNull,
            _ => ConflictBehaviour.Overwrite,
        };
    }

    /// <summary>WITH VERSION COLUMN: positions of the columns that decide which row is newer.</summary>
    internal static int[] Versions(CreateTableStatement statement, List<CatalogColumn> columns, bool isKeyed)
    {
        if (statement.VersionColumns.Count == 0)
        {
            return [];
        }

        var first = statement.VersionColumns[0];
        if (!isKeyed || statement.AppendOnly || statement.OnConflict is ConflictBehavior.DoNothing)
        {
            throw new SqlException(
                SqlState.InvalidTableDefinition,
                "WITH VERSION COLUMN needs a primary key and rows that can be replaced", first.Position);
        }

        return [.. statement.VersionColumns.Select(name =>
        {
            int at = columns.FindIndex(c => c.Name == name.Name);
            return at < 0
                ? throw new SqlException(
                    SqlState.UndefinedColumn, $"version column \"{name.Name}\" does not exist", name.Position)
                : columns[at].Type.Id is TypeId.List or TypeId.Struct or TypeId.Map or TypeId.Jsonb
                ? throw new SqlException(
                    SqlState.FeatureNotSupported, $"not supported: a version column of type {columns[at].Type}", name.Position)
                : at;
        })];
    }

    private static int[] Positions(TablePrimaryKey key, List<CatalogColumn> columns) => [.. key.Columns.Select(name =>
    {
        int at = columns.FindIndex(c => c.Name == name.Name);
        return at >= 0 ? at : throw new SqlException(
            SqlState.UndefinedColumn, $"column \"{name.Name}\" named in key does not exist", name.Position);
    })];

    private static SqlException Twice(int position) => new(
        SqlState.InvalidTableDefinition, "multiple primary keys for a table are not allowed", position);
}
