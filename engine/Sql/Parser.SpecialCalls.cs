using K = Vectorized.Engine.Sql.Keyword;

namespace Vectorized.Engine.Sql;

/// <summary>Functions with a grammar of their own: they become plain calls (see <see cref="FunctionCall"/>).</summary>
internal sealed partial class Parser
{
    /// <summary>The current word is a column-name keyword before a parenthesis: its call, or null if it is not special.
    /// </summary>
    private Expression? SpecialCall()
    {
        int position = Position;
        switch (Word)
        {
            case K.Exists:
                Advance();
                return new ExistsExpression(ParenthesizedQuery()) { Position = position };
            case K.Row:
                Advance();
                Expect(TokenKind.LeftParen);
                SyntaxList<Expression> elements = Kind == TokenKind.RightParen ? [] : List(static p => p.Expression());
                Expect(TokenKind.RightParen);
                return new RowExpression(elements) { Position = position };
            case K.Treat:
                return Cast();
            case K.Extract when PeekWord(3) == K.From:
                return Extract();
            case K.Position:
                return PositionCall();
            case K.Substring:
                return Substring();
            case K.Overlay:
                return Overlay();
            case K.Trim:
                return Trim();
            case K.Normalize:
                return Normalize();
            case K.Nullif:
                return NullIf();
            case K.Coalesce or K.Greatest or K.Least when PeekKind(2) == TokenKind.RightParen:
                throw UnexpectedAt(_index + 2);
            case K.Xmlattributes or K.Xmlconcat or K.Xmlelement or K.Xmlexists or K.Xmlforest or K.Xmlnamespaces
                or K.Xmlparse or K.Xmlpi or K.Xmlroot or K.Xmlserialize or K.Xmltable:
                throw Unsupported(Keywords.Word(Word).ToUpperInvariant(), position);
            default:
                return null;
        }
    }

    private static FunctionCall CallOf(string name, int position, params ReadOnlySpan<Expression> values)
    {
        var arguments = new FunctionArgument[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            arguments[i] = new FunctionArgument(values[i]) { Position = values[i].Position };
        }

        var qualified = new QualifiedName(name) { Position = position };
        return new FunctionCall(qualified, new SyntaxList<FunctionArgument>(arguments))
        {
            Position = position,
        };
    }

    /// <summary>EXTRACT(field FROM x) is extract('field', x).</summary>
    private FunctionCall Extract()
    {
        int position = Position;
        Advance();
        Expect(TokenKind.LeftParen);
        int start = Position;
        string field = AtString ? StringValue() : Label();
        Expect(K.From);
        Expression source = Expression();
        Expect(TokenKind.RightParen);
        var literal = new StringLiteral(field) { Position = start };
        return CallOf("extract", position, literal, source) with { SqlSyntax = true };
    }

    /// <summary>POSITION(a IN b) is position(b, a); position(x, y) stays as it is.</summary>
    private FunctionCall PositionCall()
    {
        int position = Position;
        Advance();
        Expect(TokenKind.LeftParen);
        Expression part = RestrictedExpression();
        if (!Accept(K.In))
        {
            return PlainCall("position", position, Infix(part, Precedence.None, restricted: false));
        }

        Expression whole = RestrictedExpression();
        Expect(TokenKind.RightParen);
        return CallOf("position", position, whole, part) with { SqlSyntax = true };
    }

    /// <summary>
    /// SUBSTRING(x FROM a FOR b), (x FOR b), (x SIMILAR p ESCAPE e) are substring(x, a, b), (x, 1, b), (x, p, e).
    /// </summary>
    private FunctionCall Substring()
    {
        int position = Position;
        Advance();
        Expect(TokenKind.LeftParen);
        if (Accept(TokenKind.RightParen))
        {
            return CallOf("substring", position);
        }

        Expression source = Expression();
        FunctionCall? call = null;
        if (Accept(K.From))
        {
            Expression from = Expression();
            call = Accept(K.For)
                ? CallOf("substring", position, source, from, Expression())
                : CallOf("substring", position, source, from);
        }
        else if (Accept(K.For))
        {
            Expression length = Expression();
            Expression from = Accept(K.From) ? Expression() : new NumberLiteral("1") { Position = position };
            call = CallOf("substring", position, source, from, length);
        }
        else if (Accept(K.Similar))
        {
            Expression pattern = Expression();
            Expect(K.Escape);
            call = CallOf("substring", position, source, pattern, Expression());
        }

        if (call is null)
        {
            return PlainCall("substring", position, source);
        }

        Expect(TokenKind.RightParen);
        return call;
    }

