using System.Text;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>
/// Prints a typed expression unambiguously: what EXPLAIN shows and what plan sharing compares (equal text, equal meaning).
/// </summary>
public static class ExpressionText
{
    public static string Print(ScalarExpression expression)
    {
        var text = new StringBuilder();
        Append(text, expression);
        return text.ToString();
    }

    private static void Append(StringBuilder text, ScalarExpression expression)
    {
        switch (expression)
        {
            case ColumnExpression e:
                text.Append('#').Append(e.Index);
                break;
            case ConstantExpression e:
                text.Append(Quoted(e.Value)).Append("::").Append(e.Type);
                break;
            case ParameterExpression e:
                text.Append('$').Append(e.Number);
                break;
            case ContextExpression e:
                text.Append(e.Value);
                break;
            case CallExpression e:
                List(text.Append(e.Function.Signature), e.Arguments, ", ");
                break;
            case CastExpression e:
                Append(text.Append("cast("), e.Argument);
                text.Append(" as ").Append(e.Type).Append(')');
                break;
            case LogicalExpression e:
                List(text, e.Terms, e.IsAnd ? " and " : " or ");
                break;
            case NullTestExpression e:
                Append(text.Append('('), e.Argument);
                text.Append(e.Negated ? " is not null)" : " is null)");
                break;
            case CaseExpression e:
                text.Append("case");
                foreach (var branch in e.Branches)
                {
                    Append(text.Append(" when "), branch.Condition);
                    Append(text.Append(" then "), branch.Result);
                }

                Append(text.Append(" else "), e.Otherwise);
                text.Append(" end");
                break;
            case CoalesceExpression e:
                List(text.Append("coalesce"), e.Arguments, ", ");
                break;
            case InListExpression e:
                Append(text.Append('('), e.Argument);
                text.Append(e.Negated ? " not in (" : " in (")
                    .AppendJoin(", ", e.Values.Select(Quoted)).Append("))");
                break;
            case LambdaVariable e:
                text.Append('\\').Append(e.Id).Append("::").Append(e.Type);
                break;
            case LambdaExpression e:
                Append(text.Append(e.Function).Append('('), e.Argument);
                text.Append(", |").AppendJoin(", ", e.Variables.Select(v => v.Id)).Append("| ");
                Append(text, e.Body);
                text.Append(')');
                break;
            default:
                throw new SqlException(SqlState.InternalError, $"expression {expression.GetType().Name} cannot be printed");
        }
    }

    private static string Quoted(Datum value) => value.IsNull ? "NULL" : $"'{value.ToString().Replace("'", "''")}'";

    private static void List(StringBuilder text, IReadOnlyList<ScalarExpression> items, string separator)
    {
        text.Append('(');
        for (int i = 0; i < items.Count; i++)
        {
            Append(i == 0 ? text : text.Append(separator), items[i]);
        }

        text.Append(')');
    }
}
