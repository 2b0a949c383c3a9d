using System.Text;
using System.Text.Unicode;
using Vectorized.Engine.Types;

namespace Vectorized.Pgwire.Protocol;

/// <summary>Text off the wire: strict UTF-8, as the session's encoding demands.</summary>
internal static class WireText
{
    /// <summary>The text, or 22021 naming the first bytes that are not UTF-8.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        Validate(bytes);
        return TextEncoding.UTF8.GetString(bytes);
    }

    public static void Validate(ReadOnlySpan<byte> bytes)
    {
        if (!Utf8.IsValid(bytes))
        {
            throw new SqlException(
                SqlState.CharacterNotInRepertoire,
                $"invalid byte sequence for encoding \"UTF8\": {FirstInvalid(bytes)}");
        }
    }

    /// <summary>
    /// A position counted in UTF-16 units, as the parser counts, turned into the protocol's: 1-based characters.
    /// </summary>
    public static int CharacterPosition(string text, int position)
    {
        int surrogates = 0;
        int units = Math.Min(position - 1, text.Length);
        for (int i = 0; i < units; i++)
        {
            surrogates += char.IsLowSurrogate(text[i]) ? 1 : 0;
        }

        return position - surrogates;
    }

    private static string FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        while (Rune.DecodeFromUtf8(bytes, out _, out int consumed) == System.Buffers.OperationStatus.Done)
        {
            bytes = bytes[consumed..];
        }

        var text = new StringBuilder();
        int length = Math.Min(bytes.Length, bytes[0] >= 0xF0 ? 4 : bytes[0] >= 0xE0 ? 3 : bytes[0] >= 0xC0 ? 2 : 1);
        for (int i = 0; i < length; i++)
        {
            text.Append(i == 0 ? "" : " ").Append("0x").Append(bytes[i].ToString("x2"));
        }

        return text.ToString();
    }
}
