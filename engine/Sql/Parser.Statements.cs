using K = Vectorized.Engine.Sql.Keyword;

namespace Vectorized.Engine.Sql;

internal sealed partial class Parser
{
    /// <summary>Statements separated by semicolons, up to the end of the text.</summary>
    public List<Statement> Statements()
    {
        var statements = new List<Statement>();
        while (true)
        {
            while (Accept(TokenKind.Semicolon))
            {
            }

            if (Kind == TokenKind.End)
            {
                return statements;
            }

            int start = Current.Start;
            Statement statement = Statement();
            if (Kind is not (TokenKind.Semicolon or TokenKind.End))
            {
                throw Unexpected();
            }

            statements.Add(statement with { Span = new TextSpan(start, _tokens[_index - 1].End) });
        }
    }

    public Expression WholeExpression()
    {
        Expression expression = Expression();
        return Kind == TokenKind.End ? expression : throw Unexpected();
    }

    public TypeName WholeTypeName()
    {
        TypeName type = TypeName();
        return Kind == TokenKind.End ? type : throw Unexpected();
    }

    private Statement Statement()
    {
        int outer = Enter();
        Statement statement = Kind == TokenKind.LeftParen ? SelectStatement()
            : Word is K.Select or K.Values or K.With or K.Table or K.Insert or K.Update or K.Delete
                ? PreparableStatement() : OtherStatement();
        Leave(outer);
        return statement;
    }

    /// <summary>SELECT, INSERT, UPDATE, DELETE, with or without WITH.</summary>
    private Statement PreparableStatement()
    {
        if (!At(K.With))
        {
            return Dml(null);
        }

        WithClause? with = OptionalWith();
        return Dml(with);
    }

    private Statement Dml(WithClause? with)
    {
        switch (Word)
        {
            case K.Insert:
                return Insert(with);
            case K.Update:
                return Update(with);
            case K.Delete:
                return Delete(with);
            case K.Merge:
                throw Unsupported("MERGE", Position);
            default:
                int position = with?.Position ?? Position;
                int outer = Enter();
                Query query = QueryTail(SetOperations(QueryOperand(), level: 1), with);
                Leave(outer);
                return new SelectStatement(query) { Position = position };
        }
    }

    private SelectStatement SelectStatement()
    {
        int position = Position;
        return new SelectStatement(Query()) { Position = position };
    }

    private Statement OtherStatement()
    {
        switch (Word)
        {
            case K.Create:
                return Create();
            case K.Drop:
                return Drop();
            case K.Alter:
                return Alter();
            case K.Truncate:
                return Truncate();
            case K.Copy:
                return Copy();
            case K.Explain:
                return Explain();
            case K.Show:
                return Show();
            case K.Describe or K.Desc:
                return Describe();
            case K.Comment:
                return Comment();
            case K.Grant or K.Revoke:
                return GrantOrRevoke();
            default:
                return SessionStatement();
        }
    }

    private Statement SessionStatement()
    {
        switch (Word)
        {
            case K.Set:
                return Set();
            case K.Reset:
                return Reset();
            case K.Begin or K.Start:
                return Begin();
            case K.Commit or K.End:
                return Commit();
            case K.Rollback or K.Abort:
                return Rollback();
            case K.Savepoint or K.Release:
                return Savepoint();
            case K.Prepare:
                return Prepare();
            case K.Execute:
                return Execute();
            case K.Deallocate:
                return Deallocate();
            case K.Discard:
                return Discard();
            case K.Declare:
                return Declare();
            case K.Fetch or K.Move:
                return Fetch();
            case K.Close:
                return Close();
            case K.Listen or K.Unlisten or K.Notify:
                return Notification();
            case K.Lock:
                return Lock();
            default:
                return StreamingStatement();
        }
    }

    private Statement StreamingStatement()
    {
        int position = Position;
        switch (Word)
        {
            case K.Flush:
                Advance();
                return new FlushStatement { Position = position };
            case K.Wait:
                Advance();
                return new WaitStatement { Position = position };
            case K.Recover:
                Advance();
                return new RecoverStatement { Position = position };
            case K.Checkpoint:
                Advance();
                return new CheckpointStatement { Position = position };
            case K.Use:
                Advance();
                return new UseStatement(Name()) { Position = position };
            case K.Subscribe:
                return Subscribe();
            case K.Kill:
                Advance();
                return new KillStatement(AtString ? StringValue() : Integer().ToString()) { Position = position };
            case K.Cancel:
                return CancelJobs();
            case K.Resume:
                return Resume();
            case K.Vacuum:
                return Vacuum();
            case K.Analyze or K.Analyse:
                return Analyze();
            case K.Refresh:
                return Refresh();
            case K.Do or K.Call or K.Merge or K.Cluster or K.Reindex or K.Load or K.Import or K.Security or K.Reassign:
                throw Unsupported(Keywords.Word(Word).ToUpperInvariant(), position);
            default:
                throw Unexpected();
        }
    }

