using K = Vectorized.Engine.Sql.Keyword;

namespace Vectorized.Engine.Sql;

/// <summary>CREATE of everything but tables and sources.</summary>
internal sealed partial class Parser
{
    private Statement Create()
    {
        int position = Position;
        Expect(K.Create);
        bool orReplace = Accept(K.Or);
        if (orReplace)
        {
            Expect(K.Replace);
        }

        bool temporary = false;
        while (Word is K.Temporary or K.Temp or K.Unlogged
            || (Word is K.Local or K.Global && PeekWord() is K.Temporary or K.Temp))
        {
            temporary |= Word is K.Temporary or K.Temp;
            Advance();
        }

        switch (Word)
        {
            case K.Table:
                Advance();
                return CreateTable(position, orReplace, temporary);
            case K.Source:
                Advance();
                return CreateSource(position, orReplace, temporary);
            case K.View or K.Recursive:
                return CreateView(position, orReplace, temporary);
            case K.Function or K.Aggregate:
                return CreateFunction(position, orReplace, temporary);
            case K.Materialized when PeekWord() == K.View:
                return CreateMaterializedView(position, orReplace);
            case K.Sink:
                return CreateSink(position, orReplace);
            case K.Secret:
                return CreateSecret(position, orReplace);
            case K.Connection:
                return CreateConnection(position, orReplace);
        }

        if (orReplace || temporary)
        {
            throw UnsupportedObject("CREATE");
        }

        switch (Word)
        {
            case K.Index or K.Unique when At(K.Index) || PeekWord() == K.Index:
                return CreateIndex(position);
            case K.Schema:
                return CreateSchema(position);
            case K.Database:
                return CreateDatabase(position);
            case K.User or K.Role when PeekWord() != K.Mapping:
                return CreateUser(position);
            case K.Subscription:
                return CreateSubscription(position);
            default:
                throw UnsupportedObject("CREATE");
        }
    }

    private CreateSinkStatement CreateSink(int position, bool orReplace)
    {
        Expect(K.Sink);
        bool ifNotExists = AcceptIfNotExists();
        QualifiedName name = QualifiedName();
        QualifiedName? into = null;
        SyntaxList<Identifier> intoColumns = [];
        if (Accept(K.Into))
        {
            into = QualifiedName();
            intoColumns = OptionalNameList();
        }

        QualifiedName? from = null;
        Query? query = null;
        if (Accept(K.From))
        {
            from = QualifiedName();
        }
        else
        {
            Expect(K.As);
            query = Query();
        }

        return new CreateSinkStatement(name)
        {
            OrReplace = orReplace,
            IfNotExists = ifNotExists,
            Into = into,
            IntoColumns = intoColumns,
            From = from,
            Query = query,
            Options = OptionalWithOptions(),
            Format = OptionalFormat(),
            Position = position,
        };
    }

    private CreateViewStatement CreateView(int position, bool orReplace, bool temporary)
    {
        if (At(K.Recursive))
        {
            throw Unsupported("CREATE RECURSIVE VIEW", Position);
        }

        Expect(K.View);
        bool ifNotExists = AcceptIfNotExists();
        QualifiedName name = QualifiedName();
        SyntaxList<Identifier> columns = OptionalNameList();
        SyntaxList<Option> options = OptionalWithOptions();
        Expect(K.As);
        Query query = Query();
        if (At(K.With))
        {
            throw Unsupported("WITH CHECK OPTION", Position);
        }

        return new CreateViewStatement(name, query)
        {
            OrReplace = orReplace,
            IfNotExists = ifNotExists,
            Temporary = temporary,
            Columns = columns,
            Options = options,
            Position = position,
        };
    }

    private CreateMaterializedViewStatement CreateMaterializedView(int position, bool orReplace)
    {
        Expect(K.Materialized, K.View);
        bool ifNotExists = AcceptIfNotExists();
        QualifiedName name = QualifiedName();
        SyntaxList<Identifier> columns = OptionalNameList();
        SyntaxList<Option> options = OptionalWithOptions();
        Expect(K.As);
        Query query = Query();
        return new CreateMaterializedViewStatement(name, query)
        {
            OrReplace = orReplace,
            IfNotExists = ifNotExists,
            Columns = columns,
            Options = options,
            WithNoData = WithNoData(),
            Position = position,
        };
    }

    private CreateIndexStatement CreateIndex(int position)
    {
        bool unique = Accept(K.Unique);
        Expect(K.Index);
        bool concurrently = Accept(K.Concurrently);
        bool ifNotExists = AcceptIfNotExists();
        QualifiedName? name = At(K.On) ? null : QualifiedName();
        Expect(K.On);
        Accept(K.Only);
        QualifiedName table = QualifiedName();
        string? method = Accept(K.Using) ? Name() : null;
        SyntaxList<IndexKey> keys = ParenthesizedList(static p => p.IndexKey());
        SyntaxList<Expression> include = [];
        SyntaxList<Expression> distributedBy = [];
        SyntaxList<Option> options = [];
        Expression? where = null;
        while (true)
        {
            if (Accept(K.Include))
            {
                include = ParenthesizedList(static p => p.Expression());
            }
            else if (Accept(K.Distributed))
            {
                Expect(K.By);
                distributedBy = ParenthesizedList(static p => p.Expression());
            }
            else if (At(K.With) && PeekKind() == TokenKind.LeftParen)
            {
                options = OptionalWithOptions();
            }
            else if (Accept(K.Where))
            {
                where = Expression();
            }
            else if (At(K.Tablespace))
            {
                throw Unsupported("TABLESPACE of an index", Position);
            }
            else
            {
                break;
            }
        }

        return new CreateIndexStatement(table, keys)
        {
            Name = name,
            IfNotExists = ifNotExists,
            Unique = unique,
            Concurrently = concurrently,
            Method = method,
            Include = include,
            DistributedBy = distributedBy,
            Options = options,
            Where = where,
            Position = position,
        };
    }

