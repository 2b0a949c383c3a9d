using K = Vectorized.Engine.Sql.Keyword;

namespace Vectorized.Engine.Sql;

/// <summary>Transactions, prepared statements, locks, notifications.</summary>
internal sealed partial class Parser
{
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
                    return start != _index ? throw Unexpected()
                        : new TransactionModes(isolation, readOnly, deferrable) { Position = position };
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
        SyntaxList<Expression> arguments = Kind == TokenKind.LeftParen
            ? ParenthesizedList(static p => p.Expression()) : [];
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
