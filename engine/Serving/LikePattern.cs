namespace Vectorized.Engine.Serving;

/// <summary>LIKE on single names (SHOW ... LIKE); columns use the kernel.</summary>
internal static class LikePattern
{
    /// <summary>% is any run, _ any character; O(name x pattern) at worst.</summary>
    internal static bool Matches(ReadOnlySpan<char> text, ReadOnlySpan<char> pattern, bool ignoreCase)
    {
        while (pattern.Length > 0)
        {
            if (pattern[0] == '%')
            {
                for (int skip = 0; skip <= text.Length; skip++)
                {
                    if (Matches(text[skip..], pattern[1..], ignoreCase))
                    {
                        return true;
                    }
                }

                return false;
            }

            bool same = text.Length > 0 && (pattern[0] == '_' || text[0] == pattern[0]
                || (ignoreCase && char.ToLowerInvariant(text[0]) == char.ToLowerInvariant(pattern[0])));
            if (!same)
            {
                return false;
            }

            text = text[1..];
            pattern = pattern[1..];
        }

        return text.IsEmpty;
    }
}
