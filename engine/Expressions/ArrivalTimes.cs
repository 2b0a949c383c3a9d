using Vectorized.Engine.Binding;
using Vectorized.Engine.Expressions.Functions;

namespace Vectorized.Engine.Expressions;

/// <summary>
/// proctime(): volatile to the planner, for it must be evaluated where it was written and once a row; but deterministic in a
/// view, being the now of the tick in which the row came.
/// </summary>
internal static class ArrivalTimes
{
    internal static bool Is(ScalarFunction function) => function.Name == SessionFunctions.ArrivalTime;

    internal static bool Uses(ScalarExpression expression) =>
        ExpressionTree.Any(expression, e => e is CallExpression call && Is(call.Function));
}
