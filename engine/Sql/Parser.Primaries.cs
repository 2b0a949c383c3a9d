using K = Vectorized.Engine.Sql.Keyword;

namespace Vectorized.Engine.Sql;

internal sealed partial class Parser
{
    /// <summary>Subscripts, field access and `::` after a primary.</summary>
    private Expression Postfixed(Expression operand)
    {
        while (true)
        {
            int position = Position;
            switch (Kind)
            {
                case TokenKind.LeftBracket:
                    operand = SubscriptOf(operand);
                    break;
                case TokenKind.Dot when operand.Parenthesized
                    || operand is ScalarSubquery or Subscript or Slice or FieldAccess or Parameter:
                    Advance();
                    if (Accept(TokenKind.Star))
                    {
                        return new FieldWildcard(operand) { Position = position };
                    }

                    operand = new FieldAccess(operand, Label()) { Position = position };
                    break;
                case TokenKind.TypeCast:
                    Advance();
                    operand = new CastExpression(operand, TypeName()) { Position = position };
                    Grow(SqlLimits.LevelUnits);
                    continue;
                default:
                    return operand;
            }

            Grow();
        }
    }

    private Expression SubscriptOf(Expression operand)
    {
        int position = Position;
        Expect(TokenKind.LeftBracket);
        Expression? lower = Kind == TokenKind.Colon ? null : Expression();
        if (lower is not null && Kind != TokenKind.Colon)
        {
            Expect(TokenKind.RightBracket);
            return new Subscript(operand, lower) { Position = position };
        }

        Expect(TokenKind.Colon);
        Expression? upper = Kind == TokenKind.RightBracket ? null : Expression();
        Expect(TokenKind.RightBracket);
        return new Slice(operand, lower, upper) { Position = position };
    }

    /// <summary>c_expr without its indirection.</summary>
    private Expression Primary()
    {
        Token token = Current;
        int position = Position;
        switch (token.Kind)
        {
            case TokenKind.Integer or TokenKind.Decimal:
                Advance();
                return new NumberLiteral(LiteralText.Number(Text(token))) { Position = position };
            case TokenKind.String or TokenKind.EscapeString or TokenKind.UnicodeString or TokenKind.DollarString:
                return new StringLiteral(StringValue()) { Position = position };
            case TokenKind.BitString or TokenKind.HexString:
                Advance();
                string digits = LiteralText.Plain(Text(token)[1..]);
                return new BitStringLiteral(digits, token.Kind == TokenKind.HexString) { Position = position };
            case TokenKind.NationalString:
                Advance();
                var text = new StringLiteral(LiteralText.Plain(Text(token)[1..])) { Position = position };
                return new CastExpression(text, PlainType("bpchar", position)) { Position = position };
            case TokenKind.Parameter:
                return ParameterOf(token);
            case TokenKind.LeftParen:
                return Parenthesized();
            case TokenKind.Identifier or TokenKind.QuotedIdentifier or TokenKind.UnicodeIdentifier:
                return NameExpression();
            case TokenKind.Keyword:
                return KeywordPrimary();
            default:
                throw Unexpected();
        }
    }

    private Parameter ParameterOf(Token token)
    {
        if (!int.TryParse(Text(token)[1..], out int number) || number is 0 or > SqlLimits.ParameterMax)
        {
            throw new Types.SqlException(
                Types.SqlState.UndefinedParameter, $"there is no parameter {Text(token)}", token.Start + 1);
        }

        Advance();
        return new Parameter(number) { Position = token.Start + 1 };
    }

    /// <summary>`(expr)`, `(a, b)`, or a query in parentheses.</summary>
    private Expression Parenthesized()
    {
        int position = Position;
        Expect(TokenKind.LeftParen);
        SyntaxNode content = QueryOrExpression();
        if (content is Query query)
        {
            Expect(TokenKind.RightParen);
            return new ScalarSubquery(query) { Position = position };
        }

        return CloseParenthesis((Expression)content, position);
    }

