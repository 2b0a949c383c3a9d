namespace Vectorized.Engine.Types;

/// <summary>boolean as text: t and f out; true, yes, on, 1 and their opposites, or unique prefixes of them, in.</summary>
public static class BooleanText
{
    public static void Append(bool value, ref TextSink sink) => sink.WriteByte(value ? (byte)'t' : (byte)'f');

    public static ValueStatus TryParse(ReadOnlySpan<byte> text, out bool value)
    {
        if (text.Length == 1)
        {
            value = text[0] is (byte)'t' or (byte)'1';
            if (value || text[0] is (byte)'f' or (byte)'0')
            {
                return ValueStatus.Ok;
            }
        }

        text = TextScan.Trim(text);
        value = TextScan.IsPrefixOf(text, "true"u8, 1) || TextScan.IsPrefixOf(text, "yes"u8, 1) || TextScan.Is(text, "on"u8)
            || (text.Length == 1 && text[0] == '1');
        return value || TextScan.IsPrefixOf(text, "false"u8, 1) || TextScan.IsPrefixOf(text, "no"u8, 1)
            || TextScan.IsPrefixOf(text, "off"u8, 2) || (text.Length == 1 && text[0] == '0')
            ? ValueStatus.Ok : ValueStatus.InvalidText;
    }
}
