using K = Vectorized.Engine.Sql.Keyword;

namespace Vectorized.Engine.Sql;

internal sealed partial class Parser
{
    private int _queryAheadFrom = -1;
    private int _queryAheadTo = -1;
    private bool _queryAhead;

    private static bool StartsQuery(Token token, Token next) =>
        token.Keyword is K.Select or K.With or K.Table
        || (token.Keyword == K.Values && next.Kind == TokenKind.LeftParen);

    /// <summary>Whether, past any opening parentheses, a query starts. Remembered for a run of parentheses.</summary>
    private bool QueryAhead()
    {
        if (Kind != TokenKind.LeftParen)
        {
            return StartsQuery(Current, Peek(1));
        }

        if (_index < _queryAheadFrom || _index >= _queryAheadTo)
        {
            int at = _index;
            while (_tokens[at].Kind == TokenKind.LeftParen)
            {
                at++;
            }

            _queryAheadFrom = _index;
            _queryAheadTo = at;
            _queryAhead = StartsQuery(_tokens[at], _tokens[at + 1]);
        }

        return _queryAhead;
    }

    /// <summary>After a query in parentheses: whether what follows makes it part of a larger query.</summary>
    private bool AtQueryContinuation() => Word is K.Union or K.Intersect or K.Except or K.Order or K.Limit or K.Offset
        or K.Fetch or K.For || AtEmit();

    private bool AtEmit() => At(K.Emit, K.On, K.Window);

    private Query ParenthesizedQuery()
    {
        Expect(TokenKind.LeftParen);
        Query query = Query();
        Expect(TokenKind.RightParen);
        return query;
    }

    /// <summary>SelectStmt.</summary>
    private Query Query()
    {
        int outer = Enter();
        WithClause? with = OptionalWith();
        Query query = QueryTail(SetOperations(QueryOperand(), level: 1), with);
        Leave(outer);
        return query;
    }

    /// <summary>A query whose first operand, in parentheses, is taken.</summary>
    private Query QueryFrom(Query first) => QueryTail(SetOperations(first, level: 1), null);

    /// <summary>UNION and EXCEPT (level 1) and INTERSECT (level 2), from the left.</summary>
    private Query SetOperations(Query left, int level)
    {
        while (true)
        {
            int found = Word switch { K.Intersect => 2, K.Union or K.Except => 1, _ => 0 };
            if (found == 0 || found < level)
            {
                return left;
            }

            int position = Position;
            SetOperator op = Word switch
            {
                K.Union => SetOperator.Union,
                K.Except => SetOperator.Except,
                _ => SetOperator.Intersect,
            };
            Advance();
            bool all = Accept(K.All);
            if (!all)
            {
                Accept(K.Distinct);
            }

            bool corresponding = Accept(K.Corresponding);
            SyntaxList<Identifier> by = corresponding && Accept(K.By) ? NameList() : [];
            Query right = SetOperations(QueryOperand(), found + 1);
            var body = new SetOperation(op, all, BodyOf(left), BodyOf(right))
            {
                Corresponding = corresponding,
                CorrespondingBy = by,
                Position = position,
            };
            left = new Query(body) { Position = left.Position };
            Grow();
        }
    }

    /// <summary>A query as an operand: its body, where that is all it has.</summary>
    private static QueryBody BodyOf(Query query)
    {
        bool plain = query.With is null && query.OrderBy.Count == 0 && query.Limit is null && query.Offset is null
            && query.Locking.Count == 0 && !query.EmitOnWindowClose && !query.WithTies;
        return plain ? query.Body : new NestedQuery(query) { Position = query.Position };
    }

    private Query QueryOperand()
    {
        int position = Position;
        switch (Word)
        {
            case K.Select:
                return new Query(Select()) { Position = position };
            case K.Values:
                return new Query(Values()) { Position = position };
            case K.Table:
                Advance();
                var table = new TableReference(QualifiedName()) { Position = position };
                var all = new SelectItem(new Wildcard([], []) { Position = position }) { Position = position };
                return new Query(new SelectBody { Items = [all], From = [table], Position = position })
                {
                    Position = position,
                };
            default:
                return ParenthesizedQuery() with { Parenthesized = true };
        }
    }

