namespace Vectorized.Engine.Sql;

/// <summary>Operators, predicates and constructors.</summary>
internal sealed partial class SqlWriter
{
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
                Quantified(quantified.Left, quantified.Operator, quantified.Quantifier)
                    .Inner(quantified.Query).Text(")");
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
                Text(row.Implicit ? "(" : "ROW(").Expressions(row.Elements).Text(")");
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
        // A chain goes down its left side: walked, not recursed into.
        var chain = new Stack<BinaryExpression>();
        chain.Push(binary);
        while (chain.Peek().Left is BinaryExpression { Parenthesized: false } left
            && PrecedenceOf(left) >= LeftMinimum(chain.Peek()))
        {
            chain.Push(left);
        }

        Expression(chain.Peek().Left, LeftMinimum(chain.Peek()));
        foreach (BinaryExpression link in chain)
        {
            Text(" ").Operator(link.Operator).Text(" ").Expression(link.Right, PrecedenceOf(link.Operator) + 1);
        }
    }

    private static Precedence LeftMinimum(BinaryExpression binary)
    {
        Precedence precedence = PrecedenceOf(binary.Operator);
        return precedence == Precedence.Comparison ? precedence + 1 : precedence;
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
}
