using System.Runtime.CompilerServices;

namespace Vectorized.Engine.Types;

/// <summary>
/// bytea and uuid as text. A uuid's 16 bytes stand in memory in network order, so that byte order is value order.
/// </summary>
public static class HexText
{
    private static ReadOnlySpan<byte> Digits => "0123456789abcdef"u8;

    /// <summary>\x and two digits a byte (bytea_output = hex).</summary>
    public static void AppendBytea(scoped ReadOnlySpan<byte> bytes, ref TextSink sink)
    {
        sink.Write("\\x"u8);
        AppendHex(bytes, ref sink);
    }

    public static void AppendHex(scoped ReadOnlySpan<byte> bytes, ref TextSink sink)
    {
        var target = sink.GetSpan(checked(bytes.Length * 2));
        for (int i = 0; i < bytes.Length; i++)
        {
            target[(2 * i) + 1] = Digits[bytes[i] & 15];
            target[2 * i] = Digits[bytes[i] >> 4];
        }

        sink.Advance(bytes.Length * 2);
    }

    public static void AppendUuid(Int128 value, ref TextSink sink)
    {
        Span<byte> bytes = stackalloc byte[16];
        Unsafe.WriteUnaligned(ref bytes[0], value);
        AppendHex(bytes[..4], ref sink);
        for (int i = 4; i < 10; i += 2)
        {
            sink.WriteByte((byte)'-');
            AppendHex(bytes.Slice(i, 2), ref sink);
        }

        sink.WriteByte((byte)'-');
        AppendHex(bytes[10..], ref sink);
    }

    /// <summary>32 hex digits, hyphens allowed between groups of four, braces around; as uuid_in.</summary>
    public static ValueStatus TryParseUuid(ReadOnlySpan<byte> text, out Int128 value)
    {
        value = 0;
        text = TextScan.Trim(text);
        if (text.Length > 1 && text[0] == '{' && text[^1] == '}')
        {
            text = text[1..^1];
        }

        Span<byte> bytes = stackalloc byte[16];
        int at = 0;
        for (int i = 0; i < 16; i++)
        {
            int digits = text.Length - at < 2 ? -1 : (Value(text[at]) << 4) | Value(text[at + 1]);
            if (digits < 0)
            {
                return ValueStatus.InvalidText;
            }

            bytes[i] = (byte)digits;
            at += 2;
            if ((i & 1) == 1 && i < 15 && at < text.Length && text[at] == '-')
            {
                at++;
            }
        }

        value = Unsafe.ReadUnaligned<Int128>(ref bytes[0]);
        return at == text.Length ? ValueStatus.Ok : ValueStatus.InvalidText;
    }

    /// <summary>bytea input: \x with hex digits (white space allowed between bytes), else escape format.</summary>
    public static ValueStatus TryParseBytea(ReadOnlySpan<byte> text, ref TextSink bytes)
    {
        if (text.Length >= 2 && text[0] == '\\' && text[1] is (byte)'x' or (byte)'X')
        {
            return TryParseHex(text[2..], ref bytes);
        }

        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                bytes.WriteByte(text[i]);
            }
            else if (i + 1 < text.Length && text[i + 1] == '\\')
            {
                bytes.WriteByte((byte)'\\');
                i++;
            }
            else if (i + 3 < text.Length && text[i + 1] is >= (byte)'0' and <= (byte)'3' && IsOctal(text[i + 2]) && IsOctal(text[i + 3]))
            {
                bytes.WriteByte((byte)(((text[i + 1] - '0') << 6) | ((text[i + 2] - '0') << 3) | (text[i + 3] - '0')));
                i += 3;
            }
            else
            {
                return ValueStatus.InvalidText;
            }
        }

        return ValueStatus.Ok;
    }

    public static ValueStatus TryParseHex(ReadOnlySpan<byte> text, ref TextSink bytes)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (TextScan.IsSpace(text[i]))
            {
                continue;
            }

            int high = Value(text[i]);
            int low = ++i < text.Length ? Value(text[i]) : -1;
            if ((high | low) < 0)
            {
                return ValueStatus.InvalidText;
            }

            bytes.WriteByte((byte)((high << 4) | low));
        }

        return ValueStatus.Ok;
    }

    private static bool IsOctal(byte b) => b is >= (byte)'0' and <= (byte)'7';

    private static int Value(byte b)
    {
        int digit = b - '0';
        if ((uint)digit <= 9)
        {
            return digit;
        }

        int letter = (b | 0x20) - 'a';
        return (uint)letter < 6 ? letter + 10 : -1;
    }
}
