using K = Vectorized.Engine.Sql.Keyword;

namespace Vectorized.Engine.Sql;

/// <summary>CREATE TABLE and CREATE SOURCE.</summary>
internal sealed partial class Parser
{
    private CreateTableStatement CreateTable(int position, bool orReplace, bool temporary)
    {
        bool ifNotExists = AcceptIfNotExists();
        QualifiedName name = QualifiedName();
        if (At(K.Of) || At(K.Partition, K.Of))
        {
            throw Unsupported($"CREATE TABLE {Keywords.Word(Word).ToUpperInvariant()}", Position);
        }

        RelationDefinition definition = OptionalDefinition();
        var table = new CreateTableStatement(name, definition)
        {
            OrReplace = orReplace,
            IfNotExists = ifNotExists,
            Temporary = temporary,
            Position = position,
        };
        bool more = true;
        while (more)
        {
            table = TableClause(table, out more);
        }

        if (Accept(K.As))
        {
            Query query = Query();
            bool noData = WithNoData();
            table = table with { Query = query, WithNoData = noData, Engine = OptionalEngine() ?? table.Engine };
        }
        else if (At(K.Execute))
        {
            throw Unsupported("CREATE TABLE AS EXECUTE", Position);
        }

        return table;
    }

    /// <summary>One of the clauses between the columns and AS; their order is free.</summary>
    private CreateTableStatement TableClause(CreateTableStatement table, out bool more)
    {
        more = true;
        switch (Word)
        {
            case K.Append:
                Advance();
                Expect(K.Only);
                return table with { AppendOnly = true };
            case K.On when PeekWord() == K.Conflict:
                return table with { OnConflict = ConflictBehaviorOf() };
            case K.With when PeekWord() == K.Version:
                Advance();
                Advance();
                Expect(K.Column);
                return table with { VersionColumns = NameList() };
            case K.Include:
                return table with { Includes = Includes() };
            case K.With when PeekKind() == TokenKind.LeftParen:
                return table with { Options = OptionalWithOptions() };
            case K.Format:
            case K.Row when PeekWord() == K.Format:
                return table with { Format = OptionalFormat() };
            case K.From:
                return table with { CdcTable = CdcTableOf() };
            case K.Validate:
                return table with { Webhook = WebhookValidationOf() };
            case K.Engine:
                return table with { Engine = OptionalEngine() };
            case K.Inherits or K.Partition or K.Using or K.Tablespace:
                throw Unsupported($"{Keywords.Word(Word).ToUpperInvariant()} of a table", Position);
            default:
                more = false;
                return table;
        }
    }

    private CreateSourceStatement CreateSource(int position, bool orReplace, bool temporary)
    {
        bool ifNotExists = AcceptIfNotExists();
        QualifiedName name = QualifiedName();
        RelationDefinition definition = OptionalDefinition();
        SyntaxList<IncludeColumn> includes = Includes();
        SyntaxList<Option> options = OptionalWithOptions();
        if (includes.Count == 0)
        {
            includes = Includes();
        }

        return new CreateSourceStatement(name, definition)
        {
            OrReplace = orReplace,
            IfNotExists = ifNotExists,
            Temporary = temporary,
            Includes = includes,
            Options = options,
            Format = OptionalFormat(),
            Position = position,
        };
    }

    private bool WithNoData()
    {
        if (!Accept(K.With))
        {
            return false;
        }

        bool none = Accept(K.No);
        Expect(K.Data);
        return none;
    }

    private string? OptionalEngine()
    {
        if (!Accept(K.Engine))
        {
            return null;
        }

        Accept(TokenKind.Equals);
        return Label();
    }

    private ConflictBehavior ConflictBehaviorOf()
    {
        Expect(K.On, K.Conflict);
        if (Accept(K.Overwrite))
        {
            return ConflictBehavior.DoUpdateFull;
        }

        if (Accept(K.Ignore))
        {
            return ConflictBehavior.DoNothing;
        }

        Expect(K.Do);
        if (Accept(K.Nothing))
        {
            return ConflictBehavior.DoNothing;
        }

        Expect(K.Update);
        if (Accept(K.Full))
        {
            return ConflictBehavior.DoUpdateFull;
        }

        Expect(K.If, K.Not);
        Expect(K.Null);
        return ConflictBehavior.DoUpdateIfNotNull;
    }

    private SyntaxList<IncludeColumn> Includes()
    {
        var includes = new List<IncludeColumn>();
        while (At(K.Include))
        {
            int position = Position;
            Advance();
            string kind = Label();
            string? inner = null;
            TypeName? type = null;
            if (TryString(out string? text))
            {
                inner = text;
                type = Kind is TokenKind.Identifier or TokenKind.Keyword && !AtIncludeEnd() ? TypeName() : null;
            }

            Identifier? alias = Accept(K.As) ? NameNode() : null;
            includes.Add(new IncludeColumn(kind)
            {
                InnerField = inner,
                InnerType = type,
                Alias = alias,
                Position = position,
            });
            Accept(TokenKind.Comma);
        }

        return new SyntaxList<IncludeColumn>([.. includes]);
    }

    private bool AtIncludeEnd() => Word is K.As or K.Include or K.With or K.From or K.Append or K.On
        or K.Format;

    private CdcTable CdcTableOf()
    {
        int position = Position;
        Expect(K.From);
        QualifiedName source = QualifiedName();
        Expect(K.Table);
        return new CdcTable(source, StringValue()) { Position = position };
    }

    private WebhookValidation WebhookValidationOf()
    {
        int position = Position;
        Expect(K.Validate);
        QualifiedName? secret = Accept(K.Secret) ? QualifiedName() : null;
        Expect(K.As);
        return new WebhookValidation(secret, Expression()) { Position = position };
    }

    /// <summary>`(columns, constraints, watermarks, *)`, or nothing.</summary>
    private RelationDefinition OptionalDefinition()
    {
        int position = Position;
        if (Kind != TokenKind.LeftParen)
        {
            return new RelationDefinition { Position = position };
        }

        var columns = new List<ColumnDefinition>();
        var constraints = new List<TableConstraint>();
        var watermarks = new List<WatermarkDefinition>();
        int? wildcard = null;
        Expect(TokenKind.LeftParen);
        while (Kind != TokenKind.RightParen)
        {
            if (Kind == TokenKind.Star)
            {
                wildcard = wildcard is null ? columns.Count : throw Unexpected();
                Advance();
            }
            else if (At(K.Watermark, K.For))
            {
                watermarks.Add(Watermark());
            }
            else if (OptionalTableConstraint() is { } constraint)
            {
                constraints.Add(constraint);
            }
            else if (At(K.Like))
            {
                throw Unsupported("LIKE in CREATE TABLE", Position);
            }
            else
            {
                columns.Add(ColumnDefinition());
            }

            if (!Accept(TokenKind.Comma))
            {
                break;
            }
        }

        Expect(TokenKind.RightParen);
        return new RelationDefinition
        {
            Columns = new SyntaxList<ColumnDefinition>([.. columns]),
            WildcardAt = wildcard,
            Constraints = new SyntaxList<TableConstraint>([.. constraints]),
            Watermarks = new SyntaxList<WatermarkDefinition>([.. watermarks]),
            Position = position,
        };
    }
}
