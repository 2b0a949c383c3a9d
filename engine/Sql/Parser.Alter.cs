using K = Vectorized.Engine.Sql.Keyword;

namespace Vectorized.Engine.Sql;

internal sealed partial class Parser
{
    private Statement Alter()
    {
        int position = Position;
        Expect(K.Alter);
        switch (Word)
        {
            case K.System:
                return AlterSystem(position);
            case K.Compaction:
                return AlterCompactionGroup(position);
            case K.Default:
                return AlterDefaultPrivileges(position);
            case K.Type or K.Sequence or K.Column or K.Procedure:
                throw UnsupportedObject("ALTER");
            case K.Fragment:
                throw Unsupported("ALTER FRAGMENT", position);
        }

        ObjectKind kind = TryObjectKind() ?? throw UnsupportedObject("ALTER");
        bool ifExists = AcceptIfExists();
        if (kind == ObjectKind.Table)
        {
            Accept(K.Only);
        }

        ObjectReference target = ObjectReferenceOf(kind);
        var actions = new List<AlterAction>();
        do
        {
            actions.Add(AlterAction(kind));
        }
        while (Accept(TokenKind.Comma));
        return new AlterStatement(kind, target, new SyntaxList<AlterAction>([.. actions]))
        {
            IfExists = ifExists,
            Position = position,
        };
    }

    private AlterAction AlterAction(ObjectKind kind)
    {
        int position = Position;
        AlterAction action = Word switch
        {
            K.Add => Add(),
            K.Drop => DropAction(),
            K.Alter when PeekWord() == K.Watermark => AlterWatermark(),
            K.Alter => AlterColumn(),
            K.Rename => Rename(),
            K.Set => SetAction(),
            K.Reset => ResetAction(),
            K.Owner => Owner(),
            K.Swap => Swap(),
            K.Refresh => RefreshSchemaOf(),
            K.Resume when kind == ObjectKind.MaterializedView => ResumeOf(),
            K.Connector => ConnectorOf(),
            K.Format => new AlterFormatAction(OptionalFormat()!),
            K.As when kind is ObjectKind.MaterializedView or ObjectKind.View or ObjectKind.Sink => QueryOf(),
            _ when kind is ObjectKind.User or ObjectKind.Role => UserOptionsOf(),
            K.With or K.As when kind is ObjectKind.Secret => SecretOf(),
            K.Enable or K.Disable or K.Cluster or K.Inherit or K.Validate or K.Replica or K.Attach or K.Detach =>
                throw Unsupported($"ALTER ... {Keywords.Word(Word).ToUpperInvariant()}", position),
            _ => throw Unexpected(),
        };
        return action with { Position = position };
    }

    private AlterAction Add()
    {
        Expect(K.Add);
        if (Accept(K.Column))
        {
            bool ifNotExists = AcceptIfNotExists();
            return new AddColumnAction(ColumnDefinition(), ifNotExists);
        }

        if (OptionalTableConstraint() is { } constraint)
        {
            return new AddConstraintAction(constraint);
        }

        bool conditional = AcceptIfNotExists();
        return new AddColumnAction(ColumnDefinition(), conditional);
    }

    private AlterAction DropAction()
    {
        Expect(K.Drop);
        if (Accept(K.Connector))
        {
            return new DropConnectorAction();
        }

        bool constraint = Accept(K.Constraint);
        if (!constraint)
        {
            Accept(K.Column);
        }

        bool ifExists = AcceptIfExists();
        string name = Name();
        bool cascade = CascadeOrRestrict();
        return constraint ? new DropConstraintAction(name, ifExists, cascade)
            : new DropColumnAction(name, ifExists, cascade);
    }

    private AlterWatermarkAction AlterWatermark()
    {
        Expect(K.Alter);
        return new AlterWatermarkAction(Watermark());
    }

    private AlterAction AlterColumn()
    {
        Expect(K.Alter);
        Accept(K.Column);
        string column = Name();
        if (At(K.Set, K.Default))
        {
            Accept(K.Set, K.Default);
            return new AlterColumnDefaultAction(column, Expression());
        }

        if (Accept(K.Drop, K.Default))
        {
            return new AlterColumnDefaultAction(column, null);
        }

        if (Accept(K.Set, K.Not, K.Null))
        {
            return new AlterColumnNotNullAction(column, NotNull: true);
        }

        if (Accept(K.Drop, K.Not, K.Null))
        {
            return new AlterColumnNotNullAction(column, NotNull: false);
        }

        if (Accept(K.Set))
        {
            Expect(K.Data);
        }

        Expect(K.Type);
        TypeName type = TypeName();
        return new AlterColumnTypeAction(column, type, Accept(K.Using) ? Expression() : null);
    }

