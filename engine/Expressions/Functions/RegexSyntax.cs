using System.Text;
using System.Text.RegularExpressions;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>
/// PostgreSQL's advanced regular expressions as .NET's: the same language but for anchors, word boundaries, bracket
/// classes and flags. Matching is leftmost, and alternatives are tried in order, as RisingWave's (PostgreSQL
/// prefers the longest).
/// </summary>
internal static class RegexSyntax
{
    /// <summary>Reads flags: i c (case), n m (newlines end lines), s (they do not), x (expanded), q (literal), g (all matches).</summary>
    internal static RegexOptions Options(ReadOnlySpan<byte> flags, out bool global, out bool literal)
    {
        var options = RegexOptions.CultureInvariant | RegexOptions.Singleline;
        global = false;
        literal = false;
        foreach (byte flag in flags)
        {
            switch (flag)
            {
                case (byte)'i': options |= RegexOptions.IgnoreCase; break;
                case (byte)'c': options &= ~RegexOptions.IgnoreCase; break;
                case (byte)'n' or (byte)'m': options = (options | RegexOptions.Multiline) & ~RegexOptions.Singleline; break;
                case (byte)'p': options &= ~RegexOptions.Singleline; break;
                case (byte)'w': options |= RegexOptions.Multiline; break;
                case (byte)'s': options = (options | RegexOptions.Singleline) & ~RegexOptions.Multiline; break;
                case (byte)'x': options |= RegexOptions.IgnorePatternWhitespace; break;
                case (byte)'t' or (byte)'e' or (byte)'b': break;
                case (byte)'q': literal = true; break;
                case (byte)'g': global = true; break;
                default:
                    throw new SqlException(
                        SqlState.InvalidParameterValue, $"invalid regular expression option: \"{(char)flag}\"");
            }
        }

        return options;
    }

    internal static string Translate(string pattern, RegexOptions options)
    {
        var result = new StringBuilder(pattern.Length + 16);
        int at = 0;
        if (pattern.StartsWith("***=", StringComparison.Ordinal))
        {
            return Regex.Escape(pattern[4..]);
        }

        if (pattern.StartsWith("***:", StringComparison.Ordinal))
        {
            at = 4;
        }

        for (; at < pattern.Length; at++)
        {
            char c = pattern[at];
            switch (c)
            {
                case '\\' when at + 1 < pattern.Length:
                    Escape(pattern[++at], result);
                    break;
                case '\\':
                    throw Invalid("invalid escape \\ sequence");
                case '[':
                    at = Bracket(pattern, at, result);
                    break;
                case '$' when (options & RegexOptions.Multiline) == 0:
                    result.Append("\\z");
                    break;
                default:
                    result.Append(c);
                    break;
            }
        }

        return result.ToString();
    }

    internal static SqlException Invalid(string reason) =>
        new(SqlState.InvalidRegularExpression, $"invalid regular expression: {reason}");

    /// <summary>PostgreSQL's words for what is wrong with a pattern.</summary>
    internal static string ReasonOf(RegexParseError error) => error switch
    {
        RegexParseError.InsufficientClosingParentheses or RegexParseError.InsufficientOpeningParentheses => "parentheses () not balanced",
        RegexParseError.UnterminatedBracket => "brackets [] not balanced",
        RegexParseError.ReversedCharacterRange => "invalid character range",
        RegexParseError.ReversedQuantifierRange => "invalid repetition count(s)",
        RegexParseError.QuantifierAfterNothing or RegexParseError.NestedQuantifiersNotParenthesized => "quantifier operand invalid",
        RegexParseError.UndefinedNumberedReference => "invalid backreference number",
        _ => "invalid escape \\ sequence",
    };

    private static void Escape(char c, StringBuilder result) => result.Append(c switch
    {
        'm' => @"\b(?=\w)",
        'M' => @"\b(?<=\w)",
        'y' => @"\b",
        'Y' => @"\B",
        'Z' => @"\z",
        'A' => @"\A",
        'B' => @"\\",
        _ when char.IsAsciiLetterOrDigit(c) => "\\" + c,
        // Any other escaped character is itself; .NET refuses to escape some.
        _ => Regex.Escape(c.ToString()),
    });

    /// <summary>Copies a bracket expression from its [, spelling out [:class:]; returns the index of its ].</summary>
    private static int Bracket(string pattern, int start, StringBuilder result)
    {
        int at = start + 1;
        result.Append('[');
        if (at < pattern.Length && pattern[at] == '^')
        {
            result.Append('^');
            at++;
        }

        // A ] that comes first stands for itself.
        if (at < pattern.Length && pattern[at] == ']')
        {
            result.Append("\\]");
            at++;
        }

        for (; at < pattern.Length; at++)
        {
            char c = pattern[at];
            if (c == ']')
            {
                result.Append(']');
                return at;
            }

            if (c == '[' && at + 1 < pattern.Length && pattern[at + 1] is ':' or '.' or '=')
            {
                char kind = pattern[at + 1];
                int end = pattern.IndexOf($"{kind}]", at + 2, StringComparison.Ordinal);
                if (end < 0)
                {
                    throw Invalid("brackets [] not balanced");
                }

                string name = pattern[(at + 2)..end];
                result.Append(kind == ':' ? ClassOf(name) : Regex.Escape(name));
                at = end + 1;
                continue;
            }

            if (c == '\\' && at + 1 < pattern.Length)
            {
                result.Append('\\').Append(pattern[++at]);
                continue;
            }

            result.Append(c == '[' ? "\\[" : c.ToString());
        }

        throw Invalid("brackets [] not balanced");
    }

    private static string ClassOf(string name) => name switch
    {
        "alpha" => @"\p{L}",
        "digit" => @"\d",
        "alnum" => @"\p{L}\p{Nd}",
        "space" => @"\s",
        "blank" => @" \t",
        "upper" => @"\p{Lu}",
        "lower" => @"\p{Ll}",
        "punct" => @"!-/:-@\[-`{-~\p{P}",
        "xdigit" => "0-9A-Fa-f",
        "cntrl" => @"\x00-\x1F\x7F",
        "print" => @" -~\p{L}\p{N}\p{P}\p{S}",
        "graph" => @"!-~\p{L}\p{N}\p{P}\p{S}",
        "word" => @"\w",
        _ => throw Invalid("invalid character class"),
    };
}