    /// <summary>The rest of `(first` : a closing parenthesis, or more and a row.</summary>
    private Expression CloseParenthesis(Expression first, int position)
    {
        if (Accept(TokenKind.RightParen))
        {
            return first with { Parenthesized = true };
        }

        var elements = new List<Expression> { first };
        Expect(TokenKind.Comma);
        do
        {
            elements.Add(Expression());
        }
        while (Accept(TokenKind.Comma));
        Expect(TokenKind.RightParen);
        return new RowExpression(new SyntaxList<Expression>([.. elements])) { Implicit = true, Position = position };
    }

    /// <summary>What stands inside parentheses that may hold either. A query in further parentheses turns out to be an
    /// operand of an expression only by what follows it.</summary>
    private SyntaxNode QueryOrExpression()
    {
        if (!QueryAhead())
        {
            return Expression();
        }

        if (Kind != TokenKind.LeftParen)
        {
            return Query();
        }

        int outer = Enter();
        int position = Position;
        Expect(TokenKind.LeftParen);
        SyntaxNode content = QueryOrExpression();
        Expression operand;
        if (content is Query query)
        {
            Expect(TokenKind.RightParen);
            if (Kind == TokenKind.RightParen || AtQueryContinuation())
            {
                Query whole = QueryFrom(query);
                Leave(outer);
                return whole;
            }

            operand = new ScalarSubquery(query) { Position = position };
        }
        else
        {
            operand = CloseParenthesis((Expression)content, position);
        }

        Expression result = Infix(Postfixed(operand), Precedence.None, restricted: false);
        Leave(outer);
        return result;
    }

    private Expression KeywordPrimary()
    {
        int position = Position;
        switch (Word)
        {
            case K.Null:
                Advance();
                return new NullLiteral { Position = position };
            case K.True or K.False:
                bool value = At(K.True);
                Advance();
                return new BooleanLiteral(value) { Position = position };
            case K.Case:
                return Case();
            case K.Cast:
                return Cast();
            case K.Array:
                return ArrayPrimary();
            case K.CurrentDate or K.CurrentTime or K.CurrentTimestamp or K.Localtime or K.Localtimestamp
                or K.CurrentUser or K.CurrentRole or K.SessionUser or K.User or K.CurrentCatalog:
            case K.CurrentSchema when PeekKind() is not (TokenKind.LeftParen or TokenKind.Dot):
                return ValueFunction();
        }

        KeywordClass kind = Keywords.ClassOf(Word);
        if (kind == KeywordClass.ColumnName)
        {
            if (AtTypedLiteral())
            {
                return TypedLiteral();
            }

            if (PeekKind() == TokenKind.LeftParen && SpecialCall() is { } special)
            {
                return special;
            }
        }
        else if (Word == K.Double && PeekKind() != TokenKind.LeftParen && AtTypedLiteral())
        {
            return TypedLiteral();
        }
        else if (At(K.Collation, K.For))
        {
            return CollationFor();
        }

        return kind == KeywordClass.Reserved ? throw Unexpected() : NameExpression();
    }

    /// <summary>A name that turns out to be a column, a whole row, a function call or the type of a literal.</summary>
    private Expression NameExpression()
    {
        int start = _index;
        int position = Position;
        if (At(K.Aggregate) && PeekKind() == TokenKind.Colon)
        {
            return ScalarAsAggregate();
        }

        if (At(K.Map) && PeekKind() == TokenKind.LeftBrace)
        {
            return Map();
        }

        Token first = Current;
        var parts = new List<string> { TakeName() };
        while (Kind == TokenKind.Dot)
        {
            Advance();
            if (Accept(TokenKind.Star))
            {
                return new Wildcard(new SyntaxList<string>([.. parts]), []) { Position = position };
            }

            parts.Add(Label());
        }

        bool qualified = parts.Count > 1;
        if (Kind == TokenKind.LeftParen)
        {
            string? spelling = !qualified && first.Kind is TokenKind.Identifier or TokenKind.Keyword
                && Text(first).ContainsAnyInRange('A', 'Z') ? Text(first).ToString() : null;
            return Call(new QualifiedName(new SyntaxList<string>([.. parts]))
            {
                Position = position,
                Spelling = spelling,
            });
        }

        if (AtString && (qualified || IsFunctionName(first)))
        {
            var type = new TypeName(new QualifiedName(new SyntaxList<string>([.. parts])) { Position = position })
            {
                Position = position,
            };
            return LiteralOf(type);
        }

        return IsColumnName(first)
            ? new ColumnReference(new SyntaxList<string>([.. parts])) { Position = position }
            : throw UnexpectedAt(start + 1);
    }

