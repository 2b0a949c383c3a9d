using K = Vectorized.Engine.Sql.Keyword;

namespace Vectorized.Engine.Sql;

/// <summary>Settings, transactions, prepared statements, locks, notifications.</summary>
internal sealed partial class Parser
{
    private Statement Set()
    {
        int position = Position;
        Expect(K.Set);
        if (At(K.Session, K.Characteristics))
        {
            Accept(K.Session, K.Characteristics);
            Expect(K.As, K.Transaction);
            return new SetTransactionStatement(TransactionModesOf(), Session: true) { Position = position };
        }

        bool local = Word == K.Local && PeekKind() is TokenKind.Identifier or TokenKind.QuotedIdentifier or TokenKind.Keyword
            && Accept(K.Local);
        if (!local && At(K.Session) && PeekWord() != K.Authorization
            && PeekKind() is TokenKind.Identifier or TokenKind.QuotedIdentifier or TokenKind.Keyword && PeekWord() != K.To)
        {
            Advance();
        }

        if (At(K.Transaction) && PeekWord() is K.Isolation or K.Read or K.Deferrable or K.Not)
        {
            Advance();
            return new SetTransactionStatement(TransactionModesOf(), Session: false) { Position = position };
        }

        if (At(K.Transaction, K.Snapshot))
        {
            throw Unsupported("SET TRANSACTION SNAPSHOT", position);
        }

        (string name, SyntaxList<Expression> values) = Setting();
        return new SetStatement(name, values, local) { Position = position };
    }

    /// <summary>A setting's name and values, the standard's spellings among them.</summary>
    private (string Name, SyntaxList<Expression> Values) Setting()
    {
        if (Accept(K.Time, K.Zone))
        {
            return ("timezone", Zone());
        }

        if (Accept(K.Session, K.Authorization))
        {
            return ("session_authorization", Accept(K.Default) ? [] : [WordOrString()]);
        }

        if (At(K.Role) && PeekKind() != TokenKind.Equals && PeekWord() != K.To)
        {
            Advance();
            return ("role", [WordOrString()]);
        }

        if (At(K.Names) && PeekKind() != TokenKind.Equals && PeekWord() != K.To)
        {
            Advance();
            return ("client_encoding", AtString ? [WordOrString()] : AcceptDefault());
        }

        if (At(K.Schema) && IsString(PeekKind()))
        {
            Advance();
            return ("search_path", [WordOrString()]);
        }

        string name = VariableName();
        if (At(K.From, K.Current))
        {
            throw Unsupported("SET ... FROM CURRENT", Position);
        }

        if (!Accept(TokenKind.Equals))
        {
            Expect(K.To);
        }

        return (name, SettingValues());
    }

    private SyntaxList<Expression> AcceptDefault()
    {
        Accept(K.Default);
        return [];
    }

    /// <summary>A string or a bare word, as a string.</summary>
    private StringLiteral WordOrString()
    {
        int position = Position;
        return new StringLiteral(AtString ? StringValue() : Label()) { Position = position };
    }

    private SyntaxList<Expression> Zone()
    {
        if (Word is K.Default or K.Local)
        {
            Advance();
            return [];
        }

        return At(K.Interval) ? [TypedLiteral()] : [SettingValue()];
    }

    /// <summary>name[.name ...] as one string.</summary>
    private string VariableName()
    {
        string name = Name();
        while (Accept(TokenKind.Dot))
        {
            name += "." + Label();
        }

        return name;
    }

    /// <summary>Values of SET; none for DEFAULT.</summary>
    private SyntaxList<Expression> SettingValues() =>
        At(K.Default) && Accept(K.Default) ? [] : List(static p => p.SettingValue());

    private Expression SettingValue()
    {
        int position = Position;
        if (Kind is TokenKind.Minus or TokenKind.Plus)
        {
            bool minus = Kind == TokenKind.Minus;
            Advance();
            Expression number = NumberOf();
            return minus ? new UnaryExpression(new OperatorName("-") { Position = position }, number) { Position = position }
                : number;
        }

        if (Kind is TokenKind.Integer or TokenKind.Decimal)
        {
            return NumberOf();
        }

        if (AtString)
        {
            return WordOrString();
        }

        return AtSettingWord() ? WordOrString() : throw Unexpected();
    }

