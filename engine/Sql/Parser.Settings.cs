using K = Vectorized.Engine.Sql.Keyword;

namespace Vectorized.Engine.Sql;

/// <summary>SET and RESET.</summary>
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

        bool named = PeekKind() is TokenKind.Identifier or TokenKind.QuotedIdentifier or TokenKind.Keyword;
        bool local = named && Accept(K.Local);
        if (!local && At(K.Session) && PeekWord() != K.Authorization
            && named && PeekWord() != K.To)
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
        return Dotted(Name());
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
            var name = new OperatorName("-") { Position = position };
            return minus ? new UnaryExpression(name, number) { Position = position } : number;
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
}
