using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>
/// The check of a correlated scalar subquery's row count, for one outer row. Volatile, so that no rule of the planner moves it to
/// groups that no outer row asks for.
/// </summary>
internal static class SubqueryFunctions
{
    internal static void Register(FunctionFamily family) => family.Add(
        BuiltinNames.SeveralRows, [SqlType.Int64], SqlType.Boolean, SeveralRows, volatility: Volatility.Volatile);

    private static void SeveralRows(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var counts = arguments[0];
        result.Bits.Clear();
        foreach (int row in context.Active.Rows(rowCount))
        {
            if (counts.Value<long>(row) > 1)
            {
                throw new SqlException(
                    SqlState.CardinalityViolation, "more than one row returned by a subquery used as an expression");
            }
        }
    }
}
