namespace Vectorized.Engine.Sql;

internal sealed partial class SqlWriter
{
    private const string OperatorCharacters = "~!@#^&|`?+-*/%<>=";

    /// <summary>Writes an expression where an operand that binds at least so tightly may stand.</summary>
    private SqlWriter Expression(Expression expression, Precedence minimum)
    {
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

    private static Precedence PrecedenceOf(OperatorName op) => op.Schema is not null ? Precedence.Operator : op.Symbol switch
    {
        "+" or "-" => Precedence.Additive,
        "*" or "/" or "%" => Precedence.Multiplicative,
        "^" => Precedence.Exponent,
        "<" or ">" or "=" or "<=" or ">=" or "<>" => Precedence.Comparison,
        _ => Precedence.Operator,
    };

    /// <summary>The operand of a subscript, field access...: parentheses unless the parser takes it there bare.</summary>
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
                Operand(subscript.Operand, field: false).Text("[").Expression(subscript.Index, Precedence.None).Text("]");
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

    private void Operation(Expression expression)
    {
        switch (expression)
        {
            case LogicalExpression logical:
                bool or = logical.Operator == LogicalOperator.Or;
                List(logical.Operands, e => Expression(e, or ? Precedence.And : Precedence.Not), or ? " OR " : " AND ");
                break;
            case NotExpression not:
                Text("NOT ").Expression(not.Operand, Precedence.Not);
                break;
            case UnaryExpression unary:
                Unary(unary);
                break;
            case BinaryExpression binary:
                Binary(binary);
                break;
            case IsExpression test:
                Expression(test.Operand, Precedence.Comparison).Text(test.Negated ? " IS NOT " : " IS ")
                    .Text(test.Test.ToString().ToUpperInvariant());
                break;
            case IsDistinctExpression distinct:
                Expression(distinct.Left, Precedence.Comparison).Text(distinct.Negated ? " IS NOT" : " IS")
                    .Text(" DISTINCT FROM ").Expression(distinct.Right, Precedence.Comparison);
                break;
            case IsJsonExpression json:
                Expression(json.Operand, Precedence.Comparison).Text(json.Negated ? " IS NOT JSON" : " IS JSON")
                    .TextIf(json.Kind != JsonKind.Value, " " + json.Kind.ToString().ToUpperInvariant());
                TextIf(json.UniqueKeys, " WITH UNIQUE KEYS");
                break;
            case BetweenExpression between:
                Expression(between.Operand, Precedence.Escape).Text(between.Negated ? " NOT BETWEEN " : " BETWEEN ")
                    .TextIf(between.Symmetric, "SYMMETRIC ");
                Restricted(between.Low, Precedence.None).Text(" AND ").Expression(between.High, Precedence.Escape);
                break;
            case InListExpression list:
                Expression(list.Operand, Precedence.Escape).Text(list.Negated ? " NOT IN (" : " IN (")
                    .Expressions(list.Items).Text(")");
                break;
            case InSubqueryExpression subquery:
                Expression(subquery.Operand, Precedence.Escape).Text(subquery.Negated ? " NOT IN (" : " IN (")
                    .Inner(subquery.Query).Text(")");
                break;
            case LikeExpression like:
                Like(like);
                break;
            case QuantifiedArray quantified:
                Quantified(quantified.Left, quantified.Operator, quantified.Quantifier)
                    .Expression(quantified.Array, Precedence.None).Text(")");
                break;
            case QuantifiedSubquery quantified:
                Quantified(quantified.Left, quantified.Operator, quantified.Quantifier).Inner(quantified.Query).Text(")");
                break;
            case AtTimeZoneExpression zone:
                Expression(zone.Operand, Precedence.AtTimeZone).Text(" AT TIME ZONE ")
                    .Expression(zone.Zone, Precedence.Collate);
                break;
            case CollateExpression collate:
                Expression(collate.Operand, Precedence.Collate).Text(" COLLATE ").Name(collate.Collation);
                break;
            default:
                Constructor(expression);
                break;
        }
    }

    private void Constructor(Expression expression)
    {
        switch (expression)
        {
            case ExistsExpression exists:
                Text("EXISTS (").Inner(exists.Query).Text(")");
                break;
            case ScalarSubquery subquery:
                Text("(").Inner(subquery.Query).Text(")");
                break;
            case ArraySubquery subquery:
                Text("ARRAY(").Inner(subquery.Query).Text(")");
                break;
            case ArrayExpression array:
                Text("ARRAY");
                Elements(array);
                break;
            case RowExpression row:
                Text("ROW(").Expressions(row.Elements).Text(")");
                break;
            case MapExpression map:
                Text("MAP {").List(map.Entries, Entry).Text("}");
                break;
            case LambdaExpression lambda:
                Text("|").NameList(lambda.Parameters).Text("| ").Expression(lambda.Body, Precedence.None);
                break;
            default:
                throw Unknown(expression);
        }
    }

    private SqlWriter Operator(OperatorName op) => op.Schema is null ? Text(op.Symbol)
        : Text("OPERATOR(").Name(op.Schema).Text(".").Text(op.Symbol).Text(")");

    private void Unary(UnaryExpression unary)
    {
        bool sign = PrecedenceOf(unary) == Precedence.UnaryMinus;
        Operator(unary.Operator);
        TextIf(!sign, " ");
        int start = _out.Length;
        Expression(unary.Operand, sign ? Precedence.UnaryMinus : Precedence.Additive);
        if (sign && start < _out.Length && OperatorCharacters.Contains(_out[start]))
        {
            _out.Insert(start, ' ');
        }
    }

    private void Binary(BinaryExpression binary)
    {
        Precedence precedence = PrecedenceOf(binary.Operator);
        Expression(binary.Left, precedence == Precedence.Comparison ? precedence + 1 : precedence);
        Text(" ").Operator(binary.Operator).Text(" ").Expression(binary.Right, precedence + 1);
    }

    private SqlWriter Quantified(Expression left, OperatorName op, Quantifier quantifier)
    {
        Precedence precedence = PrecedenceOf(op);
        Expression(left, precedence == Precedence.Comparison ? precedence + 1 : precedence);
        return Text(" ").Operator(op).Text(quantifier == Quantifier.All ? " ALL (" : " ANY (");
    }

    private void Like(LikeExpression like)
    {
        string word = like.Kind switch { LikeKind.Like => "LIKE ", LikeKind.ILike => "ILIKE ", _ => "SIMILAR TO " };
        Expression(like.Operand, Precedence.Escape).Text(like.Negated ? " NOT " : " ").Text(word)
            .Expression(like.Pattern, Precedence.Escape);
        if (like.Escape is not null)
        {
            Text(" ESCAPE ").Expression(like.Escape, Precedence.Escape);
        }
    }

    private void Slice(Slice slice)
    {
        Operand(slice.Operand, field: false).Text("[");
        if (slice.Lower is not null)
        {
            Expression(slice.Lower, Precedence.None);
        }

        Text(":");
        if (slice.Upper is not null)
        {
            Expression(slice.Upper, Precedence.None);
        }

        Text("]");
    }

    private void Elements(ArrayExpression array) => Text("[").List(array.Elements, element =>
    {
        if (element is ArrayExpression { Parenthesized: false } inner)
        {
            Elements(inner);
        }
        else
        {
            Expression(element, Precedence.None);
        }
    }).Text("]");

    private void Entry(MapEntry entry) =>
        Expression(entry.Key, Precedence.None).Text(": ").Expression(entry.Value, Precedence.None);

    private void Wildcard(Wildcard wildcard)
    {
        Names(wildcard.Qualifier).TextIf(wildcard.Qualifier.Count > 0, ".");
        Text("*");
        if (wildcard.Except.Count > 0)
        {
            Text(" EXCEPT (").List(wildcard.Except, c => Names(c.Parts)).Text(")");
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
        Text("WHEN ").Expression(when.Condition, Precedence.None).Text(" THEN ").Expression(when.Result, Precedence.None);

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
