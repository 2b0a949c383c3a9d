using System.Buffers;
using Vectorized.Engine.Types;
using K = Vectorized.Engine.Sql.Keyword;

namespace Vectorized.Engine.Sql;

/// <summary>
/// PostgreSQL's lexical rules (scan.l), standard_conforming_strings on: nested comments, strings continued over line
/// ends, '' E'' U&amp;'' B'' X'' N'' $tag$, the rule which operator characters join. Beyond 15: braces, 0x/0o/0b
/// integers and underscores in numbers. One pass, linear, no allocation per token; string contents are looked at when
/// the parser takes them (<see cref="LiteralText"/>).
/// </summary>
internal ref partial struct Lexer
{
    private const string OperatorCharacters = "~!@#^&|`?+-*/%<>=";

    private const int OperatorWindow = 256;

    private static readonly SearchValues<char> Operators = SearchValues.Create(OperatorCharacters);

    /// <summary>What lets an operator of several characters end in + or -.</summary>
    private static readonly SearchValues<char> NonStandard = SearchValues.Create("~!@#^&|`?%");

    private readonly ReadOnlySpan<char> _text;
    private readonly TokenList _tokens;
    private int _at;

    private Lexer(ReadOnlySpan<char> text, TokenList tokens)
    {
        _text = text;
        _tokens = tokens;
    }

    private const int TokensBetweenChecks = 4096;

    /// <summary>All tokens of a text. The caller disposes the list.</summary>
    public static TokenList Lex(string text)
    {
        var tokens = new TokenList();
        var lexer = new Lexer(text, tokens);
        if (text.Length > SqlLimits.LengthMax)
        {
            lexer.Fail(
                0, SqlState.ProgramLimitExceeded, $"query string is longer than {SqlLimits.LengthMax} characters");
            return tokens;
        }

        for (int count = 1; lexer.Next(); count++)
        {
            if (count % TokensBetweenChecks == 0)
            {
                Budget.MemoryAccount.CheckManaged();
            }
        }

        return tokens;
    }

    private readonly char Peek(int ahead = 0) => _at + ahead < _text.Length ? _text[_at + ahead] : '\0';

    private static bool IsSpace(char c) => c is ' ' or '\t' or '\n' or '\r' or '\f' or '\v';

    private static bool IsIdentifierStart(char c) => char.IsAsciiLetter(c) || c == '_' || c >= 0x80;

    private static bool IsIdentifierPart(char c) => IsIdentifierStart(c) || char.IsAsciiDigit(c) || c == '$';

    /// <summary>Lexes one token; false after the last.</summary>
    private bool Next()
    {
        if (!SkipSpace(out _))
        {
            return false;
        }

        int start = _at;
        if (start >= _text.Length)
        {
            Add(TokenKind.End, start);
            return false;
        }

        char c = _text[start];
        if (IsIdentifierStart(c))
        {
            return Word(start);
        }

        if (char.IsAsciiDigit(c) || (c == '.' && char.IsAsciiDigit(Peek(1))))
        {
            return Number(start);
        }

        switch (c)
        {
            case '\'':
                return Quoted(TokenKind.String, start, start, backslashes: false);
            case '"':
                return QuotedIdentifier(TokenKind.QuotedIdentifier, start, start);
            case '$':
                return Dollar(start);
            case ':':
                return Symbol(
                    Peek(1) == ':' ? TokenKind.TypeCast : Peek(1) == '=' ? TokenKind.ColonEquals : TokenKind.Colon,
                    Peek(1) is ':' or '=' ? 2 : 1);
            case '.':
                return Symbol(Peek(1) == '.' ? TokenKind.DotDot : TokenKind.Dot, Peek(1) == '.' ? 2 : 1);
        }

        TokenKind single = c switch
        {
            '(' => TokenKind.LeftParen,
            ')' => TokenKind.RightParen,
            '[' => TokenKind.LeftBracket,
            ']' => TokenKind.RightBracket,
            '{' => TokenKind.LeftBrace,
            '}' => TokenKind.RightBrace,
            ',' => TokenKind.Comma,
            ';' => TokenKind.Semicolon,
            _ => TokenKind.Unknown,
        };
        return single == TokenKind.Unknown && Operators.Contains(c) ? Operator(start) : Symbol(single, 1);
    }

    private bool Symbol(TokenKind kind, int length)
    {
        int start = _at;
        _at += length;
        return Add(kind, start);
    }

    private readonly bool Add(TokenKind kind, int start, K keyword = K.NoKeyword)
    {
        _tokens.Add(new Token(kind, keyword, start, _at));
        return true;
    }

    /// <summary>Ends the list with a failure whose message quotes the text from start to where the lexer is.</summary>
    private bool FailNear(int start, string message) =>
        Fail(start, SqlState.SyntaxError, $"{message} at or near \"{_text[start.._at]}\"");

    private bool Fail(int start, string state, string message)
    {
        _tokens.Failure = new SqlException(state, message, start + 1);
        _tokens.Add(new Token(TokenKind.Failure, K.NoKeyword, start, _text.Length));
        return false;
    }

    /// <summary>Skips space and comments; false if a comment does not end.</summary>
    private bool SkipSpace(out bool newLine)
    {
        newLine = false;
        while (_at < _text.Length)
        {
            char c = _text[_at];
            if (IsSpace(c))
            {
                newLine |= c is '\n' or '\r';
                _at++;
            }
            else if (c == '-' && Peek(1) == '-')
            {
                int end = _text[_at..].IndexOfAny('\n', '\r');
                _at = end < 0 ? _text.Length : _at + end;
            }
            else if (c == '/' && Peek(1) == '*')
            {
                if (!SkipBlockComment())
                {
                    return false;
                }
            }
            else
            {
                break;
            }
        }

        return true;
    }

    private bool SkipBlockComment()
    {
        int start = _at;
        int level = 0;
        while (_at < _text.Length)
        {
            if (_text[_at] == '/' && Peek(1) == '*')
            {
                level++;
                _at += 2;
            }
            else if (_text[_at] == '*' && Peek(1) == '/')
            {
                level--;
                _at += 2;
                if (level == 0)
                {
                    return true;
                }
            }
            else
            {
                _at++;
            }
        }

        return FailNear(start, "unterminated /* comment");
    }

    private bool Word(int start)
    {
        char c = _text[start];
        char next = Peek(1);
        if (next == '\'')
        {
            switch (c)
            {
                case 'e' or 'E':
                    return Quoted(TokenKind.EscapeString, start, start + 1, backslashes: true);
                case 'b' or 'B':
                    return Quoted(TokenKind.BitString, start, start + 1, backslashes: false);
                case 'x' or 'X':
                    return Quoted(TokenKind.HexString, start, start + 1, backslashes: false);
                case 'n' or 'N':
                    return Quoted(TokenKind.NationalString, start, start + 1, backslashes: false);
            }
        }
        else if (next == '&' && c is 'u' or 'U')
        {
            switch (Peek(2))
            {
                case '\'':
                    return Quoted(TokenKind.UnicodeString, start, start + 2, backslashes: false);
                case '"':
                    return QuotedIdentifier(TokenKind.UnicodeIdentifier, start, start + 2);
            }
        }

        do
        {
            _at++;
        }
        while (_at < _text.Length && IsIdentifierPart(_text[_at]));

        K keyword = Keywords.Find(_text[start.._at]);
        return Add(keyword == K.NoKeyword ? TokenKind.Identifier : TokenKind.Keyword, start, keyword);
    }

    private void SkipDigits()
    {
        while (char.IsAsciiDigit(Peek()) || (Peek() == '_' && char.IsAsciiDigit(Peek(1))))
        {
            _at++;
        }
    }

    /// <summary>Whether a word starts where a number ends; if so it is skipped, for the message.</summary>
    private bool Junk()
    {
        if (_at >= _text.Length || !IsIdentifierStart(_text[_at]))
        {
            return false;
        }

        while (_at < _text.Length && IsIdentifierPart(_text[_at]))
        {
            _at++;
        }

        return true;
    }

    private bool Number(int start)
    {
        if (Peek() == '0' && Radix(Peek(1)) is int radix and > 0)
        {
            int digits = _at + 2;
            _at = digits;
            while (IsDigit(Peek(), radix) || (Peek() == '_' && IsDigit(Peek(1), radix)))
            {
                _at++;
            }

            return _at == digits || Junk()
                ? FailNear(start, "trailing junk after numeric literal")
                : Add(TokenKind.Integer, start);
        }

        var kind = TokenKind.Integer;
        SkipDigits();
        if (Peek() == '.' && Peek(1) != '.')
        {
            kind = TokenKind.Decimal;
            _at++;
            SkipDigits();
        }

        if (Peek() is 'e' or 'E')
        {
            int sign = Peek(1) is '+' or '-' ? 1 : 0;
            if (char.IsAsciiDigit(Peek(1 + sign)))
            {
                kind = TokenKind.Decimal;
                _at += 1 + sign;
                SkipDigits();
            }
        }

        return Junk() ? FailNear(start, "trailing junk after numeric literal") : Add(kind, start);
    }

    private static int Radix(char c) => c switch
    {
        'x' or 'X' => 16,
        'o' or 'O' => 8,
        'b' or 'B' => 2,
        _ => 0,
    };

    private static bool IsDigit(char c, int radix) => char.IsAsciiHexDigit(c) && LiteralText.HexValue(c) < radix;

    /// <summary>
    /// The longest run of operator characters, cut before a comment; a run of several ends in + or - only if it holds
    /// one of ~ ! @ # ^ &amp; | ` ? %. Looks no further than <see cref="OperatorWindow"/>: time stays linear.
    /// </summary>
    private bool Operator(int start)
    {
        ReadOnlySpan<char> run = _text[start..Math.Min(_text.Length, start + OperatorWindow)];
        int length = run.IndexOfAnyExcept(Operators);
        run = length < 0 ? run : run[..length];
        int comment = run.IndexOf("--");
        int block = run.IndexOf("/*");
        if (block >= 0 && (comment < 0 || block < comment))
        {
            comment = block;
        }

        if (comment >= 0)
        {
            run = run[..comment];
        }

        if (run.IndexOfAny(NonStandard) < 0)
        {
            ReadOnlySpan<char> trimmed = run.TrimEnd("+-");
            run = run[..Math.Max(1, trimmed.Length)];
        }

        _at = start + run.Length;
        return run.Length > SqlLimits.IdentifierBytesMax
            ? Fail(start, SqlState.SyntaxError, "operator too long")
            : Add(OperatorKind(run), start);
    }

    internal static TokenKind OperatorKind(ReadOnlySpan<char> symbol) => symbol switch
    {
        "<" => TokenKind.Less,
        ">" => TokenKind.Greater,
        "=" => TokenKind.Equals,
        "+" => TokenKind.Plus,
        "-" => TokenKind.Minus,
        "*" => TokenKind.Star,
        "/" => TokenKind.Slash,
        "%" => TokenKind.Percent,
        "^" => TokenKind.Caret,
        "<=" => TokenKind.LessEquals,
        ">=" => TokenKind.GreaterEquals,
        "<>" or "!=" => TokenKind.NotEquals,
        "=>" => TokenKind.Arrow,
        _ => TokenKind.Operator,
    };
}
