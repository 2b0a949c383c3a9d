using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving;

/// <summary>Evaluates one expression without columns at once: arguments of EXECUTE.</summary>
internal static class ConstantEvaluator
{
    internal static Datum Evaluate(Session session, Expression expression, SqlType type)
    {
        var database = session.Database;
        var context = new BindContext(database.Functions, session.Catalog, session.Values, []);
        var queries = new QueryBinder(context);
        var bound = new ExpressionBinder(context, queries, new Scope(null), "EXECUTE").Bind(expression);
        var assigned = queries.Coercion.Assign(bound, type, "parameter", expression.Position);
        using var arena = new Arena();
        var evaluation = new EvaluationContext(arena)
        {
            NowMicros = session.NowMicros,
            Session = session.Values,
        };
        var result = default(Vector);
        CompiledExpression.Compile(assigned).Evaluate(evaluation, new Batch().Reset(1, 0), ref result);
        return Datum.FromVector(result, 0);
    }
}
