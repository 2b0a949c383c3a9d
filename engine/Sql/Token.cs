namespace Vectorized.Engine.Sql;

internal enum TokenKind : byte
{
    /// <summary>The end of the text.</summary>
    End,

    /// <summary>The lexer could not go on; <see cref="TokenList.Failure"/> says why.</summary>
    Failure,

    /// <summary>A bare word that is no keyword.</summary>
    Identifier,
    QuotedIdentifier,
    UnicodeIdentifier,

    /// <summary>A bare word of the keyword table.</summary>
    Keyword,
    Integer,
    Decimal,
    String,
    EscapeString,
    UnicodeString,
    DollarString,
    BitString,
    HexString,
    NationalString,
    Parameter,

    /// <summary>An operator of PostgreSQL's operator characters that has no kind of its own.</summary>
    Operator,
    Less,
    Greater,
    Equals,
    LessEquals,
    GreaterEquals,
    NotEquals,
    Plus,
    Minus,
    Star,
    Slash,
    Percent,
    Caret,
    LeftParen,
    RightParen,
    LeftBracket,
    RightBracket,
    LeftBrace,
    RightBrace,
    Comma,
    Semicolon,
    Dot,
    DotDot,
    Colon,
    TypeCast,
    ColonEquals,
    Arrow,

    /// <summary>A character that begins no token.</summary>
    Unknown,
}

/// <summary>A token as a range of the text: nothing is copied until the parser wants a name or a value.</summary>
internal readonly record struct Token(TokenKind Kind, Keyword Keyword, int Start, int End)
{
    public int Length => End - Start;
}
