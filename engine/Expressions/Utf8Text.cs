using System.Numerics;
using System.Runtime.InteropServices;

namespace Vectorized.Engine.Expressions;

/// <summary>Counting and finding characters (code points) in UTF-8 bytes known to be valid.</summary>
internal static class Utf8Text
{
    internal static bool IsAscii(ReadOnlySpan<byte> text) => System.Text.Ascii.IsValid(text);

    /// <summary>How many characters there are: bytes that do not continue one.</summary>
    internal static int Count(ReadOnlySpan<byte> text)
    {
        int count = text.Length;
        // Eight bytes a step: continuation bytes are 10xxxxxx.
        var words = MemoryMarshal.Cast<byte, ulong>(text);
        foreach (ulong word in words)
        {
            count -= BitOperations.PopCount(word & ~(word << 1) & 0x8080_8080_8080_8080);
        }

        foreach (byte b in text[(words.Length * 8)..])
        {
            count -= (b & 0xC0) == 0x80 ? 1 : 0;
        }

        return count;
    }

    /// <summary>The byte offset of the character at an index, or the text's length when it has fewer.</summary>
    internal static int OffsetOf(ReadOnlySpan<byte> text, int character)
    {
        if (character <= 0)
        {
            return 0;
        }

        if (character >= text.Length)
        {
            // At least as many characters wanted as there are bytes.
            return text.Length;
        }

        for (int i = 0; i < text.Length; i++)
        {
            if ((text[i] & 0xC0) != 0x80 && character-- == 0)
            {
                return i;
            }
        }

        return text.Length;
    }

    /// <summary>The byte offset of the character that many from the end, or 0.</summary>
    internal static int OffsetFromEnd(ReadOnlySpan<byte> text, int characters)
    {
        int at = text.Length;
        while (characters > 0 && at > 0)
        {
            at--;
            characters -= (text[at] & 0xC0) != 0x80 ? 1 : 0;
        }

        return at;
    }

    /// <summary>Bytes of the character that starts with a byte.</summary>
    internal static int Length(byte first) => first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}