    /// <summary>
    /// The kind of object the words at hand name; several words are taken where they belong together.
    /// </summary>
    private ObjectKind? TryObjectKind()
    {
        ObjectKind? kind = Word switch
        {
            K.Table => ObjectKind.Table,
            K.Source => ObjectKind.Source,
            K.Sink => ObjectKind.Sink,
            K.View => ObjectKind.View,
            K.Materialized when PeekWord() == K.View => ObjectKind.MaterializedView,
            K.Index => ObjectKind.Index,
            K.Schema => ObjectKind.Schema,
            K.Database => ObjectKind.Database,
            K.Function => ObjectKind.Function,
            K.Aggregate => ObjectKind.Aggregate,
            K.Procedure => ObjectKind.Procedure,
            K.Subscription => ObjectKind.Subscription,
            K.Secret => ObjectKind.Secret,
            K.Connection => ObjectKind.Connection,
            K.User => ObjectKind.User,
            K.Role => ObjectKind.Role,
            K.Sequence => ObjectKind.Sequence,
            K.Type => ObjectKind.Type,
            K.Column => ObjectKind.Column,
            _ => null,
        };
        if (kind is not null)
        {
            Advance();
            if (kind == ObjectKind.MaterializedView)
            {
                Advance();
            }
        }

        return kind;
    }

    private ObjectKind ObjectKindOf() => TryObjectKind() ?? throw Unexpected();

    /// <summary>
    /// What to say of `CREATE x` where x is a kind of object PostgreSQL knows and this engine does not.
    /// </summary>
    private Types.SqlException UnsupportedObject(string verb)
    {
        string? name = Word switch
        {
            K.Trigger or K.Extension or K.Type or K.Domain or K.Sequence or K.Rule or K.Operator or K.Language or K.Cast
                or K.Collation or K.Conversion or K.Policy or K.Publication or K.Statistics or K.Tablespace
                or K.Transform or K.Server or K.Procedure or K.Routine or K.Group or K.System or K.Owned
                => Keywords.Word(Word),
            K.Event => "event trigger",
            K.Foreign => PeekWord() == K.Table ? "foreign table" : "foreign data wrapper",
            K.Access => "access method",
            K.Text => "text search",
            K.Large => "large object",
            K.Constraint => "constraint",
            _ => null,
        };
        return name is null ? Unexpected() : Unsupported($"{verb} {name.ToUpperInvariant()}", Position);
    }

    private ObjectReference ObjectReferenceOf(ObjectKind kind)
    {
        QualifiedName name = QualifiedName();
        SyntaxList<TypeName>? arguments = null;
        if (kind is ObjectKind.Function or ObjectKind.Aggregate or ObjectKind.Procedure && Accept(TokenKind.LeftParen))
        {
            arguments = Kind == TokenKind.RightParen ? [] : List(static p => p.ParameterOf().Type);
            Expect(TokenKind.RightParen);
        }

        return new ObjectReference(name, arguments) { Position = name.Position };
    }

    private DropStatement Drop()
    {
        int position = Position;
        Expect(K.Drop);
        ObjectKind kind = Word is K.Type or K.Sequence or K.Column or K.Procedure ? throw UnsupportedObject("DROP")
            : TryObjectKind() ?? throw UnsupportedObject("DROP");
        if (kind == ObjectKind.Index)
        {
            Accept(K.Concurrently);
        }

        bool ifExists = AcceptIfExists();
        var objects = new List<ObjectReference>();
        do
        {
            objects.Add(ObjectReferenceOf(kind));
        }
        while (Accept(TokenKind.Comma));
        return new DropStatement(kind, new SyntaxList<ObjectReference>([.. objects]))
        {
            IfExists = ifExists,
            Cascade = CascadeOrRestrict(),
            Position = position,
        };
    }

    private bool CascadeOrRestrict()
    {
        if (Accept(K.Cascade))
        {
            return true;
        }

        Accept(K.Restrict);
        return false;
    }

    private CommentStatement Comment()
    {
        int position = Position;
        Expect(K.Comment, K.On);
        ObjectKind kind = TryObjectKind() ?? throw UnsupportedObject("COMMENT ON");
        ObjectReference target = ObjectReferenceOf(kind);
        Expect(K.Is);
        string? text = Accept(K.Null) ? null : StringValue();
        return new CommentStatement(kind, target, text) { Position = position };
    }
}
