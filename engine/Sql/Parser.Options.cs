using K = Vectorized.Engine.Sql.Keyword;

namespace Vectorized.Engine.Sql;

internal sealed partial class Parser
{
    /// <summary>WITH (options), or nothing.</summary>
    private SyntaxList<Option> OptionalWithOptions() =>
        At(K.With) && PeekKind() == TokenKind.LeftParen && Accept(K.With) ? Options() : [];

    /// <summary>`(name = value, ...)`; a comma may end the list.</summary>
    private SyntaxList<Option> Options()
    {
        Expect(TokenKind.LeftParen);
        var options = new List<Option>();
        while (Kind != TokenKind.RightParen)
        {
            options.Add(Option());
            if (!Accept(TokenKind.Comma))
            {
                break;
            }
        }

        Expect(TokenKind.RightParen);
        return new SyntaxList<Option>([.. options]);
    }

    private Option Option()
    {
        int position = Position;
        string name = OptionName();
        OptionValue value = Kind is TokenKind.Equals ? OptionValueAfterEquals()
            : Kind is TokenKind.Comma or TokenKind.RightParen
                ? new TextOption("true", Quoted: false) { Position = position }
                : throw Unexpected();
        return new Option(name, value) { Position = position };
    }

    private OptionValue OptionValueAfterEquals()
    {
        Expect(TokenKind.Equals);
        return OptionValue();
    }

    /// <summary>A dotted name in one string; parts may be any word, quoted or not.</summary>
    private string OptionName()
    {
        return Dotted(AtString ? StringValue() : Label());
    }

    /// <summary>The rest of a dotted name as one string.</summary>
    private string Dotted(string first)
    {
        if (Kind != TokenKind.Dot)
        {
            return first;
        }

        var parts = new List<string> { first };
        while (Accept(TokenKind.Dot))
        {
            parts.Add(Label());
        }

        return string.Join('.', parts);
    }

    private OptionValue OptionValue()
    {
        int position = Position;
        if (TryString(out string? text))
        {
            return new TextOption(text, Quoted: true) { Position = position };
        }

        switch (Word)
        {
            case K.Null:
                Advance();
                return new AbsentOption(IsDefault: false) { Position = position };
            case K.Default:
                Advance();
                return new AbsentOption(IsDefault: true) { Position = position };
            case K.Secret when PeekKind() is not (TokenKind.Comma or TokenKind.RightParen):
                Advance();
                QualifiedName secret = QualifiedName();
                bool asFile = Accept(K.As) && SecretAsFile();
                return new SecretOption(secret, asFile) { Position = position };
        }

        if (At(K.Fixed) && PeekKind() == TokenKind.LeftParen)
        {
            Advance();
            return new BackfillOrderOption(ParenthesizedList(static p => p.BackfillEdge())) { Position = position };
        }

        return new TextOption(BareValue(), Quoted: false) { Position = position };
    }

    private bool SecretAsFile()
    {
        string form = Label();
        return form switch
        {
            "file" => true,
            "text" => false,
            _ => throw UnexpectedAt(_index - 1),
        };
    }

    private BackfillEdge BackfillEdge()
    {
        int position = Position;
        QualifiedName first = QualifiedName();
        if (Text(Current) is not "->")
        {
            throw Unexpected();
        }

        Advance();
        return new BackfillEdge(first, QualifiedName()) { Position = position };
    }

    /// <summary>ROW FORMAT x: the spelling before FORMAT and ENCODE were told apart.</summary>
    private FormatEncode RowFormat(int position)
    {
        int start = _index;
        (string format, string encode) = Label() switch
        {
            "json" => ("plain", "json"),
            "bytes" => ("plain", "bytes"),
            "native" => ("native", "native"),
            "maxwell" => ("maxwell", "json"),
            "canal_json" => ("canal", "json"),
            "upsert_json" => ("upsert", "json"),
            "debezium_json" => ("debezium", "json"),
            "debezium_mongo_json" => ("debezium_mongo", "json"),
            "avro" or "upsert_avro" or "debezium_avro" or "protobuf" or "csv" => throw new Types.SqlException(
                Types.SqlState.FeatureNotSupported, "ROW FORMAT with a schema is not supported",
                _tokens[start].Start + 1,
                "Use FORMAT ... ENCODE ... (schema.registry = ...)."),
            _ => throw UnexpectedAt(start),
        };
        return new FormatEncode(format, encode, []) { Position = position };
    }

    /// <summary>A number with its sign, or a word (dotted names too), as text.</summary>
    private string BareValue()
    {
        string sign = Accept(TokenKind.Minus) ? "-" : "";
        if (sign.Length == 0)
        {
            Accept(TokenKind.Plus);
        }

        if (Kind is TokenKind.Integer or TokenKind.Decimal)
        {
            string number = LiteralText.Number(Text(Current));
            Advance();
            return sign + number;
        }

        if (sign.Length > 0)
        {
            throw Unexpected();
        }

        return Dotted(AtSettingWord() ? Label() : throw Unexpected());
    }

    /// <summary>FORMAT f ENCODE e (options) [KEY ENCODE k (options)], or the older ROW FORMAT, or nothing.</summary>
    private FormatEncode? OptionalFormat()
    {
        int position = Position;
        if (Accept(K.Row, K.Format))
        {
            return RowFormat(position);
        }

        if (!Accept(K.Format))
        {
            return null;
        }

        string format = Label();
        Expect(K.Encode);
        string encode = Label();
        SyntaxList<Option> options = Kind == TokenKind.LeftParen ? Options() : [];
        string? keyEncode = null;
        SyntaxList<Option> keyOptions = [];
        if (Accept(K.Key))
        {
            Expect(K.Encode);
            keyEncode = Label();
            keyOptions = Kind == TokenKind.LeftParen ? Options() : [];
        }

        return new FormatEncode(format, encode, options)
        {
            KeyEncode = keyEncode,
            KeyOptions = keyOptions,
            Position = position,
        };
    }
}