    /// <summary>ORDER BY, LIMIT, OFFSET, FETCH, FOR, EMIT; and the WITH before, put on the query.</summary>
    private Query QueryTail(Query query, WithClause? with)
    {
        if (query.Parenthesized && (with is not null || AtQueryContinuation()))
        {
            query = query with { Parenthesized = false };
        }

        if (with is not null)
        {
            query = query.With is null ? query with { With = with, Position = with.Position }
                : throw Error("multiple WITH clauses not allowed", query.With.Position);
        }

        if (At(K.Order))
        {
            int position = Position;
            query = query.OrderBy.Count == 0 ? query with { OrderBy = OrderBy() }
                : throw Error("multiple ORDER BY clauses not allowed", position);
        }

        bool limited = query.Limit is not null;
        bool offset = query.Offset is not null;
        while (true)
        {
            int position = Position;
            switch (Word)
            {
                case K.Limit or K.Fetch:
                    query = !limited ? Limit(query) : throw Error("multiple LIMIT clauses not allowed", position);
                    limited = true;
                    break;
                case K.Offset:
                    query = !offset ? Offset(query) : throw Error("multiple OFFSET clauses not allowed", position);
                    offset = true;
                    break;
                case K.For:
                    query = query with { Locking = Locking(query.Locking) };
                    break;
                case K.Emit when AtEmit():
                    Accept(K.Emit, K.On, K.Window);
                    Expect(K.Close);
                    query = query with { EmitOnWindowClose = true };
                    break;
                default:
                    return query;
            }
        }
    }

    private Query Limit(Query query)
    {
        if (Accept(K.Limit))
        {
            Expression? limit = Accept(K.All) ? null : Expression();
            return Kind != TokenKind.Comma ? query with { Limit = limit } : throw Error(
                "LIMIT #,# syntax is not supported", Position, "Use separate LIMIT and OFFSET clauses.");
        }

        Expect(K.Fetch);
        int position = Position;
        if (!Accept(K.First))
        {
            Expect(K.Next);
        }

        Expression count = Word is K.Row or K.Rows ? new NumberLiteral("1") { Position = position }
            : Postfixed(Kind is TokenKind.Plus or TokenKind.Minus ? Prefixed(restricted: false) : Primary());
        RowOrRows();
        if (Accept(K.With, K.Ties))
        {
            return query.OrderBy.Count > 0 ? query with { Limit = count, WithTies = true }
                : throw Error("WITH TIES cannot be specified without ORDER BY clause", position);
        }

        Expect(K.Only);
        return query with { Limit = count };
    }

    private void RowOrRows()
    {
        if (!Accept(K.Row))
        {
            Expect(K.Rows);
        }
    }

    private Query Offset(Query query)
    {
        Expect(K.Offset);
        Expression offset = Expression();
        if (Word is K.Row or K.Rows)
        {
            Advance();
        }

        return query with { Offset = offset };
    }

    /// <summary>All FOR clauses that follow one another, after those there are.</summary>
    private SyntaxList<LockingClause> Locking(SyntaxList<LockingClause> before)
    {
        var clauses = new List<LockingClause>(before);
        while (At(K.For))
        {
            if (Locking() is { } clause)
            {
                clauses.Add(clause);
            }
        }

        return new SyntaxList<LockingClause>([.. clauses]);
    }

    /// <summary>One FOR clause; FOR READ ONLY is none.</summary>
    private LockingClause? Locking()
    {
        int position = Position;
        Expect(K.For);
        LockStrength strength;
        if (Accept(K.Update))
        {
            strength = LockStrength.Update;
        }
        else if (Accept(K.No))
        {
            Expect(K.Key, K.Update);
            strength = LockStrength.NoKeyUpdate;
        }
        else if (Accept(K.Key))
        {
            Expect(K.Share);
            strength = LockStrength.KeyShare;
        }
        else if (Accept(K.Read))
        {
            Expect(K.Only);
            return null;
        }
        else
        {
            Expect(K.Share);
            strength = LockStrength.Share;
        }

        SyntaxList<QualifiedName> of = Accept(K.Of) ? List(static p => p.QualifiedName()) : [];
        LockWait wait = Accept(K.Nowait) ? LockWait.NoWait
            : Accept(K.Skip, K.Locked) ? LockWait.SkipLocked : LockWait.Block;
        return new LockingClause(strength, of, wait) { Position = position };
    }

    private WithClause? OptionalWith()
    {
        if (!At(K.With))
        {
            return null;
        }

        int position = Position;
        Advance();
        bool recursive = PeekWord() != K.As && PeekKind() != TokenKind.LeftParen && Accept(K.Recursive);
        return new WithClause(recursive, List(static p => p.CommonTable())) { Position = position };
    }

    private CommonTable CommonTable()
    {
        int position = Position;
        string name = Name();
        SyntaxList<Identifier> columns = OptionalNameList();
        Expect(K.As);
        if (At(K.Changelog, K.From))
        {
            Accept(K.Changelog, K.From);
            return new CommonTable(name, columns) { ChangelogFrom = QualifiedName(), Position = position };
        }

        bool? materialized = null;
        if (Accept(K.Materialized))
        {
            materialized = true;
        }
        else if (Accept(K.Not, K.Materialized))
        {
            materialized = false;
        }

        Expect(TokenKind.LeftParen);
        Statement statement = PreparableStatement();
        Expect(TokenKind.RightParen);
        if (Word is K.Search or K.Cycle)
        {
            throw Unsupported(At(K.Search) ? "SEARCH" : "CYCLE", Position);
        }

        return new CommonTable(name, columns)
        {
            Statement = statement,
            Materialized = materialized,
            Position = position,
        };
    }
}
