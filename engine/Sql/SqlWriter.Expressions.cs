namespace Vectorized.Engine.Sql;

internal sealed partial class SqlWriter
{
    private const string OperatorCharacters = "~!@#^&|`?+-*/%<>=";

    /// <summary>Writes an expression where an operand that binds at least so tightly may stand.</summary>
    private SqlWriter Expression(Expression expression, Precedence minimum)
    {
        CheckStack();
        bool parentheses = PrecedenceOf(expression) < minimum || KeepsParentheses(expression);
        TextIf(parentheses, "(");
        Bare(expression);
        TextIf(parentheses, ")");
        return this;
    }

    private static bool KeepsParentheses(Expression expression) =>
        expression.Parenthesized && expression is not (ScalarSubquery or RowExpression);

    private static Precedence PrecedenceOf(Expression expression) => expression switch
    {
        LogicalExpression logical => logical.Operator == LogicalOperator.Or ? Precedence.Or : Precedence.And,
        NotExpression => Precedence.Not,
        IsExpression or IsDistinctExpression or IsJsonExpression => Precedence.Is,
        BetweenExpression or InListExpression or InSubqueryExpression or LikeExpression => Precedence.Membership,
        BinaryExpression binary => PrecedenceOf(binary.Operator),
        QuantifiedArray quantified => PrecedenceOf(quantified.Operator),
        QuantifiedSubquery quantified => PrecedenceOf(quantified.Operator),
        UnaryExpression { Operator: { Schema: null, Symbol: "-" or "+" } } => Precedence.UnaryMinus,
        UnaryExpression => Precedence.Operator,
        AtTimeZoneExpression => Precedence.AtTimeZone,
        CollateExpression => Precedence.Collate,
        LambdaExpression => Precedence.None,
        _ => Precedence.Primary,
    };

    private static Precedence PrecedenceOf(OperatorName op) => op.Symbol switch
    {
        _ when op.Schema is not null => Precedence.Operator,
        "+" or "-" => Precedence.Additive,
        "*" or "/" or "%" => Precedence.Multiplicative,
        "^" => Precedence.Exponent,
        "<" or ">" or "=" or "<=" or ">=" or "<>" => Precedence.Comparison,
        _ => Precedence.Operator,
    };

    /// <summary>
    /// The operand of a subscript, field access...: parentheses unless the parser takes it there bare.
    /// </summary>
    private SqlWriter Operand(Expression expression, bool field)
    {
        bool bare = expression is Subscript or FieldAccess or ScalarSubquery or Sql.Parameter
            || (!field && expression is ColumnReference or ArrayExpression or FunctionCall { Over: null });
        if (bare)
        {
            return Expression(expression, Precedence.None);
        }

        return KeepsParentheses(expression) ? Expression(expression, Precedence.None)
            : Text("(").Expression(expression, Precedence.None).Text(")");
    }

    /// <summary>Where the grammar takes a b_expr: parentheses unless the expression is one.</summary>
    private SqlWriter Restricted(Expression expression, Precedence minimum)
    {
        if (IsRestricted(expression))
        {
            return Expression(expression, minimum);
        }

        return Text("(").Expression(expression with { Parenthesized = false }, Precedence.None).Text(")");
    }

    private static bool IsRestricted(Expression expression) => expression.Parenthesized || expression switch
    {
        LogicalExpression or NotExpression or IsExpression or IsJsonExpression or BetweenExpression or InListExpression
            or InSubqueryExpression or LikeExpression or QuantifiedArray or QuantifiedSubquery or AtTimeZoneExpression
            or CollateExpression or LambdaExpression => false,
        BinaryExpression binary => IsRestricted(binary.Left) && IsRestricted(binary.Right),
        IsDistinctExpression distinct => IsRestricted(distinct.Left) && IsRestricted(distinct.Right),
        UnaryExpression unary => IsRestricted(unary.Operand),
        _ => true,
    };

