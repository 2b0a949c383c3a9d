using System.Text.RegularExpressions;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>PostgreSQL's replacement text: \1 to \9 are groups, \&amp; the match, \\ a backslash.</summary>
internal static class RegexReplacement
{
    internal static void Append(ReadOnlySpan<byte> replacement, Match match, scoped in RegexText text, ref TextSink sink)
    {
        for (int i = 0; i < replacement.Length; i++)
        {
            byte b = replacement[i];
            if (b != (byte)'\\' || i + 1 == replacement.Length)
            {
                sink.WriteByte(b);
                continue;
            }

            byte next = replacement[++i];
            if (next is >= (byte)'1' and <= (byte)'9')
            {
                var group = match.Groups[next - '0'];
                if (group.Success)
                {
                    text.Append(group.Index, group.Length, ref sink);
                }
            }
            else if (next == (byte)'&')
            {
                text.Append(match.Index, match.Length, ref sink);
            }
            else
            {
                if (next != (byte)'\\')
                {
                    sink.WriteByte((byte)'\\');
                }

                sink.WriteByte(next);
            }
        }
    }
}
