using Vectorized.Engine.Binding;
using Vectorized.Engine.Catalog;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Definitions;

/// <summary>Expressions that stand in the catalog as text, bound: column defaults, generated columns.</summary>
internal static class RowExpressions
{
    /// <summary>A default: an expression without columns, converted as an assignment is.</summary>
    internal static ScalarExpression BindDefault(BindContext context, string text, SqlType type, string column = "")
    {
        var queries = new QueryBinder(context);
        var expression = SqlParser.ParseExpression(text);
        var bound = new ExpressionBinder(context, queries, new Scope(null), "DEFAULT").Bind(expression);
        return queries.Coercion.Assign(bound, type, column, expression.Position);
    }

    /// <summary>
    /// An expression over the relation's row, column i being position i: a generated column's, made the given type; a watermark's.
    /// </summary>
    internal static ScalarExpression BindOverRow(BindContext context, string text, CatalogRelation relation, SqlType? type = null)
    {
        var queries = new QueryBinder(context);
        var scope = new Scope(null);
        var columns = relation.Columns
            .Select(c => new RangeColumn(c.Name, context.Pool.Add(c.Name, c.Type), c.Type) { Hidden = c.Hidden })
            .ToList();
        scope.Variables.Add(new RangeVariable(relation.Name, columns));
        scope.Visible.AddRange(columns);
        var expression = SqlParser.ParseExpression(text);
        var bound = new ExpressionBinder(context, queries, scope, "GENERATED").Bind(expression);
        var assigned = type is null ? bound : queries.Coercion.Assign(bound, type, relation.Name, expression.Position);
        var positions = columns.Select((c, i) => (c.Id, i)).ToDictionary(p => p.Id, p => p.i);
        return Positional(assigned);

        ScalarExpression Positional(ScalarExpression e) => e is ColumnExpression c
            ? new ColumnExpression(positions[c.Index], c.Type)
            : ExpressionTree.MapChildren(e, Positional);
    }
}