    /// <summary>A bare word that may be a value: any that is not reserved, and a few that are.</summary>
    private bool AtSettingWord() => IsIdentifier(Current) || Keywords.ClassOf(Word) > KeywordClass.Reserved
        || Word is K.True or K.False or K.On or K.Null or K.User or K.All or K.Any or K.Both or K.Leading or K.Trailing;

    private NumberLiteral NumberOf()
    {
        Token token = Current;
        if (token.Kind is not (TokenKind.Integer or TokenKind.Decimal))
        {
            throw Unexpected();
        }

        Advance();
        return new NumberLiteral(LiteralText.Number(Text(token))) { Position = token.Start + 1 };
    }

    private ResetStatement Reset()
    {
        int position = Position;
        Expect(K.Reset);
        string? name = Accept(K.All) ? null
            : Accept(K.Time, K.Zone) ? "timezone"
            : Accept(K.Session, K.Authorization) ? "session_authorization"
            : Accept(K.Transaction, K.Isolation) ? "transaction_isolation" : VariableName();
        if (name == "transaction_isolation")
        {
            Accept(K.Level);
        }

        return new ResetStatement(name) { Position = position };
    }

    /// <summary>ISOLATION LEVEL x, READ ONLY | WRITE, [NOT] DEFERRABLE, with or without commas.</summary>
    private TransactionModes TransactionModesOf()
    {
        int position = Position;
        IsolationLevel? isolation = null;
        bool? readOnly = null;
        bool? deferrable = null;
        int start = _index;
        while (true)
        {
            switch (Word)
            {
                case K.Isolation:
                    Expect(K.Isolation, K.Level);
                    isolation = Isolation();
                    break;
                case K.Read:
                    Advance();
                    readOnly = Accept(K.Only);
                    if (readOnly == false)
                    {
                        Expect(K.Write);
                    }

                    break;
                case K.Not or K.Deferrable:
                    deferrable = !Accept(K.Not);
                    Expect(K.Deferrable);
                    break;
                default:
                    return start == _index ? new TransactionModes(isolation, readOnly, deferrable) { Position = position }
                        : throw Unexpected();
            }

            if (Accept(TokenKind.Comma))
            {
                start = -1;
                continue;
            }

            start = _index;
        }
    }

    private IsolationLevel Isolation()
    {
        if (Accept(K.Read))
        {
            if (Accept(K.Uncommitted))
            {
                return IsolationLevel.ReadUncommitted;
            }

            Expect(K.Committed);
            return IsolationLevel.ReadCommitted;
        }

        if (Accept(K.Repeatable))
        {
            Expect(K.Read);
            return IsolationLevel.RepeatableRead;
        }

        Expect(K.Serializable);
        return IsolationLevel.Serializable;
    }

    private BeginStatement Begin()
    {
        int position = Position;
        if (Accept(K.Start))
        {
            Expect(K.Transaction);
        }
        else
        {
            Expect(K.Begin);
            WorkOrTransaction();
        }

        return new BeginStatement(TransactionModesOf()) { Position = position };
    }

    private void WorkOrTransaction()
    {
        if (!Accept(K.Work))
        {
            Accept(K.Transaction);
        }
    }

    private bool Chain()
    {
        if (!Accept(K.And))
        {
            return false;
        }

        bool chain = !Accept(K.No);
        Expect(K.Chain);
        return chain;
    }

    private Statement Commit()
    {
        int position = Position;
        bool commit = Accept(K.Commit);
        if (commit && Accept(K.Prepared))
        {
            return new TwoPhaseStatement("COMMIT PREPARED", StringValue()) { Position = position };
        }

        if (!commit)
        {
            Expect(K.End);
        }

        WorkOrTransaction();
        return new CommitStatement(Chain()) { Position = position };
    }

    private Statement Rollback()
    {
        int position = Position;
        if (Accept(K.Rollback, K.Prepared))
        {
            return new TwoPhaseStatement("ROLLBACK PREPARED", StringValue()) { Position = position };
        }

        bool rollback = Accept(K.Rollback);
        if (!rollback)
        {
            Expect(K.Abort);
        }

        WorkOrTransaction();
        if (rollback && Accept(K.To))
        {
            SkipSavepoint();
            return new RollbackToSavepointStatement(Name()) { Position = position };
        }

        return new RollbackStatement(Chain()) { Position = position };
    }

