using Vectorized.Engine.Binding;

namespace Vectorized.Engine.Planning;

/// <summary>Textbook guesses of what part of the rows conditions keep.</summary>
internal static class Selectivity
{
    public static double Of(IReadOnlyList<ScalarExpression> conditions, Facts input)
    {
        double part = 1;
        var fixedColumns = new HashSet<int>();
        foreach (var condition in conditions)
        {
            part *= Of(condition);
            if (condition is CallExpression { Function.Name: "=", Arguments: [ColumnExpression column, var value] }
                && ExpressionTree.IsConstant(value))
            {
                fixedColumns.Add(column.Index);
            }
        }

        return input.Identifies(fixedColumns) ? 1 / input.Rows : part;
    }

    private static double Of(ScalarExpression condition) => condition switch
    {
        CallExpression { Function.Name: "=" or BuiltinNames.IsNotDistinct } => 0.05,
        CallExpression { Function.Name: "<" or "<=" or ">" or ">=" } => 0.35,
        CallExpression { Function.Name: "<>" } => 0.9,
        CallExpression { Function.Name: "~~" or "~" or "~~*" } => 0.1,
        InListExpression { Negated: false } list => Math.Min(0.5, 0.05 * list.Values.Count),
        NullTestExpression test => test.Negated ? 0.95 : 0.05,
        LogicalExpression { IsAnd: true } and => and.Terms.Aggregate(1.0, (p, t) => p * Of(t)),
        LogicalExpression or => 1 - or.Terms.Aggregate(1.0, (p, t) => p * (1 - Of(t))),
        _ => 0.5,
    };
}
