namespace Vectorized.Engine.Sql;

/// <summary>Quoted things: strings, identifiers, dollar quotes.</summary>
internal ref partial struct Lexer
{
    /// <summary>A quoted string from its opening quote, with its continuations on further lines.</summary>
    private bool Quoted(TokenKind kind, int start, int quote, bool backslashes)
    {
        _at = quote + 1;
        while (true)
        {
            while (_at < _text.Length && _text[_at] != '\'')
            {
                _at += backslashes && _text[_at] == '\\' ? 2 : 1;
            }

            if (_at >= _text.Length)
            {
                _at = _text.Length;
                return FailNear(start, kind switch
                {
                    TokenKind.BitString => "unterminated bit string literal",
                    TokenKind.HexString => "unterminated hexadecimal string literal",
                    _ => "unterminated quoted string",
                });
            }

            _at++;
            if (Peek() == '\'')
            {
                _at++;
                continue;
            }

            if (!Continues())
            {
                return Add(kind, start);
            }
        }
    }

    /// <summary>After a closing quote: whether, past space that holds a line end, another quote opens.</summary>
    private bool Continues()
    {
        int end = _at;
        bool newLine = false;
        while (_at < _text.Length)
        {
            char c = _text[_at];
            if (IsSpace(c))
            {
                newLine |= c is '\n' or '\r';
                _at++;
            }
            else if (newLine && c == '-' && Peek(1) == '-')
            {
                int lineEnd = _text[_at..].IndexOfAny('\n', '\r');
                _at = lineEnd < 0 ? _text.Length : _at + lineEnd;
            }
            else
            {
                break;
            }
        }

        if (newLine && Peek() == '\'')
        {
            _at++;
            return true;
        }

        _at = end;
        return false;
    }

    private bool QuotedIdentifier(TokenKind kind, int start, int quote)
    {
        _at = quote + 1;
        while (true)
        {
            int length = _text[_at..].IndexOf('"');
            if (length < 0)
            {
                _at = _text.Length;
                return FailNear(start, "unterminated quoted identifier");
            }

            _at += length + 1;
            if (Peek() == '"')
            {
                _at++;
                continue;
            }

            return _at == quote + 2
                ? FailNear(start, "zero-length delimited identifier")
                : Add(kind, start);
        }
    }

    /// <summary>$1, $$...$$, $tag$...$tag$.</summary>
    private bool Dollar(int start)
    {
        if (char.IsAsciiDigit(Peek(1)))
        {
            _at++;
            SkipDigits();
            return Junk() ? FailNear(start, "trailing junk after parameter") : Add(TokenKind.Parameter, start);
        }

        int tagEnd = _at + 1;
        if (tagEnd < _text.Length && IsIdentifierStart(_text[tagEnd]))
        {
            while (tagEnd < _text.Length && IsIdentifierPart(_text[tagEnd]) && _text[tagEnd] != '$')
            {
                tagEnd++;
            }
        }

        if (tagEnd >= _text.Length || _text[tagEnd] != '$')
        {
            return Symbol(TokenKind.Unknown, 1);
        }

        ReadOnlySpan<char> tag = _text[start..(tagEnd + 1)];
        int length = _text[(tagEnd + 1)..].IndexOf(tag);
        if (length < 0)
        {
            _at = _text.Length;
            return FailNear(start, "unterminated dollar-quoted string");
        }

        _at = tagEnd + 1 + length + tag.Length;
        return Add(TokenKind.DollarString, start);
    }
}
