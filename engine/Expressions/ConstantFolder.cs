using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions;

/// <summary>Evaluates expressions that depend on nothing: literals under immutable functions and casts.</summary>
public static class ConstantFolder
{
    /// <summary>
    /// The expression's value, if it is fixed when the statement is planned. An expression whose evaluation fails is not
    /// folded: the error belongs to the rows that reach it.
    /// </summary>
    public static bool TryFold(ScalarExpression expression, out Datum value)
    {
        value = default;
        if (expression is ConstantExpression constant)
        {
            value = constant.Value;
            return true;
        }

        if (!IsFixed(expression))
        {
            return false;
        }

        using var arena = new Arena();
        try
        {
            value = EvaluateOnce(expression, new EvaluationContext(arena));
            return true;
        }
        catch (SqlException e) when (e.SqlState != SqlState.InternalError)
        {
            return false;
        }
    }

    /// <summary>
    /// The value of an expression without columns (LIMIT, a key of a look-up, a default) under a context's parameters and
    /// session. Raises its errors.
    /// </summary>
    public static Datum Evaluate(ScalarExpression expression, EvaluationContext context) => EvaluateOnce(expression, context);

    private static Datum EvaluateOnce(ScalarExpression expression, EvaluationContext context)
    {
        var run = new EvaluationRun();
        run.Begin(context);
        var steps = ExpressionCompiler.CompileUnfolded(expression, run);
        Vector result = default;
        steps.Evaluate(context, new Batch().Reset(1, 0), ref result);
        return Datum.FromVector(result, 0);
    }

    private static bool IsFixed(ScalarExpression expression)
    {
        switch (expression)
        {
            case LambdaExpression:
            case ColumnExpression or ParameterExpression or ContextExpression or LambdaVariable:
            case CallExpression { Function.Volatility: not Volatility.Immutable }:
            case CastExpression cast when Casts.DependsOnSession(cast.Argument.Type, cast.Type):
                return false;
            default:
                return ExpressionComparer.Children(expression).All(IsFixed);
        }
    }
}