    /// <summary>OVERLAY(x PLACING y FROM a FOR b) is overlay(x, y, a, b).</summary>
    private FunctionCall Overlay()
    {
        int position = Position;
        Advance();
        Expect(TokenKind.LeftParen);
        if (Accept(TokenKind.RightParen))
        {
            return CallOf("overlay", position);
        }

        Expression source = Expression();
        if (!Accept(K.Placing))
        {
            return PlainCall("overlay", position, source);
        }

        Expression replacement = Expression();
        Expect(K.From);
        Expression from = Expression();
        FunctionCall call = Accept(K.For)
            ? CallOf("overlay", position, source, replacement, from, Expression())
            : CallOf("overlay", position, source, replacement, from);
        Expect(TokenKind.RightParen);
        return call;
    }

    /// <summary>TRIM([BOTH | LEADING | TRAILING] [x FROM] y [, x]) is btrim, ltrim, rtrim(y, x).</summary>
    private FunctionCall Trim()
    {
        int position = Position;
        Advance();
        Expect(TokenKind.LeftParen);
        string name = Word switch
        {
            K.Leading => "ltrim",
            K.Trailing => "rtrim",
            _ => "btrim",
        };
        if (Word is K.Leading or K.Trailing or K.Both)
        {
            Advance();
        }

        Expression? characters = At(K.From) ? null : Expression();
        var values = new List<Expression>();
        if (Accept(K.From))
        {
            values.AddRange(List(static p => p.Expression()).Span);
            if (characters is not null)
            {
                values.Add(characters);
            }
        }
        else
        {
            values.Add(characters!);
            while (Accept(TokenKind.Comma))
            {
                values.Add(Expression());
            }
        }

        Expect(TokenKind.RightParen);
        return CallOf(name, position, [.. values]);
    }

    private FunctionCall NullIf()
    {
        int position = Position;
        Advance();
        Expect(TokenKind.LeftParen);
        Expression left = Expression();
        Expect(TokenKind.Comma);
        FunctionCall call = CallOf("nullif", position, left, Expression());
        Expect(TokenKind.RightParen);
        return call;
    }

    private FunctionCall Normalize()
    {
        int position = Position;
        Advance();
        Expect(TokenKind.LeftParen);
        Expression source = Expression();
        FunctionCall call = CallOf("normalize", position, source);
        if (Accept(TokenKind.Comma))
        {
            int start = Position;
            if (Word is not (K.Nfc or K.Nfd or K.Nfkc or K.Nfkd))
            {
                throw Unexpected();
            }

            string form = TakeName().ToUpperInvariant();
            call = CallOf("normalize", position, source, new StringLiteral(form) { Position = start });
        }

        Expect(TokenKind.RightParen);
        return call;
    }

    private FunctionCall CollationFor()
    {
        int position = Position;
        Expect(K.Collation, K.For);
        Expect(TokenKind.LeftParen);
        FunctionCall call = CallOf("pg_collation_for", position, Expression());
        Expect(TokenKind.RightParen);
        return call;
    }

    /// <summary>A plain call whose first argument is taken.</summary>
    private FunctionCall PlainCall(string name, int position, Expression first)
    {
        var arguments = new List<FunctionArgument> { new(first) { Position = first.Position } };
        while (Accept(TokenKind.Comma))
        {
            arguments.Add(Argument());
        }

        Expect(TokenKind.RightParen);
        var call = new FunctionCall(
            new QualifiedName(name) { Position = position }, new SyntaxList<FunctionArgument>([.. arguments]))
        {
            Position = position,
        };
        return CallSuffix(call);
    }
}
