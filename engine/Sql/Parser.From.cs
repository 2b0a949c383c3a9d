using K = Vectorized.Engine.Sql.Keyword;

namespace Vectorized.Engine.Sql;

internal sealed partial class Parser
{
    /// <summary>table_ref: a primary and the joins after it.</summary>
    private FromItem FromItem()
    {
        int outer = Enter();
        FromItem item = Joins(FromPrimary());
        Leave(outer);
        return item;
    }

    private FromItem Joins(FromItem left)
    {
        while (AtJoin())
        {
            left = Join(left);
            Grow();
        }

        return left;
    }

    private bool AtJoin() =>
        Word is K.Cross or K.Natural or K.Join or K.Inner or K.Left or K.Right or K.Full || AtAsOfJoin();

    private bool AtAsOfJoin() =>
        At(K.Asof) && PeekWord() is K.Join or K.Inner or K.Left or K.Right or K.Full;

    /// <summary>One join onto the left side. A right side may hold joins of its own before its condition.</summary>
    private JoinReference Join(FromItem left)
    {
        int position = Position;
        if (Accept(K.Cross))
        {
            Expect(K.Join);
            return new JoinReference(JoinKind.Cross, left, FromPrimary()) { Position = position };
        }

        bool natural = Accept(K.Natural);
        bool asOf = Accept(K.Asof);
        JoinKind kind = JoinKindOf();
        Expect(K.Join);
        FromItem right = FromPrimary();
        if (natural)
        {
            return new JoinReference(kind, left, right) { Natural = true, AsOf = asOf, Position = position };
        }

        if (AtJoin())
        {
            // Twice, as the parentheses of the canonical text will.
            int outermost = Enter();
            int outer = Enter();
            while (AtJoin())
            {
                right = Join(right);
                Grow();
            }

            Leave(outer);
            Leave(outermost);
        }

        if (Accept(K.On))
        {
            return new JoinReference(kind, left, right) { On = Expression(), AsOf = asOf, Position = position };
        }

        Expect(K.Using);
        SyntaxList<Identifier> columns = NameList();
        string? alias = Accept(K.As) ? Name() : null;
        return new JoinReference(kind, left, right)
        {
            Using = columns,
            UsingAlias = alias,
            AsOf = asOf,
            Position = position,
        };
    }

    private JoinKind JoinKindOf()
    {
        JoinKind kind = Word switch
        {
            K.Left => JoinKind.Left,
            K.Right => JoinKind.Right,
            K.Full => JoinKind.Full,
            _ => JoinKind.Inner,
        };
        if (kind != JoinKind.Inner)
        {
            Advance();
            Accept(K.Outer);
        }
        else
        {
            Accept(K.Inner);
        }

        return kind;
    }

    private FromItem FromPrimary()
    {
        int position = Position;
        bool lateral = Accept(K.Lateral);
        if (Kind == TokenKind.LeftParen)
        {
            return lateral ? Subquery(ParenthesizedQuery(), lateral, position) : FromParenthesized();
        }

        if (At(K.Rows, K.From))
        {
            return RowsFrom(lateral, position);
        }

        if (AtFromFunction())
        {
            Expression function = Primary();
            bool ordinality = Accept(K.With, K.Ordinality);
            return new FunctionReference(function)
            {
                Lateral = lateral,
                WithOrdinality = ordinality,
                Alias = OptionalAlias(function: true),
                Position = position,
            };
        }

        if (lateral)
        {
            throw Unexpected();
        }

        return Keywords.ClassOf(Word) == KeywordClass.TypeOrFunction ? throw UnexpectedAt(_index + 1) : Table();
    }

    /// <summary>Whether a function stands in FROM: a (dotted) name before a parenthesis, or one without parentheses.
    /// </summary>
    private bool AtFromFunction()
    {
        if (Word is K.CurrentDate or K.CurrentTime or K.CurrentTimestamp or K.Localtime or K.Localtimestamp
            or K.CurrentUser or K.CurrentRole or K.SessionUser or K.User or K.CurrentCatalog or K.CurrentSchema)
        {
            return true;
        }

        if (At(K.Only) || !(IsIdentifier(Current) || Kind == TokenKind.Keyword))
        {
            return false;
        }

        int ahead = 1;
        while (PeekKind(ahead) == TokenKind.Dot)
        {
            ahead += 2;
        }

        return PeekKind(ahead) == TokenKind.LeftParen
            && (ahead > 1 || Keywords.ClassOf(Word) != KeywordClass.Reserved || At(K.Cast));
    }

    private TableReference Table()
    {
        int position = Position;
        bool only = Accept(K.Only);
        bool parenthesis = only && Accept(TokenKind.LeftParen);
        QualifiedName name = QualifiedName();
        if (parenthesis)
        {
            Expect(TokenKind.RightParen);
        }

        Accept(TokenKind.Star);
        AsOfClause? asOf = OptionalAsOf();
        TableAlias? alias = OptionalAlias(function: false);
        asOf ??= OptionalAsOf();
        if (At(K.Tablesample))
        {
            throw Unsupported("TABLESAMPLE", Position);
        }

        return new TableReference(name) { Only = only, AsOf = asOf, Alias = alias, Position = position };
    }

