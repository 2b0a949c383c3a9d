using Vectorized.Engine.Binding;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Planning;

/// <summary>An expression for people: columns by name, operators between their operands.</summary>
internal static class ExpressionDisplay
{
    public static string Show(ScalarExpression expression, IReadOnlyList<PlanColumn> columns) =>
        Show(expression, columns, nested: false);

    private static string Show(ScalarExpression expression, IReadOnlyList<PlanColumn> columns, bool nested)
    {
        string Inner(ScalarExpression e) => Show(e, columns, nested: true);
        string Parenthesised(string text) => nested ? $"({text})" : text;
        switch (expression)
        {
            case ColumnExpression e:
                return e.Index < columns.Count ? columns[e.Index].Name : $"#{e.Index}";
            case ConstantExpression e:
                return Constant(e.Value, e.Type);
            case ParameterExpression e:
                return $"${e.Number}";
            case ContextExpression e:
                return e.Value == ContextValue.Now ? "now()" : e.Value.ToString();
            case CallExpression { Arguments: [var a, var b] } e when IsOperator(e.Function.Name):
                return Parenthesised($"{Inner(a)} {e.Function.Name} {Inner(b)}");
            case CallExpression { Arguments: [var a] } e when IsOperator(e.Function.Name) || e.Function.Name == "not":
                return Parenthesised($"{e.Function.Name}{(e.Function.Name == "not" ? " " : "")}{Inner(a)}");
            case CallExpression e:
                return $"{e.Function.Name}({string.Join(", ", e.Arguments.Select(a => Show(a, columns, false)))})";
            case CastExpression e:
                return $"{Inner(e.Argument)}::{e.Type}";
            case LogicalExpression e:
                return Parenthesised(string.Join(e.IsAnd ? " and " : " or ", e.Terms.Select(Inner)));
            case NullTestExpression e:
                return Parenthesised($"{Inner(e.Argument)} is {(e.Negated ? "not " : "")}null");
            case CaseExpression e:
                return "case" + string.Concat(
                    e.Branches.Select(b => $" when {Inner(b.Condition)} then {Inner(b.Result)}"))
                    + $" else {Inner(e.Otherwise)} end";
            case CoalesceExpression e:
                return $"coalesce({string.Join(", ", e.Arguments.Select(a => Show(a, columns, false)))})";
            case InListExpression e:
                string values = string.Join(", ", e.Values.Select(v => Constant(v, v.Type)));
                return Parenthesised($"{Inner(e.Argument)} {(e.Negated ? "not " : "")}in ({values})");
            case LambdaVariable e:
                return $"v{e.Id}";
            case LambdaExpression e:
                return $"{(e.Function == LambdaFunction.MapFilter ? "map_filter" : "array_transform")}({Show(e.Argument, columns, false)}, "
                    + $"|{string.Join(", ", e.Variables.Select(v => $"v{v.Id}"))}| {Show(e.Body, columns, false)})";
            default:
                return expression.ToString();
        }
    }

    private static bool IsOperator(string name) => name.Length > 0 && !char.IsLetter(name[0]) && name[0] != '_';

    private static string Constant(Datum value, SqlType type)
    {
        if (value.IsNull)
        {
            return "NULL";
        }

        return type.IsNumber || type.Id == TypeId.Boolean ? value.ToString()
            : type.IsText ? $"'{value.ToString().Replace("'", "''")}'"
            : $"{type} '{value}'";
    }
}
