using K = Vectorized.Engine.Sql.Keyword;

namespace Vectorized.Engine.Sql;

internal sealed partial class Parser
{
    private InsertStatement Insert(WithClause? with)
    {
        int position = Position;
        Expect(K.Insert, K.Into);
        QualifiedName table = QualifiedName();
        string? alias = Accept(K.As) ? Name() : null;
        SyntaxList<Identifier> columns = [];
        if (Kind == TokenKind.LeftParen && !QueryAhead())
        {
            columns = ParenthesizedList(static p => p.TargetColumn());
        }

        var overriding = Overriding.None;
        if (Accept(K.Overriding))
        {
            overriding = Accept(K.User) ? Overriding.UserValue : Overriding.SystemValue;
            if (overriding == Overriding.SystemValue)
            {
                Expect(K.System);
            }

            Expect(K.Value);
        }

        Query? source = Accept(K.Default, K.Values) ? null : Query();
        return new InsertStatement(table, columns, source)
        {
            With = with,
            Alias = alias,
            Overriding = overriding,
            OnConflict = OptionalOnConflict(),
            Returning = Returning(),
            Position = position,
        };
    }

    /// <summary>A column to be assigned: one name; its fields and elements cannot be assigned alone.</summary>
    private Identifier TargetColumn()
    {
        Identifier column = NameNode();
        return Kind is TokenKind.Dot or TokenKind.LeftBracket
            ? throw Unsupported("assigning to a part of a column", Position) : column;
    }

    private OnConflictClause? OptionalOnConflict()
    {
        if (!At(K.On))
        {
            return null;
        }

        int position = Position;
        Expect(K.On, K.Conflict);
        SyntaxList<IndexKey> target = [];
        Expression? targetWhere = null;
        string? constraint = null;
        if (Kind == TokenKind.LeftParen)
        {
            target = ParenthesizedList(static p => p.IndexKey());
            targetWhere = Accept(K.Where) ? Expression() : null;
        }
        else if (Accept(K.On))
        {
            Expect(K.Constraint);
            constraint = Name();
        }

        Expect(K.Do);
        SyntaxList<Assignment> assignments = [];
        Expression? where = null;
        if (!Accept(K.Nothing))
        {
            Expect(K.Update, K.Set);
            assignments = List(static p => p.Assignment());
            where = Accept(K.Where) ? Expression() : null;
        }

        return new OnConflictClause(target, assignments)
        {
            TargetWhere = targetWhere,
            Constraint = constraint,
            Where = where,
            Position = position,
        };
    }

    private Assignment Assignment()
    {
        int position = Position;
        bool row = Kind == TokenKind.LeftParen;
        SyntaxList<Identifier> columns = row ? ParenthesizedList(static p => p.TargetColumn()) : [TargetColumn()];
        Expect(TokenKind.Equals);
        Expression value = row ? RowValue() : Expression();
        return new Assignment(columns, value) { IsRow = row, Position = position };
    }

    /// <summary>
    /// The right side of `(a, b) =`: a subquery, a row, in which DEFAULT may stand, or any expression.
    /// </summary>
    private Expression RowValue()
    {
        int position = Position;
        bool row = At(K.Row) && PeekKind() == TokenKind.LeftParen;
        if ((Kind == TokenKind.LeftParen && !QueryAhead()) || row)
        {
            Accept(K.Row);
            SyntaxList<Expression> elements = ParenthesizedList(static p => p.Expression());
            return new RowExpression(elements) { Implicit = !row && elements.Count > 1, Position = position };
        }

        return Expression();
    }

    private SyntaxList<SelectItem> Returning() => Accept(K.Returning) ? List(static p => p.SelectItem()) : [];

    private UpdateStatement Update(WithClause? with)
    {
        int position = Position;
        Expect(K.Update);
        (QualifiedName table, bool only) = TargetTable();
        string? alias = Accept(K.As) ? Name() : IsColumnName(Current) && !At(K.Set) ? Name() : null;
        Expect(K.Set);
        SyntaxList<Assignment> assignments = List(static p => p.Assignment());
        SyntaxList<FromItem> from = Accept(K.From) ? List(static p => p.FromItem()) : [];
        return new UpdateStatement(table, assignments)
        {
            With = with,
            Only = only,
            Alias = alias,
            From = from,
            Where = WhereOrCurrentOf(),
            Returning = Returning(),
            Position = position,
        };
    }

    private (QualifiedName Table, bool Only) TargetTable()
    {
        bool only = Accept(K.Only);
        QualifiedName table = QualifiedName();
        Accept(TokenKind.Star);
        return (table, only);
    }

    private DeleteStatement Delete(WithClause? with)
    {
        int position = Position;
        Expect(K.Delete, K.From);
        (QualifiedName table, bool only) = TargetTable();
        string? alias = Accept(K.As) || IsColumnName(Current) ? Name() : null;
        SyntaxList<FromItem> list = Accept(K.Using) ? List(static p => p.FromItem()) : [];
        return new DeleteStatement(table)
        {
            With = with,
            Only = only,
            Alias = alias,
            Using = list,
            Where = WhereOrCurrentOf(),
            Returning = Returning(),
            Position = position,
        };
    }

    private Expression? WhereOrCurrentOf()
    {
        if (!Accept(K.Where))
        {
            return null;
        }

        int position = Position;
        return At(K.Current, K.Of) && Accept(K.Current, K.Of)
            ? new CurrentOfExpression(Name()) { Position = position } : Expression();
    }

    private TruncateStatement Truncate()
    {
        int position = Position;
        Expect(K.Truncate);
        Accept(K.Table);
        SyntaxList<QualifiedName> tables = List(static p =>
        {
            p.Accept(K.Only);
            QualifiedName name = p.QualifiedName();
            p.Accept(TokenKind.Star);
            return name;
        });
        bool restart = Accept(K.Restart, K.Identity);
        if (!restart)
        {
            Accept(K.Continue, K.Identity);
        }

        return new TruncateStatement(tables)
        {
            RestartIdentity = restart,
            Cascade = CascadeOrRestrict(),
            Position = position,
        };
    }
}