    private AsOfClause? OptionalAsOf()
    {
        if (!At(K.For) || PeekWord() is not (K.SystemTime or K.SystemVersion))
        {
            return null;
        }

        int position = Position;
        Advance();
        AsOfKind kind = At(K.SystemTime) ? AsOfKind.SystemTime : AsOfKind.SystemVersion;
        Advance();
        Expect(K.As, K.Of);
        return new AsOfClause(kind, AsOfValue()) { Position = position };
    }

    /// <summary>A restricted expression; `now() - '5' second` (an interval without the word) is let in.</summary>
    private Expression AsOfValue()
    {
        bool signed = Kind is TokenKind.Minus or TokenKind.Plus;
        Expression value = Postfixed(signed ? Prefixed(restricted: true) : Primary());
        while (Kind is TokenKind.Minus or TokenKind.Plus)
        {
            int position = Position;
            OperatorName op = Operator();
            int start = Position;
            Expression offset = Postfixed(Primary());
            if (offset is StringLiteral)
            {
                TypeName interval = WithIntervalFields(PlainType("interval", start));
                offset = new CastExpression(offset, interval) { Position = start };
            }

            value = new BinaryExpression(op, value, offset) { Position = position };
            Grow();
        }

        return value;
    }

    private SubqueryReference Subquery(Query query, bool lateral, int position) =>
        new(query) { Lateral = lateral, Alias = OptionalAlias(function: false), Position = position };

    /// <summary>A subquery or joins in parentheses.</summary>
    private FromItem FromParenthesized()
    {
        int position = Position;
        SyntaxNode content = QueryOrFrom();
        if (content is Query query)
        {
            return Subquery(query, lateral: false, position);
        }

        var item = (FromItem)content;
        TableAlias? alias = OptionalAlias(function: false);
        if (alias is null)
        {
            return item;
        }

        return item is JoinReference { Alias: null } ? item with { Alias = alias } : throw Unexpected();
    }

    /// <summary>Parentheses in FROM with what they hold: a query, or a join (or one in more parentheses).</summary>
    private SyntaxNode QueryOrFrom()
    {
        int outer = Enter();
        bool mayBeQuery = QueryAhead();
        Expect(TokenKind.LeftParen);
        SyntaxNode result;
        if (mayBeQuery && Kind != TokenKind.LeftParen)
        {
            result = Query();
        }
        else if (mayBeQuery)
        {
            int start = Position;
            SyntaxNode inner = QueryOrFrom();
            result = inner is Query query
                ? Kind == TokenKind.RightParen || AtQueryContinuation()
                    ? QueryFrom(query)
                    : Joins(Subquery(query, lateral: false, start))
                : Joins(WithAlias((FromItem)inner));
        }
        else
        {
            result = FromItem();
        }

        if (result is not (Sql.Query or JoinReference or SubqueryReference))
        {
            throw Unexpected();
        }

        Expect(TokenKind.RightParen);
        Leave(outer);
        return result;
    }

    private FromItem WithAlias(FromItem item) =>
        item is JoinReference { Alias: null } && OptionalAlias(function: false) is { } alias
            ? item with { Alias = alias } : item;

    private RowsFromReference RowsFrom(bool lateral, int position)
    {
        Accept(K.Rows, K.From);
        SyntaxList<RowsFromFunction> functions = ParenthesizedList(static p =>
        {
            int start = p.Position;
            Expression function = p.Primary();
            SyntaxList<StructField> columns = p.Accept(K.As) ? p.ParenthesizedList(static q => q.ColumnWithType()) : [];
            return new RowsFromFunction(function, columns) { Position = start };
        });
        bool ordinality = Accept(K.With, K.Ordinality);
        return new RowsFromReference(functions)
        {
            Lateral = lateral,
            WithOrdinality = ordinality,
            Alias = OptionalAlias(function: true),
            Position = position,
        };
    }

    private StructField ColumnWithType()
    {
        int position = Position;
        string name = Name();
        TypeName type = TypeName();
        if (Accept(K.Collate))
        {
            QualifiedName();
        }

        return new StructField(name, type) { Position = position };
    }

    /// <summary>[AS] name [(columns)]; for a function also AS (column type, ...).</summary>
    private TableAlias? OptionalAlias(bool function)
    {
        int position = Position;
        bool said = Accept(K.As);
        if (said && function && Kind == TokenKind.LeftParen)
        {
            return new TableAlias(null, [])
            {
                ColumnDefinitions = ParenthesizedList(static p => p.ColumnWithType()),
                Position = position,
            };
        }

        if (!said && (!IsColumnName(Current) || AtEmit() || AtAsOfJoin()))
        {
            return null;
        }

        string name = Name();
        if (Kind != TokenKind.LeftParen)
        {
            return new TableAlias(name, []) { Position = position };
        }

        if (function && PeekKind(2) is not (TokenKind.Comma or TokenKind.RightParen))
        {
            return new TableAlias(name, [])
            {
                ColumnDefinitions = ParenthesizedList(static p => p.ColumnWithType()),
                Position = position,
            };
        }

        return new TableAlias(name, NameList()) { Position = position };
    }
}
