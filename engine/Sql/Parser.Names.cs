using System.Diagnostics.CodeAnalysis;
using K = Vectorized.Engine.Sql.Keyword;

namespace Vectorized.Engine.Sql;

/// <summary>Names, strings and integers as the grammar uses them.</summary>
internal sealed partial class Parser
{
    /// <summary>The name the current token is as any label, or null.</summary>
    private string? NameOf(Token token) => token.Kind switch
    {
        TokenKind.Identifier => LiteralText.Fold(Text(token)),
        TokenKind.QuotedIdentifier => LiteralText.QuotedName(Text(token)),
        TokenKind.Keyword => Keywords.Word(token.Keyword),
        _ => null,
    };

    private static bool IsIdentifier(Token token) =>
        token.Kind is TokenKind.Identifier or TokenKind.QuotedIdentifier or TokenKind.UnicodeIdentifier;

    private static bool IsColumnName(Token token) => IsIdentifier(token) || Keywords.IsColumnName(token.Keyword);

    private static bool IsFunctionName(Token token) =>
        IsIdentifier(token) || Keywords.IsTypeOrFunctionName(token.Keyword);

    private string TakeName()
    {
        Token token = Current;
        if (token.Kind == TokenKind.UnicodeIdentifier)
        {
            return UnicodeIdentifier();
        }

        string name = NameOf(token) ?? throw Unexpected();
        Advance();
        return name;
    }

    /// <summary>A name of a column, table or the like (ColId).</summary>
    private string Name() => IsColumnName(Current) ? TakeName() : throw Unexpected();

    /// <summary>A name after a dot or AS: any word (ColLabel).</summary>
    private string Label() => IsIdentifier(Current) || Kind == TokenKind.Keyword ? TakeName() : throw Unexpected();

    /// <summary>A name of a function or type (type_function_name).</summary>
    private string FunctionName() => IsFunctionName(Current) ? TakeName() : throw Unexpected();

    /// <summary>Any word that is not reserved (NonReservedWord).</summary>
    private string NonReserved() =>
        IsIdentifier(Current) || Keywords.ClassOf(Word) > KeywordClass.Reserved ? TakeName() : throw Unexpected();

    private Identifier NameNode()
    {
        int position = Position;
        return new Identifier(Name()) { Position = position };
    }

    private SyntaxList<Identifier> NameList() => ParenthesizedList(static p => p.NameNode());

    private SyntaxList<Identifier> OptionalNameList() => Kind == TokenKind.LeftParen ? NameList() : [];

    /// <summary>name[.name ...] (any_name, qualified_name).</summary>
    private QualifiedName QualifiedName()
    {
        int position = Position;
        string first = Name();
        if (Kind != TokenKind.Dot)
        {
            return new QualifiedName(first) { Position = position };
        }

        return new QualifiedName(DottedParts(first)) { Position = position };
    }

    /// <summary>The rest of a dotted name whose first part is taken; the current token is a dot.</summary>
    private SyntaxList<string> DottedParts(string first)
    {
        var parts = new List<string> { first };
        while (Accept(TokenKind.Dot))
        {
            parts.Add(Label());
            if (parts.Count > 8)
            {
                throw Error("improper qualified name (too many dotted names): " + string.Join('.', parts), Position);
            }
        }

        return new SyntaxList<string>([.. parts]);
    }

    private static bool IsString(TokenKind kind) => kind is TokenKind.String or TokenKind.EscapeString
        or TokenKind.UnicodeString or TokenKind.DollarString;

    private bool TryString([NotNullWhen(true)] out string? value)
    {
        Token token = Current;
        value = token.Kind switch
        {
            TokenKind.String => LiteralText.Plain(Text(token)),
            TokenKind.EscapeString => LiteralText.Escaped(Text(token), token.Start + 1),
            TokenKind.DollarString => LiteralText.Dollar(Text(token)),
            TokenKind.UnicodeString => LiteralText.UnicodeBody(Text(token)),
            _ => null,
        };
        if (value is null)
        {
            return false;
        }

        Advance();
        if (token.Kind == TokenKind.UnicodeString)
        {
            value = LiteralText.Unicode(value, UnicodeEscape(), token.Start + 1);
        }

        return true;
    }

    private string StringValue() => TryString(out string? value) ? value : throw Unexpected();

    private string UnicodeIdentifier()
    {
        Token token = Current;
        string body = LiteralText.QuotedName(Text(token)[2..]);
        Advance();
        return LiteralText.Cut(LiteralText.Unicode(body, UnicodeEscape(), token.Start + 1));
    }

    /// <summary>UESCAPE 'c', else a backslash.</summary>
    private char UnicodeEscape()
    {
        if (!Accept(K.Uescape))
        {
            return '\\';
        }

        if (Kind != TokenKind.String)
        {
            throw Error("UESCAPE must be followed by a simple string literal", Position);
        }

        Token token = Current;
        string escape = LiteralText.Plain(Text(token));
        if (escape.Length != 1 || char.IsAsciiHexDigit(escape[0]) || escape[0] is '+' or '\'' or '"'
            || char.IsWhiteSpace(escape[0]))
        {
            throw Error($"invalid Unicode escape character at or near \"{Text(token)}\"", token.Start + 1);
        }

        Advance();
        return escape[0];
    }

    /// <summary>An unsigned integer that fits an int (Iconst).</summary>
    private int Integer()
    {
        if (Kind != TokenKind.Integer || !int.TryParse(LiteralText.Number(Text(Current)), out int value))
        {
            throw Unexpected();
        }

        Advance();
        return value;
    }

    /// <summary>An integer with an optional sign that fits a long.</summary>
    private long SignedInteger()
    {
        bool minus = Accept(TokenKind.Minus);
        if (!minus)
        {
            Accept(TokenKind.Plus);
        }

        if (Kind != TokenKind.Integer
            || !long.TryParse((minus ? "-" : "") + LiteralText.Number(Text(Current)), out long value))
        {
            throw Unexpected();
        }

        Advance();
        return value;
    }
}