    private AlterAction Rename()
    {
        Expect(K.Rename);
        if (Accept(K.To))
        {
            return new RenameToAction(Name());
        }

        if (At(K.Constraint))
        {
            throw Unsupported("RENAME CONSTRAINT", Position);
        }

        Accept(K.Column);
        string column = Name();
        Expect(K.To);
        return new RenameColumnAction(column, Name());
    }

    private AlterAction SetAction()
    {
        Expect(K.Set);
        if (At(K.Schema) && PeekKind() is not TokenKind.Equals)
        {
            Advance();
            return new SetSchemaAction(Name());
        }

        if (At(K.Config) && PeekKind() == TokenKind.LeftParen)
        {
            Advance();
            return new SetConfigAction(Options());
        }

        string property = OptionName();
        if (!Accept(TokenKind.Equals))
        {
            Expect(K.To);
        }

        OptionValue value = OptionValue();
        return new SetPropertyAction(property, value, Accept(K.Deferred));
    }

    private AlterAction ResetAction()
    {
        Expect(K.Reset);
        if (At(K.Config) && PeekKind() == TokenKind.LeftParen)
        {
            Advance();
            return new ResetConfigAction(ParenthesizedList(static p => p.OptionName()));
        }

        if (Kind is TokenKind.End or TokenKind.Semicolon)
        {
            return new ResetSourceAction();
        }

        var value = new AbsentOption(IsDefault: true) { Position = Position };
        return new SetPropertyAction(OptionName(), value, Accept(K.Deferred));
    }

    private OwnerToAction Owner()
    {
        Expect(K.Owner);
        Expect(K.To);
        return new OwnerToAction(RoleName());
    }

    /// <summary>A user's name, or CURRENT_USER and its like as their words.</summary>
    private string RoleName() => Word is K.CurrentUser or K.CurrentRole or K.SessionUser ? TakeName() : NonReserved();

    private SwapWithAction Swap()
    {
        Expect(K.Swap);
        Expect(K.With);
        return new SwapWithAction(QualifiedName());
    }

    private RefreshSchemaAction RefreshSchemaOf()
    {
        Expect(K.Refresh, K.Schema);
        return new RefreshSchemaAction();
    }

    private ResumeAction ResumeOf()
    {
        Expect(K.Resume);
        return new ResumeAction();
    }

    private AlterOptionsAction ConnectorOf()
    {
        Expect(K.Connector, K.With);
        return new AlterOptionsAction(Options());
    }

    private AlterOptionsAction SecretOf()
    {
        SyntaxList<Option> options = OptionalWithOptions();
        return new AlterOptionsAction(options, Accept(K.As) ? Expression() : null);
    }

    private AlterQueryAction QueryOf()
    {
        Expect(K.As);
        return new AlterQueryAction(Query());
    }

    private UserOptionsAction UserOptionsOf()
    {
        Accept(K.With);
        SyntaxList<UserOption> options = UserOptions();
        return options.Count > 0 ? new UserOptionsAction(options) : throw Unexpected();
    }

    private AlterSystemStatement AlterSystem(int position)
    {
        Expect(K.System);
        if (Accept(K.Reset))
        {
            return new AlterSystemStatement(VariableName(), []) { Position = position };
        }

        Expect(K.Set);
        string name = VariableName();
        if (!Accept(TokenKind.Equals))
        {
            Expect(K.To);
        }

        return new AlterSystemStatement(name, SettingValues()) { Position = position };
    }

    private AlterCompactionGroupStatement AlterCompactionGroup(int position)
    {
        Expect(K.Compaction, K.Group);
        SyntaxList<string> groups = List(static p => p.SignedInteger().ToString());
        Expect(K.Set);
        SyntaxList<Option> options = List(static p =>
        {
            int start = p.Position;
            string name = p.OptionName();
            if (!p.Accept(TokenKind.Equals))
            {
                p.Expect(K.To);
            }

            return new Option(name, p.OptionValue()) { Position = start };
        });
        return new AlterCompactionGroupStatement(groups, options) { Position = position };
    }
}