    private Statement Savepoint()
    {
        int position = Position;
        if (Accept(K.Savepoint))
        {
            return new SavepointStatement(Name()) { Position = position };
        }

        Expect(K.Release);
        SkipSavepoint();
        return new ReleaseSavepointStatement(Name()) { Position = position };
    }

    /// <summary>The word SAVEPOINT before a name; alone it is the name.</summary>
    private void SkipSavepoint()
    {
        if (PeekKind() is not (TokenKind.End or TokenKind.Semicolon))
        {
            Accept(K.Savepoint);
        }
    }

    private Statement Prepare()
    {
        int position = Position;
        Expect(K.Prepare);
        if (At(K.Transaction) && IsString(PeekKind()))
        {
            Advance();
            return new TwoPhaseStatement("PREPARE TRANSACTION", StringValue()) { Position = position };
        }

        string name = Name();
        SyntaxList<TypeName> types = Kind == TokenKind.LeftParen ? ParenthesizedList(static p => p.TypeName()) : [];
        Expect(K.As);
        Statement target = Kind == TokenKind.LeftParen ? SelectStatement() : PreparableStatement();
        return new PrepareStatement(name, types, target) { Position = position };
    }

    private ExecuteStatement Execute()
    {
        int position = Position;
        Expect(K.Execute);
        string name = Name();
        SyntaxList<Expression> arguments = Kind == TokenKind.LeftParen ? ParenthesizedList(static p => p.Expression()) : [];
        return new ExecuteStatement(name, arguments) { Position = position };
    }

    private DeallocateStatement Deallocate()
    {
        int position = Position;
        Expect(K.Deallocate);
        if (PeekKind() is not (TokenKind.End or TokenKind.Semicolon))
        {
            Accept(K.Prepare);
        }

        return new DeallocateStatement(Accept(K.All) ? null : Name()) { Position = position };
    }

    private DiscardStatement Discard()
    {
        int position = Position;
        Expect(K.Discard);
        DiscardTarget target = Word switch
        {
            K.All => DiscardTarget.All,
            K.Plans => DiscardTarget.Plans,
            K.Sequences => DiscardTarget.Sequences,
            K.Temp or K.Temporary => DiscardTarget.Temporary,
            _ => throw Unexpected(),
        };
        Advance();
        return new DiscardStatement(target) { Position = position };
    }

    private Statement Notification()
    {
        int position = Position;
        if (Accept(K.Listen))
        {
            return new ListenStatement(Name()) { Position = position };
        }

        if (Accept(K.Unlisten))
        {
            return new UnlistenStatement(Accept(TokenKind.Star) ? null : Name()) { Position = position };
        }

        Expect(K.Notify);
        string channel = Name();
        return new NotifyStatement(channel, Accept(TokenKind.Comma) ? StringValue() : null) { Position = position };
    }

    private LockStatement Lock()
    {
        int position = Position;
        Expect(K.Lock);
        Accept(K.Table);
        SyntaxList<QualifiedName> tables = List(static p =>
        {
            p.Accept(K.Only);
            QualifiedName name = p.QualifiedName();
            p.Accept(TokenKind.Star);
            return name;
        });
        string mode = "ACCESS EXCLUSIVE";
        if (Accept(K.In))
        {
            mode = LockMode();
            Expect(K.Mode);
        }

        return new LockStatement(tables, mode, Accept(K.Nowait)) { Position = position };
    }

    private string LockMode()
    {
        if (Accept(K.Access))
        {
            return Accept(K.Share) ? "ACCESS SHARE" : Exclusive("ACCESS EXCLUSIVE");
        }

        if (Accept(K.Row))
        {
            return Accept(K.Share) ? "ROW SHARE" : Exclusive("ROW EXCLUSIVE");
        }

        if (Accept(K.Share))
        {
            return Accept(K.Update) ? Exclusive("SHARE UPDATE EXCLUSIVE")
                : Accept(K.Row) ? Exclusive("SHARE ROW EXCLUSIVE") : "SHARE";
        }

        return Exclusive("EXCLUSIVE");
    }

    private string Exclusive(string mode)
    {
        Expect(K.Exclusive);
        return mode;
    }
}
