using K = Vectorized.Engine.Sql.Keyword;

namespace Vectorized.Engine.Sql;

/// <summary>IS, IN, BETWEEN, LIKE, ANY and ALL, OVERLAPS.</summary>
internal sealed partial class Parser
{
    private bool AtQuantifier() => Word is K.Any or K.Some or K.All;

    /// <summary>`left op ANY | SOME | ALL (...)`, the operator taken.</summary>
    private Expression Quantified(Expression left, OperatorName name)
    {
        Quantifier quantifier = At(K.All) ? Quantifier.All : Quantifier.Any;
        Advance();
        Expect(TokenKind.LeftParen);
        SyntaxNode content = QueryOrExpression();
        Expect(TokenKind.RightParen);
        return content is Query query
            ? new QuantifiedSubquery(left, name, quantifier, query) { Position = name.Position }
            : new QuantifiedArray(left, name, quantifier, (Expression)content) { Position = name.Position };
    }

    private Expression Is(Expression left, bool restricted, out bool endsInOperand)
    {
        int position = Position;
        endsInOperand = false;
        if (Word is K.Isnull or K.Notnull)
        {
            bool notNull = At(K.Notnull);
            Advance();
            return new IsExpression(left, TruthTest.Null, notNull) { Position = position };
        }

        Expect(K.Is);
        bool negated = Accept(K.Not);
        switch (Word)
        {
            case K.Null or K.True or K.False or K.Unknown:
                TruthTest test = Word switch
                {
                    K.Null => TruthTest.Null,
                    K.True => TruthTest.True,
                    K.False => TruthTest.False,
                    _ => TruthTest.Unknown,
                };
                Advance();
                return new IsExpression(left, test, negated) { Position = position };
            case K.Distinct:
                Advance();
                Expect(K.From);
                endsInOperand = true;
                Expression right = Expression(Precedence.Comparison, restricted);
                return new IsDistinctExpression(left, right, negated) { Position = position };
            case K.Json:
                return IsJson(left, negated, position);
            case K.Normalized or K.Nfc or K.Nfd or K.Nfkc or K.Nfkd:
                return IsNormalized(left, negated, position);
            case K.Document:
                throw Unsupported("IS DOCUMENT", position);
            default:
                throw Unexpected();
        }
    }

    private IsJsonExpression IsJson(Expression operand, bool negated, int position)
    {
        Expect(K.Json);
        JsonKind kind = Word switch
        {
            K.Object => JsonKind.Object,
            K.Array => JsonKind.Array,
            K.Scalar => JsonKind.Scalar,
            _ => JsonKind.Value,
        };
        if (kind != JsonKind.Value || At(K.Value))
        {
            Advance();
        }

        bool unique = Accept(K.With, K.Unique);
        if (unique)
        {
            Accept(K.Keys);
        }
        else if (Accept(K.Without, K.Unique))
        {
            Accept(K.Keys);
        }

        return new IsJsonExpression(operand, kind, unique, negated) { Position = position };
    }

    private Expression IsNormalized(Expression operand, bool negated, int position)
    {
        StringLiteral? form = null;
        if (!At(K.Normalized))
        {
            form = new StringLiteral(Keywords.Word(Word).ToUpperInvariant()) { Position = Position };
            Advance();
        }

        Expect(K.Normalized);
        Grow(SqlLimits.LevelUnits);
        FunctionCall call = form is null ? CallOf("is_normalized", position, operand)
            : CallOf("is_normalized", position, operand, form);
        return negated ? new NotExpression(call) { Position = position } : call;
    }

    /// <summary>[NOT] BETWEEN, IN, LIKE, ILIKE, SIMILAR TO.</summary>
    private Expression Membership(Expression left, out bool endsInOperand)
    {
        int position = Position;
        bool negated = Accept(K.Not);
        endsInOperand = !At(K.In);
        switch (Word)
        {
            case K.Between:
                Advance();
                bool symmetric = Accept(K.Symmetric);
                if (!symmetric)
                {
                    Accept(K.Asymmetric);
                }

                Expression low = RestrictedExpression();
                Expect(K.And);
                Expression high = Expression(Precedence.Escape);
                return new BetweenExpression(left, low, high, symmetric, negated) { Position = position };
            case K.In:
                Advance();
                return In(left, negated, position);
            case K.Like:
                Advance();
                return Like(left, LikeKind.Like, negated, position, out endsInOperand);
            case K.Ilike:
                Advance();
                return Like(left, LikeKind.ILike, negated, position, out endsInOperand);
            default:
                Expect(K.Similar, K.To);
                return Like(left, LikeKind.SimilarTo, negated, position, out endsInOperand);
        }
    }

    private Expression Like(Expression left, LikeKind kind, bool negated, int position, out bool endsInOperand)
    {
        endsInOperand = false;
        if (kind != LikeKind.SimilarTo && AtQuantifier())
        {
            string symbol = (negated ? "!" : "") + (kind == LikeKind.Like ? "~~" : "~~*");
            return Quantified(left, new OperatorName(symbol) { Position = position });
        }

        Expression pattern = Expression(Precedence.Escape);
        Expression? escape = Accept(K.Escape) ? Expression(Precedence.Escape) : null;
        endsInOperand = true;
        return new LikeExpression(kind, left, pattern, escape, negated) { Position = position };
    }

    private Expression In(Expression left, bool negated, int position)
    {
        Expect(TokenKind.LeftParen);
        SyntaxNode first = QueryOrExpression();
        if (first is Query query)
        {
            Expect(TokenKind.RightParen);
            return new InSubqueryExpression(left, query, negated) { Position = position };
        }

        var items = new List<Expression> { (Expression)first };
        while (Accept(TokenKind.Comma))
        {
            items.Add(Expression());
        }

        Expect(TokenKind.RightParen);
        return new InListExpression(left, new SyntaxList<Expression>([.. items]), negated) { Position = position };
    }

    /// <summary>`(a, b) OVERLAPS (c, d)`.</summary>
    private FunctionCall Overlaps(Expression left)
    {
        int position = Position;
        Expect(K.Overlaps);
        Expression right = Expression(Precedence.Operator + 1);
        if (left is not RowExpression { Elements.Count: 2 } start
            || right is not RowExpression { Elements.Count: 2 } end)
        {
            string side = left is RowExpression { Elements.Count: 2 } ? "right" : "left";
            throw Error($"wrong number of parameters on {side} side of OVERLAPS expression", position);
        }

        return CallOf(
            "overlaps", position, start.Elements[0], start.Elements[1], end.Elements[0], end.Elements[1]);
    }
}
