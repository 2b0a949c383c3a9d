using K = Vectorized.Engine.Sql.Keyword;

namespace Vectorized.Engine.Sql;

/// <summary>Cursors and the commands of the streaming dialect.</summary>
internal sealed partial class Parser
{
    private Statement Declare()
    {
        int position = Position;
        Expect(K.Declare);
        string name = Name();
        if (Accept(K.Subscription, K.Cursor))
        {
            return SubscriptionCursor(name, position);
        }

        bool binary = false;
        bool insensitive = false;
        bool? scroll = null;
        while (!At(K.Cursor))
        {
            if (Accept(K.Binary))
            {
                binary = true;
            }
            else if (Accept(K.Insensitive))
            {
                insensitive = true;
            }
            else if (At(K.No))
            {
                Expect(K.No, K.Scroll);
                scroll = false;
            }
            else if (Accept(K.Scroll))
            {
                scroll = true;
            }
            else
            {
                Expect(K.Asensitive);
            }
        }

        Expect(K.Cursor);
        bool hold = Accept(K.With);
        if (hold || Accept(K.Without))
        {
            Expect(K.Hold);
        }

        Expect(K.For);
        return new DeclareCursorStatement(name, Query())
        {
            Binary = binary,
            Insensitive = insensitive,
            Scroll = scroll,
            Hold = hold,
            Position = position,
        };
    }

    private DeclareSubscriptionCursorStatement SubscriptionCursor(string name, int position)
    {
        Expect(K.For);
        QualifiedName subscription = QualifiedName();
        var since = SinceKind.None;
        string? value = null;
        if (Accept(K.Full))
        {
            since = SinceKind.Full;
        }
        else if (Accept(K.Since))
        {
            if (Kind == TokenKind.Integer)
            {
                since = SinceKind.UnixMilliseconds;
                value = SignedInteger().ToString();
            }
            else
            {
                since = NameOf(Current) switch
                {
                    "now" => SinceKind.Now,
                    "proctime" => SinceKind.ProcTime,
                    "begin" => SinceKind.Begin,
                    _ => throw Unexpected(),
                };
                Advance();
                Expect(TokenKind.LeftParen);
                Expect(TokenKind.RightParen);
            }
        }

        return new DeclareSubscriptionCursorStatement(name, subscription, since)
        {
            SinceValue = value,
            Position = position,
        };
    }

    private FetchStatement Fetch()
    {
        int position = Position;
        bool move = Accept(K.Move);
        if (!move)
        {
            Expect(K.Fetch);
        }

        (FetchDirection direction, long? count) = DirectionAndCount();
        if (!Accept(K.From))
        {
            Accept(K.In);
        }

        string cursor = Name();
        SyntaxList<Option> options = OptionalWithOptions();
        return new FetchStatement(direction, count, cursor, move) { Options = options, Position = position };
    }

    /// <summary>The direction and count of FETCH; a word that is the cursor's name is not one.</summary>
    private (FetchDirection Direction, long? Count) DirectionAndCount()
    {
        if (Kind is TokenKind.Integer or TokenKind.Minus or TokenKind.Plus)
        {
            return (FetchDirection.Forward, SignedInteger());
        }

        if (Accept(K.All))
        {
            return (FetchDirection.Forward, null);
        }

        K word = Word;
        if (word is not (K.Next or K.Prior or K.First or K.Last or K.Absolute or K.Relative or K.Forward or K.Backward)
            || PeekKind() is TokenKind.End or TokenKind.Semicolon)
        {
            return (FetchDirection.Forward, 1);
        }

        Advance();
        switch (word)
        {
            case K.Next:
                return (FetchDirection.Forward, 1);
            case K.Prior:
                return (FetchDirection.Backward, 1);
            case K.First:
                return (FetchDirection.Absolute, 1);
            case K.Last:
                return (FetchDirection.Absolute, -1);
            case K.Absolute:
                return (FetchDirection.Absolute, SignedInteger());
            case K.Relative:
                return (FetchDirection.Relative, SignedInteger());
        }

        FetchDirection direction = word == K.Forward ? FetchDirection.Forward : FetchDirection.Backward;
        return Accept(K.All) ? (direction, null)
            : Kind is TokenKind.Integer or TokenKind.Minus or TokenKind.Plus ? (direction, SignedInteger())
            : (direction, 1);
    }

    private CloseStatement Close()
    {
        int position = Position;
        Expect(K.Close);
        return new CloseStatement(Accept(K.All) ? null : Name()) { Position = position };
    }

    private SubscribeStatement Subscribe()
    {
        int position = Position;
        Expect(K.Subscribe);
        Accept(K.To);
        Query query = Kind == TokenKind.LeftParen ? ParenthesizedQuery() : WholeTable();
        long? asOf = null;
        if (Accept(K.As))
        {
            Expect(K.Of);
            asOf = SignedInteger();
        }

        return new SubscribeStatement(query) { AsOf = asOf, Options = OptionalWithOptions(), Position = position };
    }

    /// <summary>A relation's name for its whole content.</summary>
    private Query WholeTable()
    {
        int position = Position;
        var table = new TableReference(QualifiedName()) { Position = position };
        var all = new SelectItem(new Wildcard([], []) { Position = position }) { Position = position };
        return new Query(new SelectBody { Items = [all], From = [table], Position = position }) { Position = position };
    }

    private CancelJobsStatement CancelJobs()
    {
        int position = Position;
        Expect(K.Cancel);
        if (!Accept(K.Jobs))
        {
            Expect(K.Job);
        }

        return new CancelJobsStatement(List(static p => p.SignedInteger())) { Position = position };
    }

    private ResumeStatement Resume()
    {
        int position = Position;
        Expect(K.Resume);
        ObjectKind kind = ObjectKindOf();
        QualifiedName name = QualifiedName();
        return new ResumeStatement(kind, name, Accept(K.From) ? Expression() : null) { Position = position };
    }

    private VacuumStatement Vacuum()
    {
        int position = Position;
        Expect(K.Vacuum);
        if (Kind == TokenKind.LeftParen)
        {
            throw Unsupported("VACUUM (options)", Position);
        }

        bool full = Accept(K.Full);
        Accept(K.Freeze);
        Accept(K.Verbose);
        Accept(K.Analyze);
        return new VacuumStatement(IsColumnName(Current) ? QualifiedName() : null, full) { Position = position };
    }

    private AnalyzeStatement Analyze()
    {
        int position = Position;
        Advance();
        Accept(K.Verbose);
        SyntaxList<QualifiedName> tables = IsColumnName(Current)
            ? List(static p =>
            {
                QualifiedName name = p.QualifiedName();
                p.OptionalNameList();
                return name;
            })
            : [];
        return new AnalyzeStatement(tables) { Position = position };
    }

    private RefreshStatement Refresh()
    {
        int position = Position;
        Expect(K.Refresh);
        ObjectKind kind = ObjectKindOf();
        if (kind is not (ObjectKind.Table or ObjectKind.MaterializedView))
        {
            throw UnexpectedAt(_index - 1);
        }

        Accept(K.Concurrently);
        QualifiedName name = QualifiedName();
        if (WithNoData())
        {
            throw Unsupported("REFRESH ... WITH NO DATA", position);
        }

        return new RefreshStatement(kind, name) { Position = position };
    }
}