    /// <summary>An expression (a collation binds to it), perhaps an operator class, an order.</summary>
    private IndexKey IndexKey()
    {
        int position = Position;
        Expression value = Expression();
        QualifiedName? operatorClass = IsColumnName(Current) && !At(K.Nulls) ? QualifiedName() : null;
        SortDirection direction = Direction();
        return new IndexKey(value, direction, Nulls()) { OperatorClass = operatorClass, Position = position };
    }

    private CreateSchemaStatement CreateSchema(int position)
    {
        Expect(K.Schema);
        bool ifNotExists = AcceptIfNotExists();
        QualifiedName? name = At(K.Authorization) ? null : QualifiedName();
        string? owner = Accept(K.Authorization) ? NonReserved() : null;
        if (name is null && owner is null)
        {
            throw Unexpected();
        }

        return new CreateSchemaStatement(name, owner, ifNotExists) { Position = position };
    }

    /// <summary>CREATE DATABASE name [WITH] option [=] value ...; also without commas between.</summary>
    private CreateDatabaseStatement CreateDatabase(int position)
    {
        Expect(K.Database);
        bool ifNotExists = AcceptIfNotExists();
        string name = Name();
        Accept(K.With);
        var options = new List<Option>();
        while (Kind is TokenKind.Identifier or TokenKind.Keyword)
        {
            int start = Position;
            string option = Label();
            if (option == "connection" && AcceptName("limit"))
            {
                option = "connection limit";
            }

            Accept(TokenKind.Equals);
            options.Add(new Option(option, OptionValue()) { Position = start });
            Accept(TokenKind.Comma);
        }

        return new CreateDatabaseStatement(name, ifNotExists, new SyntaxList<Option>([.. options]))
        {
            Position = position,
        };
    }

    private bool AcceptName(string word)
    {
        if (NameOf(Current) != word)
        {
            return false;
        }

        Advance();
        return true;
    }

    private CreateUserStatement CreateUser(int position)
    {
        ObjectKind kind = ObjectKindOf();
        bool ifNotExists = AcceptIfNotExists();
        string name = NonReserved();
        Accept(K.With);
        return new CreateUserStatement(kind, name, UserOptions()) { IfNotExists = ifNotExists, Position = position };
    }

    private SyntaxList<UserOption> UserOptions()
    {
        var options = new List<UserOption>();
        while (Kind is TokenKind.Identifier or TokenKind.Keyword)
        {
            int position = Position;
            if (Accept(K.Encrypted) || At(K.Password))
            {
                Expect(K.Password);
                string? password = Accept(K.Null) ? null : StringValue();
                options.Add(new UserOption("password", password) { Position = position });
            }
            else if (Accept(K.Connection))
            {
                Expect(K.Limit);
                options.Add(new UserOption("connection limit", SignedInteger().ToString()) { Position = position });
            }
            else if (Accept(K.Valid, K.Until))
            {
                options.Add(new UserOption("valid until", StringValue()) { Position = position });
            }
            else if (Accept(K.In, K.Role) || Accept(K.Role) || Accept(K.Admin))
            {
                throw Unsupported("role membership in CREATE USER", position);
            }
            else
            {
                string name = Label();
                options.Add(new UserOption(name)
                {
                    Options = Kind == TokenKind.LeftParen ? Options() : [],
                    Position = position,
                });
            }

            Accept(TokenKind.Comma);
        }

        return new SyntaxList<UserOption>([.. options]);
    }

    private CreateSecretStatement CreateSecret(int position, bool orReplace)
    {
        Expect(K.Secret);
        bool ifNotExists = AcceptIfNotExists();
        QualifiedName name = QualifiedName();
        SyntaxList<Option> options = OptionalWithOptions();
        Expression? value = Accept(K.As) ? Expression() : null;
        return new CreateSecretStatement(name, options, value)
        {
            OrReplace = orReplace,
            IfNotExists = ifNotExists,
            Position = position,
        };
    }

    private CreateConnectionStatement CreateConnection(int position, bool orReplace)
    {
        Expect(K.Connection);
        bool ifNotExists = AcceptIfNotExists();
        QualifiedName name = QualifiedName();
        Expect(K.With);
        return new CreateConnectionStatement(name, Options())
        {
            OrReplace = orReplace,
            IfNotExists = ifNotExists,
            Position = position,
        };
    }

    private CreateSubscriptionStatement CreateSubscription(int position)
    {
        Expect(K.Subscription);
        bool ifNotExists = AcceptIfNotExists();
        QualifiedName name = QualifiedName();
        if (At(K.Connection))
        {
            throw Unsupported("CREATE SUBSCRIPTION ... CONNECTION", Position);
        }

        Expect(K.From);
        QualifiedName from = QualifiedName();
        return new CreateSubscriptionStatement(name, from, OptionalWithOptions())
        {
            IfNotExists = ifNotExists,
            Position = position,
        };
    }
}