    private void Bare(Expression expression)
    {
        switch (expression)
        {
            case NullLiteral:
                Text("NULL");
                break;
            case BooleanLiteral literal:
                Text(literal.Value ? "true" : "false");
                break;
            case NumberLiteral literal:
                Text(literal.Text);
                break;
            case StringLiteral literal:
                Literal(literal.Value);
                break;
            case BitStringLiteral literal:
                Text(literal.Hexadecimal ? "X" : "B").Literal(literal.Digits);
                break;
            case Parameter parameter:
                Text("$").Text(parameter.Number.ToString());
                break;
            case ColumnReference column:
                Names(column.Parts);
                break;
            case Wildcard wildcard:
                Wildcard(wildcard);
                break;
            case FieldAccess access:
                Operand(access.Operand, field: true).Text(".").Name(access.Field);
                break;
            case FieldWildcard access:
                Operand(access.Operand, field: true).Text(".*");
                break;
            case Subscript subscript:
                Operand(subscript.Operand, field: false).Text("[").Expression(subscript.Index, Precedence.None)
                    .Text("]");
                break;
            case Slice slice:
                Slice(slice);
                break;
            case FunctionCall call:
                Call(call);
                break;
            case SqlValueFunction function:
                ValueFunction(function);
                break;
            case CastExpression cast:
                Cast(cast);
                break;
            case CaseExpression @case:
                Case(@case);
                break;
            case DefaultExpression:
                Text("DEFAULT");
                break;
            case CurrentOfExpression current:
                Text("CURRENT OF ").Name(current.Cursor);
                break;
            default:
                Operation(expression);
                break;
        }
    }

    private void Case(CaseExpression expression)
    {
        Text("CASE");
        if (expression.Operand is not null)
        {
            Text(" ").Expression(expression.Operand, Precedence.None);
        }

        foreach (CaseWhen when in expression.Whens)
        {
            Text(" ");
            When(when);
        }

        if (expression.Else is not null)
        {
            Text(" ELSE ").Expression(expression.Else, Precedence.None);
        }

        Text(" END");
    }

    private void When(CaseWhen when) =>
        Text("WHEN ").Expression(when.Condition, Precedence.None)
            .Text(" THEN ").Expression(when.Result, Precedence.None);

    private void ValueFunction(SqlValueFunction function)
    {
        Text(function.Value switch
        {
            SqlValue.CurrentDate => "CURRENT_DATE",
            SqlValue.CurrentTime => "CURRENT_TIME",
            SqlValue.CurrentTimestamp => "CURRENT_TIMESTAMP",
            SqlValue.LocalTime => "LOCALTIME",
            SqlValue.LocalTimestamp => "LOCALTIMESTAMP",
            SqlValue.CurrentUser => "CURRENT_USER",
            SqlValue.CurrentRole => "CURRENT_ROLE",
            SqlValue.SessionUser => "SESSION_USER",
            SqlValue.User => "USER",
            SqlValue.CurrentCatalog => "CURRENT_CATALOG",
            _ => "CURRENT_SCHEMA",
        });
        if (function.Precision is { } precision)
        {
            Text("(").Text(precision.ToString()).Text(")");
        }
    }

    /// <summary>INTERVAL and DATE literals in their own form, all else CAST.</summary>
    private void Cast(CastExpression cast)
    {
        if (cast.Operand is StringLiteral { Parenthesized: false } literal
            && cast.Type is { ArrayDimensions: 0, SetOf: false, Name: { Parts: ["interval" or "date"] } name }
            && (cast.Type.Modifiers.Count == 0 || name.Name == "interval"))
        {
            TypedLiteral(cast.Type, literal);
            return;
        }

        CastCall(cast);
    }

    private void CastCall(CastExpression cast)
    {
        Text("CAST(").Expression(cast.Operand, Precedence.None).Text(" AS ");
        Type(cast.Type);
        Text(")");
    }

    private void TypedLiteral(TypeName type, StringLiteral literal)
    {
        if (type.IntervalFields == IntervalFields.All)
        {
            NamedType(type with { Name = new QualifiedName(type.Name.Name) });
            Text(" ").Literal(literal.Value);
            return;
        }

        Text("INTERVAL ").Literal(literal.Value);
        Fields(type);
    }
}
