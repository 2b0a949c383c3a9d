using Vectorized.Engine.Types;
using K = Vectorized.Engine.Sql.Keyword;

namespace Vectorized.Engine.Sql;

internal sealed partial class Parser
{
    /// <summary>a_expr.</summary>
    private Expression Expression() => Expression(Precedence.None);

    /// <summary>b_expr: no AND, OR, NOT, IS NULL, IN, LIKE, BETWEEN, COLLATE, AT TIME ZONE at its top.</summary>
    private Expression RestrictedExpression() => Expression(Precedence.None, restricted: true);

    private Expression Expression(Precedence minimum, bool restricted = false)
    {
        int units = minimum == Precedence.None && !restricted ? SqlLimits.LevelUnits : SqlLimits.LinkUnits;
        return Expression(minimum, restricted, units);
    }

    private Expression Expression(Precedence minimum, bool restricted, int units)
    {
        int outer = Enter(units);
        Expression result = Infix(Prefixed(restricted), minimum, restricted);
        Leave(outer, units);
        return result;
    }

    /// <summary>A prefix operator with its operand, or a primary with its postfixes.</summary>
    private Expression Prefixed(bool restricted)
    {
        int position = Position;
        switch (Kind)
        {
            case TokenKind.Minus or TokenKind.Plus:
                string sign = Kind == TokenKind.Minus ? "-" : "+";
                Advance();
                Expression signed = Expression(Precedence.UnaryMinus, restricted, SqlLimits.LevelUnits);
                var name = new OperatorName(sign) { Position = position };
                return new UnaryExpression(name, signed) { Position = position };
            case TokenKind.Operator:
                if (AtLambda())
                {
                    return Lambda();
                }

                return PrefixOperator(restricted);
            case TokenKind.Keyword when At(K.Operator) && PeekKind() == TokenKind.LeftParen:
                return PrefixOperator(restricted);
            case TokenKind.Keyword when At(K.Not) && !restricted:
                Advance();
                Expression negated = Expression(Precedence.Not, restricted: false, SqlLimits.LevelUnits);
                return new NotExpression(negated) { Position = position };
            case TokenKind.Keyword when At(K.Default) && !restricted:
                Advance();
                return new DefaultExpression { Position = position };
            default:
                return Postfixed(Primary());
        }
    }

    private UnaryExpression PrefixOperator(bool restricted)
    {
        OperatorName name = Operator();
        Expression operand = Expression(Precedence.Operator + 1, restricted, SqlLimits.LevelUnits);
        return new UnaryExpression(name, operand) { Position = name.Position };
    }

    /// <summary>Climbs: takes infix operators that bind at least as tightly as the minimum.</summary>
    private Expression Infix(Expression left, Precedence minimum, bool restricted)
    {
        var closed = Precedence.None;
        while (true)
        {
            Precedence precedence = InfixPrecedence(restricted);
            if (precedence == Precedence.None || precedence < minimum)
            {
                return left;
            }

            if (precedence == closed)
            {
                throw Unexpected();
            }

            // What ends in an operand of a non-associative level cannot be followed by an operator of that level.
            bool endsInOperand = true;
            left = precedence switch
            {
                Precedence.Or => Logical(left, LogicalOperator.Or, K.Or, Precedence.And),
                Precedence.And => Logical(left, LogicalOperator.And, K.And, Precedence.Not),
                Precedence.Is => Is(left, restricted, out endsInOperand),
                Precedence.Membership => Membership(left, out endsInOperand),
                Precedence.AtTimeZone => AtTimeZone(left),
                Precedence.Collate => Collate(left),
                _ => Binary(left, precedence, restricted, out endsInOperand),
            };
            closed = endsInOperand && precedence is Precedence.Is or Precedence.Comparison or Precedence.Membership
                ? precedence : Precedence.None;
            Grow();
        }
    }

    private Precedence InfixPrecedence(bool restricted) => Kind switch
    {
        TokenKind.Plus or TokenKind.Minus => Precedence.Additive,
        TokenKind.Star or TokenKind.Slash or TokenKind.Percent => Precedence.Multiplicative,
        TokenKind.Caret => Precedence.Exponent,
        TokenKind.Less or TokenKind.Greater or TokenKind.Equals or TokenKind.LessEquals or TokenKind.GreaterEquals
            or TokenKind.NotEquals => Precedence.Comparison,
        TokenKind.Operator => Precedence.Operator,
        TokenKind.Keyword => KeywordPrecedence(restricted),
        _ => Precedence.None,
    };

