using K = Vectorized.Engine.Sql.Keyword;

namespace Vectorized.Engine.Sql;

/// <summary>SHOW, DESCRIBE and EXPLAIN.</summary>
internal sealed partial class Parser
{
    private Statement Show()
    {
        int position = Position;
        Expect(K.Show);
        if (At(K.Create))
        {
            Advance();
            ObjectKind kind = ObjectKindOf();
            return new ShowCreateStatement(kind, QualifiedName()) { Position = position };
        }

        if (TryShowKind() is { } list)
        {
            return ShowObjects(list, position);
        }

        if (Accept(K.All))
        {
            return new ShowVariableStatement(null) { Position = position };
        }

        if (Accept(K.Time, K.Zone))
        {
            return new ShowVariableStatement("timezone") { Position = position };
        }

        if (Accept(K.Session, K.Authorization))
        {
            return new ShowVariableStatement("session_authorization") { Position = position };
        }

        if (Accept(K.Transaction, K.Isolation))
        {
            Expect(K.Level);
            return new ShowVariableStatement("transaction_isolation") { Position = position };
        }

        return new ShowVariableStatement(VariableName()) { Position = position };
    }

    private ShowKind? TryShowKind()
    {
        ShowKind? kind = Word switch
        {
            K.Tables => ShowKind.Tables,
            K.Internal when PeekWord() == K.Tables => ShowKind.InternalTables,
            K.Sources => ShowKind.Sources,
            K.Sinks => ShowKind.Sinks,
            K.Views => ShowKind.Views,
            K.Materialized when PeekWord() == K.Views => ShowKind.MaterializedViews,
            K.Subscriptions => ShowKind.Subscriptions,
            K.Subscription when PeekWord() == K.Cursors => ShowKind.SubscriptionCursors,
            K.Secrets => ShowKind.Secrets,
            K.Connections => ShowKind.Connections,
            K.Functions => ShowKind.Functions,
            K.Schemas => ShowKind.Schemas,
            K.Databases => ShowKind.Databases,
            K.Users => ShowKind.Users,
            K.Cluster => ShowKind.Cluster,
            K.Jobs => ShowKind.Jobs,
            K.Processlist => ShowKind.ProcessList,
            K.Cursors => ShowKind.Cursors,
            K.Columns => ShowKind.Columns,
            K.Index or K.Indexes => ShowKind.Indexes,
            _ => null,
        };
        if (kind is not null)
        {
            Advance();
            if (kind is ShowKind.InternalTables or ShowKind.MaterializedViews or ShowKind.SubscriptionCursors)
            {
                Advance();
            }
        }

        return kind;
    }

    private ShowObjectsStatement ShowObjects(ShowKind kind, int position)
    {
        QualifiedName? from = null;
        if (Accept(K.From) || Accept(K.In))
        {
            from = QualifiedName();
        }
        else if (kind is ShowKind.Columns or ShowKind.Indexes)
        {
            throw Unexpected();
        }

        string? pattern = null;
        bool ignoreCase = At(K.Ilike);
        Expression? where = null;
        if (Accept(K.Like) || Accept(K.Ilike))
        {
            pattern = StringValue();
        }
        else if (Accept(K.Where))
        {
            where = Expression();
        }

        return new ShowObjectsStatement(kind)
        {
            From = from,
            Pattern = pattern,
            IgnoreCase = ignoreCase,
            Where = where,
            Position = position,
        };
    }

    private DescribeStatement Describe()
    {
        int position = Position;
        Advance();
        if (At(K.Fragment) && PeekKind() == TokenKind.Integer)
        {
            Advance();
            return new DescribeStatement((QualifiedName?)null) { FragmentId = SignedInteger(), Position = position };
        }

        bool fragments = At(K.Fragments) && PeekKind() is not (TokenKind.End or TokenKind.Semicolon or TokenKind.Dot);
        if (fragments)
        {
            Advance();
        }

        return new DescribeStatement(QualifiedName()) { Fragments = fragments, Position = position };
    }

    private ExplainStatement Explain()
    {
        int position = Position;
        Expect(K.Explain);
        var options = new List<ExplainOption>();
        if (Kind == TokenKind.LeftParen && !QueryAhead())
        {
            options.AddRange(ParenthesizedList(static p => p.ExplainOption()).Span);
        }
        else
        {
            int start = Position;
            if (Accept(K.Analyze) || Accept(K.Analyse))
            {
                options.Add(new ExplainOption("analyze") { Position = start });
            }

            start = Position;
            if (Accept(K.Verbose))
            {
                options.Add(new ExplainOption("verbose") { Position = start });
            }
        }

        return new ExplainStatement(new SyntaxList<ExplainOption>([.. options]), ExplainTarget()) { Position = position };
    }

    private Statement ExplainTarget()
    {
        int position = Position;
        if (!At(K.Materialized))
        {
            return Statement();
        }

        Expect(K.Materialized, K.View);
        return new ExplainedViewStatement(QualifiedName()) { Position = position };
    }

    private ExplainOption ExplainOption()
    {
        int position = Position;
        string name = Word is K.Analyse ? "analyze" : NameOf(Current)!;
        if (Word is K.Analyze or K.Analyse)
        {
            Advance();
        }
        else
        {
            name = NonReserved();
        }

        string? value = Kind is TokenKind.Comma or TokenKind.RightParen ? null
            : (AtString ? StringValue() : BareValue()).ToLowerInvariant();
        return new ExplainOption(name, value) { Position = position };
    }
}
