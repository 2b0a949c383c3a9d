using System.Runtime.CompilerServices;

namespace Vectorized.Engine.Types;

/// <summary>Small scans over UTF-8 text that the parsers of this folder share.</summary>
internal static class TextScan
{
    /// <summary>C's isspace in the C locale.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsSpace(byte b) => b == ' ' || (uint)(b - 9) < 5;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsDigit(byte b) => (uint)(b - '0') <= 9;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsLetter(byte b) => (uint)((b | 0x20) - 'a') < 26;

    internal static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text)
    {
        int start = 0;
        int end = text.Length;
        while (start < end && IsSpace(text[start]))
        {
            start++;
        }

        while (end > start && IsSpace(text[end - 1]))
        {
            end--;
        }

        return text[start..end];
    }

    /// <summary>Compares with a lower-case ASCII word, ignoring case.</summary>
    internal static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lowerCaseWord)
    {
        if (text.Length != lowerCaseWord.Length)
        {
            return false;
        }

        for (int i = 0; i < text.Length; i++)
        {
            byte b = text[i];
            if ((uint)(b - 'A') < 26)
            {
                b |= 0x20;
            }

            if (b != lowerCaseWord[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True if the text is a prefix of the lower-case word, ignoring case, at least <paramref name="lengthMin"/> long.</summary>
    internal static bool IsPrefixOf(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lowerCaseWord, int lengthMin) =>
        text.Length >= lengthMin && text.Length <= lowerCaseWord.Length && Is(text, lowerCaseWord[..text.Length]);
}
