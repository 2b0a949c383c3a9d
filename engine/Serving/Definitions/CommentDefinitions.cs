using Vectorized.Engine.Catalog;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Definitions;

/// <summary>COMMENT ON objects and columns; an empty comment is none.</summary>
internal static class CommentDefinitions
{
    internal static bool Comment(DefinitionContext context, CommentStatement statement)
    {
        string? text = statement.Text is { Length: > 0 } given ? given : null;
        if (statement.Kind == ObjectKind.Column)
        {
            return Column(context, statement.Object.Name, text);
        }

        var item = ObjectLookup.Find(context, statement.Kind, statement.Object, ifExists: false)!;
        context.Editor.ReplaceAny(item with { Comment = text });
        return true;
    }

    private static bool Column(DefinitionContext context, QualifiedName name, string? text)
    {
        if (name.Parts.Count < 2)
        {
            throw new SqlException(SqlState.SyntaxError, "column name must be qualified", name.Position);
        }

        var relationName = new QualifiedName([.. name.Parts.Take(name.Parts.Count - 1)]) { Position = name.Position };
        var relation = context.Relation(relationName);
        int column = relation.FindColumn(name.Name);
        if (column < 0)
        {
            throw new SqlException(
                SqlState.UndefinedColumn, $"column \"{name.Name}\" of relation \"{relation.Name}\" does not exist", name.Position);
        }

        var columns = relation.Columns.ToList();
        columns[column] = columns[column] with { Comment = text };
        context.Editor.Replace(relation with { Columns = columns });
        return true;
    }
}
