using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>
/// SIMILAR TO's pattern as a regular expression: % is .*, _ is ., the rest of SQL's operators mean the same, everything
/// else is literal; escape and double quote marks (#") split off the part substring() wants.
/// </summary>
internal static class SimilarPattern
{
    internal static void Append(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> escape, ref TextSink sink)
    {
        if (escape.Length > 0 && Utf8Text.Length(escape[0]) != escape.Length)
        {
            throw new SqlException(
                SqlState.InvalidEscapeSequence, "invalid escape string", hint: "Escape string must be empty or one character.");
        }

        sink.Write("^(?:"u8);
        bool inBrackets = false;
        int marks = 0;
        for (int i = 0; i < pattern.Length; i++)
        {
            byte b = pattern[i];
            if (escape.Length > 0 && pattern[i..].StartsWith(escape))
            {
                i += escape.Length;
                if (i == pattern.Length)
                {
                    throw new SqlException(SqlState.InvalidEscapeSequence, "SIMILAR pattern must not end with escape character");
                }

                if (pattern[i] == (byte)'"' && !inBrackets)
                {
                    AppendMark(ref marks, ref sink);
                    continue;
                }

                sink.WriteByte((byte)'\\');
                sink.WriteByte(pattern[i]);
            }
            else if (inBrackets)
            {
                if (b == (byte)'\\')
                {
                    sink.WriteByte(b);
                }

                sink.WriteByte(b);
                inBrackets = b != (byte)']';
            }
            else
            {
                AppendPlain(b, ref inBrackets, ref sink);
            }
        }

        sink.Write(")$"u8);
    }

    private static void AppendPlain(byte b, ref bool inBrackets, ref TextSink sink)
    {
        switch (b)
        {
            case (byte)'%': sink.Write(".*"u8); break;
            case (byte)'_': sink.WriteByte((byte)'.'); break;
            case (byte)'(': sink.Write("(?:"u8); break;
            case (byte)'[':
                sink.WriteByte(b);
                inBrackets = true;
                break;
            case (byte)'\\' or (byte)'.' or (byte)'^' or (byte)'$':
                sink.WriteByte((byte)'\\');
                sink.WriteByte(b);
                break;
            default: sink.WriteByte(b); break;
        }
    }

    private static void AppendMark(ref int marks, ref TextSink sink)
    {
        switch (marks++)
        {
            case 0: sink.Write("){1,1}?("u8); break;
            case 1: sink.Write("){1,1}(?:"u8); break;
            default:
                throw new SqlException(
                    SqlState.InvalidEscapeSequence, "SQL regular expression may not contain more than two escape-double-quote separators");
        }
    }
}
