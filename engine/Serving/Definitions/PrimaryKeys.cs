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

    private static int[] Positions(TablePrimaryKey key, List<CatalogColumn> columns) => [.. key.Columns.Select(name =>
    {
        int at = columns.FindIndex(c => c.Name == name.Name);
        return at >= 0 ? at : throw new SqlException(
            SqlState.UndefinedColumn, $"column \"{name.Name}\" named in key does not exist", name.Position);
    })];

    private static SqlException Twice(int position) => new(
        SqlState.InvalidTableDefinition, "multiple primary keys for a table are not allowed", position);
}
