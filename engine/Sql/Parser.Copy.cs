using K = Vectorized.Engine.Sql.Keyword;

namespace Vectorized.Engine.Sql;

internal sealed partial class Parser
{
    private CopyStatement Copy()
    {
        int position = Position;
        Expect(K.Copy);
        bool binary = Accept(K.Binary);
        QualifiedName? table = null;
        SyntaxList<Identifier> columns = [];
        Statement? query = null;
        if (Kind == TokenKind.LeftParen)
        {
            Expect(TokenKind.LeftParen);
            query = Kind == TokenKind.LeftParen ? SelectStatement()
                : At(K.Subscribe) ? Subscribe() : PreparableStatement();
            Expect(TokenKind.RightParen);
        }
        else
        {
            table = QualifiedName();
            columns = OptionalNameList();
        }

        bool isFrom = query is null && Accept(K.From);
        if (!isFrom)
        {
            Expect(K.To);
        }

        (CopyEndpoint endpoint, string? path) = Endpoint();
        var options = new List<CopyOption>();
        if (binary)
        {
            options.Add(new CopyOption("format", "binary") { Position = position });
        }

        OldDelimiter(options);
        Accept(K.With);
        if (Kind == TokenKind.LeftParen)
        {
            options.AddRange(ParenthesizedList(static p => p.CopyOption()).Span);
        }
        else
        {
            OldCopyOptions(options);
        }

        return new CopyStatement(isFrom, endpoint)
        {
            Table = table,
            Columns = columns,
            Query = query,
            Path = path,
            Options = new SyntaxList<CopyOption>([.. options]),
            Where = isFrom && Accept(K.Where) ? Expression() : null,
            Position = position,
        };
    }

    private (CopyEndpoint Endpoint, string? Path) Endpoint()
    {
        if (Accept(K.Program))
        {
            return (CopyEndpoint.Program, StringValue());
        }

        if (Word is K.Stdin or K.Stdout)
        {
            Advance();
            return (CopyEndpoint.Client, null);
        }

        return (CopyEndpoint.File, StringValue());
    }

    private void OldDelimiter(List<CopyOption> options)
    {
        int position = Position;
        if (Accept(K.Using))
        {
            Expect(K.Delimiters);
            options.Add(new CopyOption("delimiter", StringValue()) { Position = position });
        }
    }

    /// <summary>`name [value]` of the new syntax.</summary>
    private CopyOption CopyOption()
    {
        int position = Position;
        string name = Label();
        switch (Kind)
        {
            case TokenKind.Comma or TokenKind.RightParen:
                return new CopyOption(name) { Position = position };
            case TokenKind.Star:
                Advance();
                return new CopyOption(name) { AllColumns = true, Position = position };
            case TokenKind.LeftParen:
                return new CopyOption(name) { Columns = NameList(), Position = position };
            default:
                string value = AtString ? StringValue() : BareValue();
                return new CopyOption(name, value) { Position = position };
        }
    }

    /// <summary>BINARY, DELIMITER 'x', NULL 'x', CSV, HEADER... of the syntax before 9.0.</summary>
    private void OldCopyOptions(List<CopyOption> options)
    {
        while (true)
        {
            int position = Position;
            CopyOption? option = Word switch
            {
                K.Binary => OldFlag("format", "binary"),
                K.Csv => OldFlag("format", "csv"),
                K.Freeze => OldFlag("freeze", null),
                K.Header => OldFlag("header", null),
                K.Delimiter or K.Delimiters => OldText("delimiter"),
                K.Null => OldText("null"),
                K.Quote => OldText("quote"),
                K.Escape => OldText("escape"),
                K.Encoding => OldText("encoding"),
                K.Force => OldForce(),
                _ => null,
            };
            if (option is null)
            {
                return;
            }

            options.Add(option with { Position = position });
        }
    }

    private CopyOption OldFlag(string name, string? value)
    {
        Advance();
        return new CopyOption(name, value);
    }

    private CopyOption OldText(string name)
    {
        Advance();
        Accept(K.As);
        return new CopyOption(name, StringValue());
    }

    private CopyOption OldForce()
    {
        Expect(K.Force);
        string name;
        if (Accept(K.Quote))
        {
            name = "force_quote";
        }
        else if (Accept(K.Null))
        {
            name = "force_null";
        }
        else
        {
            Expect(K.Not, K.Null);
            name = "force_not_null";
        }

        if (name == "force_quote" && Accept(TokenKind.Star))
        {
            return new CopyOption(name) { AllColumns = true };
        }

        return new CopyOption(name) { Columns = List(static p => p.NameNode()) };
    }
}