    private Precedence KeywordPrecedence(bool restricted) => Word switch
    {
        K.Operator when PeekKind() == TokenKind.LeftParen => Precedence.Operator,
        K.Is when !restricted || IsDistinctAhead() => Precedence.Is,
        _ when restricted => Precedence.None,
        K.Or => Precedence.Or,
        K.And => Precedence.And,
        K.Isnull or K.Notnull => Precedence.Is,
        K.Between or K.In or K.Like or K.Ilike => Precedence.Membership,
        K.Similar when PeekWord() == K.To => Precedence.Membership,
        K.Not when PeekWord() is K.Between or K.In or K.Like or K.Ilike or K.Similar => Precedence.Membership,
        K.At when PeekWord() == K.Time => Precedence.AtTimeZone,
        K.Collate => Precedence.Collate,
        K.Overlaps => Precedence.Operator,
        _ => Precedence.None,
    };

    private bool IsDistinctAhead() =>
        PeekWord() == K.Distinct || (PeekWord() == K.Not && PeekWord(2) == K.Distinct);

    /// <summary>
    /// AND and OR: a chain is one node; a chain in parentheses on the left joins it, as in PostgreSQL.
    /// </summary>
    private LogicalExpression Logical(Expression left, LogicalOperator op, K word, Precedence operand)
    {
        int position = Position;
        var operands = new List<Expression>();
        if (left is LogicalExpression chain && chain.Operator == op)
        {
            operands.AddRange(chain.Operands);
            position = chain.Position;
        }
        else
        {
            operands.Add(left);
        }

        while (Accept(word))
        {
            operands.Add(Expression(operand));
        }

        return new LogicalExpression(op, new SyntaxList<Expression>([.. operands])) { Position = position };
    }

    private Expression Binary(Expression left, Precedence precedence, bool restricted, out bool endsInOperand)
    {
        int position = Position;
        endsInOperand = false;
        if (At(K.Overlaps))
        {
            return Overlaps(left);
        }

        OperatorName name = Operator();
        if (AtQuantifier())
        {
            return Quantified(left, name);
        }

        endsInOperand = true;
        Expression right = Expression(precedence + 1, restricted);
        return new BinaryExpression(name, left, right) { Position = position };
    }

    /// <summary>An operator token or OPERATOR(schema.op); `!=` is `&lt;&gt;`.</summary>
    private OperatorName Operator()
    {
        int position = Position;
        if (Accept(K.Operator))
        {
            Expect(TokenKind.LeftParen);
            string? schema = null;
            while (Kind != TokenKind.RightParen && (IsIdentifier(Current) || Kind == TokenKind.Keyword))
            {
                schema = Name();
                Expect(TokenKind.Dot);
            }

            string qualified = OperatorSymbol();
            Expect(TokenKind.RightParen);
            return new OperatorName(qualified, schema) { Position = position };
        }

        return new OperatorName(OperatorSymbol()) { Position = position };
    }

    private string OperatorSymbol()
    {
        if (Kind is not (>= TokenKind.Operator and <= TokenKind.Caret))
        {
            throw Unexpected();
        }

        string symbol = Kind switch
        {
            TokenKind.NotEquals => "<>",
            TokenKind.Equals => "=",
            TokenKind.Less => "<",
            TokenKind.Greater => ">",
            TokenKind.LessEquals => "<=",
            TokenKind.GreaterEquals => ">=",
            TokenKind.Plus => "+",
            TokenKind.Minus => "-",
            TokenKind.Star => "*",
            TokenKind.Slash => "/",
            TokenKind.Percent => "%",
            TokenKind.Caret => "^",
            _ => Text(Current).ToString(),
        };
        Advance();
        return symbol;
    }

    private AtTimeZoneExpression AtTimeZone(Expression left)
    {
        int position = Position;
        Expect(K.At, K.Time);
        Expect(K.Zone);
        return new AtTimeZoneExpression(left, Expression(Precedence.Collate)) { Position = position };
    }

    private CollateExpression Collate(Expression left)
    {
        int position = Position;
        Expect(K.Collate);
        return new CollateExpression(left, QualifiedName()) { Position = position };
    }

    /// <summary>Whether a lambda starts: `|x| ...` or `|x, y| ...`.</summary>
    private bool AtLambda()
    {
        if (Text(Current) is not "|")
        {
            return false;
        }

        int ahead = 1;
        while (IsColumnName(Peek(ahead)) && PeekKind(ahead + 1) == TokenKind.Comma)
        {
            ahead += 2;
        }

        return IsColumnName(Peek(ahead)) && PeekKind(ahead + 1) == TokenKind.Operator
            && Text(Peek(ahead + 1))[0] == '|';
    }

    private LambdaExpression Lambda()
    {
        int position = Position;
        Advance();
        SyntaxList<string> parameters = List(static p => p.Name());
        TakeFirstCharacter();
        return new LambdaExpression(parameters, Expression()) { Position = position };
    }
}
