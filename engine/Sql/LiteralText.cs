using System.Text;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Sql;

/// <summary>
/// What the text of a token says: names folded and cut, strings with their escapes resolved. Static, allocates only the
/// result (and a builder where there are escapes). Positions in errors are 1-based, from the token's place in the text.
/// </summary>
internal static class LiteralText
{
    public static int HexValue(char c) => c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;

    /// <summary>A bare identifier: ASCII letters in lower case, cut to the limit.</summary>
    public static string Fold(ReadOnlySpan<char> word)
    {
        string folded = word.ContainsAnyInRange('A', 'Z')
            ? string.Create(word.Length, word, static (to, from) =>
            {
                for (int i = 0; i < from.Length; i++)
                {
                    to[i] = char.IsAsciiLetterUpper(from[i]) ? (char)(from[i] | 0x20) : from[i];
                }
            })
            : word.ToString();
        return Cut(folded);
    }

    /// <summary>Cuts a name to the identifier limit at a character's end.</summary>
    public static string Cut(string name)
    {
        if (name.Length * 3 <= SqlLimits.IdentifierBytesMax
            || Encoding.UTF8.GetByteCount(name) <= SqlLimits.IdentifierBytesMax)
        {
            return name;
        }

        int bytes = 0;
        int length = 0;
        foreach (Rune rune in name.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > SqlLimits.IdentifierBytesMax)
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return name[..length];
    }

    /// <summary>"name" with its quotes, `""` for a quote.</summary>
    public static string QuotedName(ReadOnlySpan<char> token)
    {
        ReadOnlySpan<char> inner = token[1..^1];
        string name = inner.ToString();
        return Cut(inner.Contains('"') ? name.Replace("\"\"", "\"", StringComparison.Ordinal) : name);
    }

    /// <summary>'text' with its quotes, perhaps continued over lines.</summary>
    public static string Plain(ReadOnlySpan<char> token)
    {
        int close = token[1..].IndexOf('\'') + 1;
        return close == token.Length - 1
            ? token[1..^1].ToString()
            : Unquote(token, backslashes: false).ToString();
    }

    /// <summary>$tag$text$tag$.</summary>
    public static string Dollar(ReadOnlySpan<char> token)
    {
        int tag = token[1..].IndexOf('$') + 2;
        return token[tag..^tag].ToString();
    }

    /// <summary>The parts between quotes put together, `''` as a quote; escapes stay (a backslash protects what
    /// follows it).</summary>
    private static StringBuilder Unquote(ReadOnlySpan<char> token, bool backslashes)
    {
        var text = new StringBuilder(token.Length);
        bool inside = false;
        for (int i = 0; i < token.Length; i++)
        {
            char c = token[i];
            if (!inside)
            {
                if (c == '-')
                {
                    int end = token[i..].IndexOfAny('\n', '\r');
                    i += end;
                }

                inside = c == '\'';
            }
            else if (c == '\'' && i + 1 < token.Length && token[i + 1] == '\'')
            {
                text.Append('\'');
                i++;
            }
            else if (c == '\'')
            {
                inside = false;
            }
            else
            {
                text.Append(c);
                if (backslashes && c == '\\' && i + 1 < token.Length)
                {
                    text.Append(token[++i]);
                }
            }
        }

        return text;
    }

    /// <summary>E'text': \b \f \n \r \t, \ooo and \xhh (bytes of UTF-8), \uxxxx, \Uxxxxxxxx, \c for c.</summary>
    public static string Escaped(ReadOnlySpan<char> token, int position)
    {
        string raw = Unquote(token[1..], backslashes: true).ToString();
        return raw.Contains('\\') ? new EscapeReader(raw, position).Read() : raw;
    }

    /// <summary>U&amp;'text' or U&amp;"name", inner text already unquoted: \xxxx, \+xxxxxx, and \\ with any escape
    /// character.</summary>
    public static string Unicode(string raw, char escape, int position)
    {
        if (!raw.Contains(escape))
        {
            return raw;
        }

        var text = new StringBuilder(raw.Length);
        for (int i = 0; i < raw.Length; i++)
        {
            if (raw[i] != escape)
            {
                text.Append(raw[i]);
                continue;
            }

            if (i + 1 < raw.Length && raw[i + 1] == escape)
            {
                text.Append(escape);
                i++;
                continue;
            }

            bool six = i + 1 < raw.Length && raw[i + 1] == '+';
            int start = i + (six ? 2 : 1);
            int digits = six ? 6 : 4;
            if (HexNumber(raw, start, digits) is not int code)
            {
                throw new SqlException(
                    SqlState.SyntaxError, "invalid Unicode escape", position,
                    "Unicode escapes must be \\XXXX or \\+XXXXXX.");
            }

            AppendCode(text, code, position);
            i = start + digits - 1;
        }

        return Surrogates(text, position);
    }

    /// <summary>U&amp;'...' without its prefix and quotes.</summary>
    public static string UnicodeBody(ReadOnlySpan<char> token) => Unquote(token[2..], backslashes: false).ToString();

    /// <summary>The digits of a number: no underscores, hexadecimal, octal and binary written out in decimal.</summary>
    public static string Number(ReadOnlySpan<char> token)
    {
        string text = token.ToString().Replace("_", "", StringComparison.Ordinal);
        if (text.Length < 2 || text[0] != '0' || char.IsAsciiDigit(text[1]) || text[1] is '.' or 'e' or 'E')
        {
            return text;
        }

        int radix = (text[1] | 0x20) switch { 'x' => 16, 'o' => 8, _ => 2 };
        System.Numerics.BigInteger value = 0;
        foreach (char c in text.AsSpan(2))
        {
            value = (value * radix) + HexValue(c);
        }

        return value.ToString();
    }

    public static int? HexNumber(string text, int start, int digits)
    {
        if (start + digits > text.Length)
        {
            return null;
        }

        int value = 0;
        for (int i = start; i < start + digits; i++)
        {
            if (!char.IsAsciiHexDigit(text[i]))
            {
                return null;
            }

            value = (value << 4) + HexValue(text[i]);
        }

        return value;
    }

    public static void AppendCode(StringBuilder text, int code, int position)
    {
        if (code is <= 0 or > 0x10FFFF)
        {
            throw new SqlException(SqlState.SyntaxError, "invalid Unicode escape value", position);
        }

        if (code < 0x10000)
        {
            text.Append((char)code);
        }
        else
        {
            text.Append(char.ConvertFromUtf32(code));
        }
    }

    /// <summary>The text, if each surrogate in it has its other half.</summary>
    public static string Surrogates(StringBuilder text, int position)
    {
        string done = text.ToString();
        for (int i = 0; i < done.Length; i++)
        {
            if (!char.IsSurrogate(done[i]))
            {
                continue;
            }

            if (!char.IsHighSurrogate(done[i]) || i + 1 == done.Length || !char.IsLowSurrogate(done[i + 1]))
            {
                throw new SqlException(SqlState.SyntaxError, "invalid Unicode surrogate pair", position);
            }

            i++;
        }

        return done;
    }
}