    private CastExpression LiteralOf(TypeName type)
    {
        int position = Position;
        var text = new StringLiteral(StringValue()) { Position = position };
        return new CastExpression(text, type) { Position = type.Position };
    }

    private MapExpression Map()
    {
        int position = Position;
        Expect(K.Map);
        Expect(TokenKind.LeftBrace);
        SyntaxList<MapEntry> entries = Kind == TokenKind.RightBrace ? [] : List(static p => p.MapEntry());
        Expect(TokenKind.RightBrace);
        return new MapExpression(entries) { Position = position };
    }

    private MapEntry MapEntry()
    {
        int position = Position;
        Expression key = Expression();
        Expect(TokenKind.Colon);
        return new MapEntry(key, Expression()) { Position = position };
    }

    private CaseExpression Case()
    {
        int position = Position;
        Expect(K.Case);
        Expression? operand = At(K.When) ? null : Expression();
        var whens = new List<CaseWhen>();
        do
        {
            int start = Position;
            Expect(K.When);
            Expression condition = Expression();
            Expect(K.Then);
            whens.Add(new CaseWhen(condition, Expression()) { Position = start });
        }
        while (At(K.When));
        Expression? otherwise = Accept(K.Else) ? Expression() : null;
        Expect(K.End);
        return new CaseExpression(operand, new SyntaxList<CaseWhen>([.. whens]), otherwise) { Position = position };
    }

    private CastExpression Cast()
    {
        int position = Position;
        Advance();
        Expect(TokenKind.LeftParen);
        Expression operand = Expression();
        Expect(K.As);
        TypeName type = TypeName();
        Expect(TokenKind.RightParen);
        return new CastExpression(operand, type) { Position = position };
    }

    private Expression ArrayPrimary()
    {
        int position = Position;
        Expect(K.Array);
        if (Kind == TokenKind.LeftBracket)
        {
            return ArrayElements(position);
        }

        return new ArraySubquery(ParenthesizedQuery()) { Position = position };
    }

    private ArrayExpression ArrayElements(int position)
    {
        int outer = Enter();
        Expect(TokenKind.LeftBracket);
        SyntaxList<Expression> elements = Kind == TokenKind.RightBracket ? [] : List(static p =>
            p.Kind == TokenKind.LeftBracket ? p.ArrayElements(p.Position) : p.Expression());
        Expect(TokenKind.RightBracket);
        Leave(outer);
        return new ArrayExpression(elements) { Position = position };
    }

    private SqlValueFunction ValueFunction()
    {
        int position = Position;
        SqlValue value = Word switch
        {
            K.CurrentDate => SqlValue.CurrentDate,
            K.CurrentTime => SqlValue.CurrentTime,
            K.CurrentTimestamp => SqlValue.CurrentTimestamp,
            K.Localtime => SqlValue.LocalTime,
            K.Localtimestamp => SqlValue.LocalTimestamp,
            K.CurrentUser => SqlValue.CurrentUser,
            K.CurrentRole => SqlValue.CurrentRole,
            K.SessionUser => SqlValue.SessionUser,
            K.User => SqlValue.User,
            K.CurrentCatalog => SqlValue.CurrentCatalog,
            _ => SqlValue.CurrentSchema,
        };
        Advance();
        int? precision = null;
        if (value is SqlValue.CurrentTime or SqlValue.CurrentTimestamp or SqlValue.LocalTime or SqlValue.LocalTimestamp
            && Accept(TokenKind.LeftParen))
        {
            precision = Integer();
            Expect(TokenKind.RightParen);
        }

        return new SqlValueFunction(value, precision) { Position = position };
    }
}
