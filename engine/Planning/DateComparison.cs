using Vectorized.Engine.Binding;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Planning;

/// <summary>
/// A date compared with a fixed timestamp (as `date + interval` gives one) is compared with a date instead: d &lt; t is d &lt; the
/// first day that does not begin before t, d &lt;= t is d &lt;= the day of t. Four bytes a row instead of eight, and no conversion.
/// </summary>
internal sealed class DateComparison(BindContext context)
{
    private const long DayMicros = 86_400_000_000;

    /// <summary>Days that both types have, far from their infinities.</summary>
    private const long DayMax = 100_000_000;

    public LogicalNode Run(LogicalNode node)
    {
        node = node.MapInputs(Run);
        return node switch
        {
            LogicalFilter f => LogicalFilter.Create(f.Input, [.. f.Conjuncts.Select(Rewrite)]),
            LogicalJoin j => new LogicalJoin(j.Left, j.Right, j.Kind, [.. j.Conditions.Select(Rewrite)], j.Dependent),
            _ => node,
        };
    }

    private ScalarExpression Rewrite(ScalarExpression expression)
    {
        expression = ExpressionTree.MapChildren(expression, Rewrite);
        if (expression is not CallExpression { Function.Name: "<" or "<=" or ">" or ">=" } call)
        {
            return expression;
        }

        string symbol = call.Function.Name;
        return call.Arguments switch
        {
            [var date, ConstantExpression { Value.IsNull: false } time] when AsDate(date) is { } d => Compare(d, symbol, time, call),
            [ConstantExpression { Value.IsNull: false } time, var date] when AsDate(date) is { } d =>
                Compare(d, Turned(symbol), time, call),
            _ => expression,
        };
    }

    private static ScalarExpression? AsDate(ScalarExpression e) =>
        e is CastExpression { Type.Id: TypeId.Timestamp, Argument: { Type.Id: TypeId.Date } date } ? date : null;

    private static string Turned(string symbol) => symbol switch
    {
        "<" => ">",
        "<=" => ">=",
        ">" => "<",
        _ => "<=",
    };

    private ScalarExpression Compare(ScalarExpression date, string symbol, ConstantExpression time, CallExpression original)
    {
        long day = Math.DivRem(time.Value.AsInt64, DayMicros, out long rest);
        day -= rest < 0 ? 1 : 0;
        day += rest != 0 && symbol is ("<" or ">=") ? 1 : 0;
        if (time.Type.Id != TypeId.Timestamp || Math.Abs(day) > DayMax
            || context.Resolver.Find(symbol, [SqlType.Date, SqlType.Date], isOperator: true, 0) is not { } found)
        {
            return original;
        }

        var bound = new ConstantExpression(Datum.OfRaw(SqlType.Date, day), SqlType.Date);
        return new CallExpression(found.Function, [date, bound], SqlType.Boolean);
    }
}
