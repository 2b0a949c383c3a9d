using K = Vectorized.Engine.Sql.Keyword;

namespace Vectorized.Engine.Sql;

/// <summary>SELECT and VALUES, ORDER BY, GROUP BY.</summary>
internal sealed partial class Parser
{
    private SelectBody Select()
    {
        int position = Position;
        Expect(K.Select);
        bool distinct = false;
        SyntaxList<Expression>? distinctOn = null;
        if (Accept(K.Distinct))
        {
            distinct = true;
            if (Accept(K.On))
            {
                distinctOn = ParenthesizedList(static p => p.Expression());
            }
        }
        else
        {
            Accept(K.All);
        }

        SyntaxList<SelectItem> items = AtSelectEnd() && !distinct ? [] : List(static p => p.SelectItem());
        QualifiedName? into = Accept(K.Into) ? IntoTarget() : null;
        SyntaxList<FromItem> from = Accept(K.From) ? List(static p => p.FromItem()) : [];
        Expression? where = Accept(K.Where) ? Expression() : null;
        bool groupDistinct = false;
        SyntaxList<GroupingElement> groupBy = [];
        if (Accept(K.Group))
        {
            Expect(K.By);
            groupDistinct = Accept(K.Distinct);
            if (!groupDistinct)
            {
                Accept(K.All);
            }

            groupBy = List(static p => p.GroupingElement());
        }

        Expression? having = Accept(K.Having) ? Expression() : null;
        SyntaxList<NamedWindow> windows = Accept(K.Window) ? List(static p => p.NamedWindow()) : [];
        return new SelectBody
        {
            Distinct = distinct,
            DistinctOn = distinctOn,
            Items = items,
            Into = into,
            From = from,
            Where = where,
            GroupBy = groupBy,
            GroupByDistinct = groupDistinct,
            Having = having,
            Windows = windows,
            Position = position,
        };
    }

    private bool AtSelectEnd() => Kind is TokenKind.End or TokenKind.Semicolon or TokenKind.RightParen
        || Word is K.From or K.Where or K.Group or K.Having or K.Window or K.Union or K.Except or K.Intersect or K.Order
            or K.Limit or K.Offset or K.Fetch or K.For or K.Into;

    private QualifiedName IntoTarget()
    {
        if (Word is K.Temporary or K.Temp or K.Unlogged)
        {
            Advance();
        }

        Accept(K.Table);
        return QualifiedName();
    }

    private SelectItem SelectItem()
    {
        int position = Position;
        Expression value;
        if (Kind == TokenKind.Star)
        {
            Advance();
            value = new Wildcard([], []) { Position = position };
        }
        else
        {
            value = Expression();
        }

        if (value is Wildcard wildcard)
        {
            if (At(K.Except) && PeekKind() == TokenKind.LeftParen && !ExceptQuery())
            {
                Advance();
                value = wildcard with { Except = ParenthesizedList(static p => p.ColumnName()) };
            }

            return new SelectItem(value) { Position = position };
        }

        string? alias = null;
        if (Accept(K.As))
        {
            alias = Label();
        }
        else if (IsIdentifier(Current) || (Keywords.IsBareLabel(Word) && !AtEmit()))
        {
            alias = TakeName();
        }

        return new SelectItem(value, alias) { Position = position };
    }

    /// <summary>At EXCEPT (: whether it is the set operator.</summary>
    private bool ExceptQuery()
    {
        int ahead = 1;
        while (PeekKind(ahead) == TokenKind.LeftParen)
        {
            ahead++;
        }

        return StartsQuery(Peek(ahead), Peek(ahead + 1));
    }

    private ColumnReference ColumnName()
    {
        QualifiedName name = QualifiedName();
        return new ColumnReference(name.Parts) { Position = name.Position };
    }

    private ValuesBody Values()
    {
        int position = Position;
        Expect(K.Values);
        return new ValuesBody(List(static p => p.ParenthesizedList(static q => q.Expression())))
        {
            Position = position,
        };
    }

    private SyntaxList<OrderItem> OptionalOrderBy() => At(K.Order) ? OrderBy() : [];

    private SyntaxList<OrderItem> OrderBy()
    {
        Expect(K.Order, K.By);
        return List(static p => p.OrderItem());
    }

    private OrderItem OrderItem()
    {
        int position = Position;
        Expression value = Expression();
        OperatorName? op = null;
        var direction = SortDirection.Default;
        if (Accept(K.Using))
        {
            op = Operator();
        }
        else
        {
            direction = Direction();
        }

        return new OrderItem(value, direction, Nulls()) { Using = op, Position = position };
    }

    private SortDirection Direction() => Accept(K.Asc) ? SortDirection.Ascending
        : Accept(K.Desc) ? SortDirection.Descending : SortDirection.Default;

    private NullsOrder Nulls()
    {
        if (!Accept(K.Nulls))
        {
            return NullsOrder.Default;
        }

        if (Accept(K.First))
        {
            return NullsOrder.First;
        }

        Expect(K.Last);
        return NullsOrder.Last;
    }

    private GroupingElement GroupingElement()
    {
        int position = Position;
        if (Kind == TokenKind.LeftParen && PeekKind() == TokenKind.RightParen)
        {
            Advance();
            Advance();
            return new EmptyGrouping { Position = position };
        }

        if (Word is K.Rollup or K.Cube && PeekKind() == TokenKind.LeftParen)
        {
            bool rollup = At(K.Rollup);
            Advance();
            SyntaxList<Expression> items = ParenthesizedList(static p => p.Expression());
            return rollup ? new RollupGrouping(items) { Position = position }
                : new CubeGrouping(items) { Position = position };
        }

        if (Accept(K.Grouping, K.Sets))
        {
            int outer = Enter();
            SyntaxList<GroupingElement> elements = ParenthesizedList(static p => p.GroupingElement());
            Leave(outer);
            return new GroupingSets(elements) { Position = position };
        }

        return new GroupingExpression(Expression()) { Position = position };
    }

    private NamedWindow NamedWindow()
    {
        int position = Position;
        string name = Name();
        Expect(K.As);
        return new NamedWindow(name, WindowSpecification()) { Position = position };
    }
}
