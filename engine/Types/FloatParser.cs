using System.Globalization;
using System.Runtime.CompilerServices;

namespace Vectorized.Engine.Types;

/// <summary>
/// Text to float4 and float8, correctly rounded: white space around, digits with a point and an exponent, NaN, [+-]Infinity
/// or inf. What rounds to infinity, or to 0 from something else, is out of range, as in PostgreSQL.
/// </summary>
public static class FloatParser
{
    private static ReadOnlySpan<double> PowersOfTen =>
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    ];

    public static ValueStatus TryParse(ReadOnlySpan<byte> text, out double value)
    {
        if (TryParseFast(text, out value))
        {
            return ValueStatus.Ok;
        }

        return TryParseSlow(text, out value);
    }

    public static ValueStatus TryParse(ReadOnlySpan<byte> text, out float value)
    {
        text = TextScan.Trim(text);
        if (!IsNumber(text, out bool hasDigit))
        {
            var status = TryParseSpecial(text, out double special);
            value = (float)special;
            return status;
        }

        if (!float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value))
        {
            return ValueStatus.InvalidText;
        }

        return float.IsInfinity(value) || (value == 0 && hasDigit) ? ValueStatus.OutOfRange : ValueStatus.Ok;
    }

    /// <summary>
    /// At most 15 significant digits and a power of ten up to 22: both are exact doubles, so one operation rounds
    /// once (Clinger, "How to read floating point numbers accurately", 1990).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryParseFast(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        int at = text.Length > 0 && text[0] == (byte)'-' ? 1 : 0;
        if ((uint)(text.Length - at - 1) >= 16)
        {
            return false;
        }

        ulong mantissa = 0;
        int digits = 0;
        int fraction = -1;
        for (int i = at; i < text.Length; i++)
        {
            uint digit = (uint)(text[i] - '0');
            if (digit <= 9)
            {
                mantissa = (mantissa * 10) + digit;
                digits++;
            }
            else if (text[i] == (byte)'.' && fraction < 0)
            {
                fraction = digits;
            }
            else
            {
                return false;
            }
        }

        if (digits is 0 or > 15)
        {
            return false;
        }

        value = fraction < 0 ? mantissa : mantissa / PowersOfTen[digits - fraction];
        value = at == 0 ? value : -value;
        return true;
    }

    private static ValueStatus TryParseSlow(ReadOnlySpan<byte> text, out double value)
    {
        text = TextScan.Trim(text);
        if (!IsNumber(text, out bool hasDigit))
        {
            return TryParseSpecial(text, out value);
        }

        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value))
        {
            return ValueStatus.InvalidText;
        }

        return double.IsInfinity(value) || (value == 0 && hasDigit) ? ValueStatus.OutOfRange : ValueStatus.Ok;
    }

    /// <summary>[sign] digits [. digits] [e [sign] digits], at least one digit before the e; tells if one of those is not 0.</summary>
    private static bool IsNumber(ReadOnlySpan<byte> text, out bool hasNonZeroDigit)
    {
        hasNonZeroDigit = false;
        int at = text.Length > 0 && text[0] is (byte)'-' or (byte)'+' ? 1 : 0;
        int digits = 0;
        bool point = false;
        for (; at < text.Length; at++)
        {
            byte b = text[at];
            if (TextScan.IsDigit(b))
            {
                digits++;
                hasNonZeroDigit |= b != '0';
            }
            else if (b == '.' && !point)
            {
                point = true;
            }
            else
            {
                break;
            }
        }

        if (digits == 0 || at == text.Length)
        {
            return digits != 0;
        }

        if ((text[at] | 0x20) != 'e')
        {
            return false;
        }

        at++;
        if (at < text.Length && text[at] is (byte)'-' or (byte)'+')
        {
            at++;
        }

        int exponentStart = at;
        while (at < text.Length && TextScan.IsDigit(text[at]))
        {
            at++;
        }

        return at == text.Length && at > exponentStart;
    }

    private static ValueStatus TryParseSpecial(ReadOnlySpan<byte> text, out double value)
    {
        bool signed = text.Length > 0 && text[0] is (byte)'-' or (byte)'+';
        bool negative = signed && text[0] == (byte)'-';
        var word = signed ? text[1..] : text;
        if (TextScan.Is(word, "nan"u8))
        {
            // PostgreSQL's NaN has no sign bit; .NET's has.
            value = BitConverter.UInt64BitsToDouble(0x7FF8_0000_0000_0000);
            return ValueStatus.Ok;
        }

        if (TextScan.Is(word, "infinity"u8) || TextScan.Is(word, "inf"u8))
        {
            value = negative ? double.NegativeInfinity : double.PositiveInfinity;
            return ValueStatus.Ok;
        }

        value = 0;
        return ValueStatus.InvalidText;
    }
}
