using System.Globalization;
using System.Runtime.CompilerServices;

namespace Vectorized.Engine.Types;

/// <summary>
/// float4 and float8 as text. Output is the shortest that reads back to the same bits, laid out as PostgreSQL does
/// (extra_float_digits > 0): fixed notation while -4 &lt;= exponent &lt; 15 (6 for float4), else d.ddde+XX.
/// </summary>
public static class FloatText
{
    private static ReadOnlySpan<double> PowersOfTen =>
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ];

    public static void Append(double value, ref TextSink sink)
    {
        if (!double.IsFinite(value))
        {
            AppendSpecial(value, ref sink);
            return;
        }

        long whole = (long)value;
        if (whole == value && whole is > -1_000_000_000_000_000 and < 1_000_000_000_000_000
            && (whole != 0 || !double.IsNegative(value)))
        {
            IntegerText.Append(whole, ref sink);
            return;
        }

        Span<byte> digits = stackalloc byte[32];
        value.TryFormat(digits, out int written, default, CultureInfo.InvariantCulture);
        Relayout(digits[..written], fixedExponentMax: 15, ref sink);
    }

    public static void Append(float value, ref TextSink sink)
    {
        if (!float.IsFinite(value))
        {
            AppendSpecial(value, ref sink);
            return;
        }

        int whole = (int)value;
        if (whole == value && whole is > -1_000_000 and < 1_000_000 && (whole != 0 || !float.IsNegative(value)))
        {
            IntegerText.Append(whole, ref sink);
            return;
        }

        Span<byte> digits = stackalloc byte[32];
        value.TryFormat(digits, out int written, default, CultureInfo.InvariantCulture);
        Relayout(digits[..written], fixedExponentMax: 6, ref sink);
    }

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
            value = double.NaN;
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

    private static void AppendSpecial(double value, ref TextSink sink) =>
        sink.Write(double.IsNaN(value) ? "NaN"u8 : value > 0 ? "Infinity"u8 : "-Infinity"u8);

    /// <summary>Takes .NET's shortest form apart into digits and exponent and lays it out again.</summary>
    private static void Relayout(scoped ReadOnlySpan<byte> text, int fixedExponentMax, ref TextSink sink)
    {
        Span<byte> digits = stackalloc byte[32];
        int count = 0;
        int exponent = -1;
        int shift = 0;
        bool point = false;
        bool leading = true;
        int at = 0;
        if (text[0] == (byte)'-')
        {
            sink.WriteByte((byte)'-');
            at = 1;
        }

        for (; at < text.Length; at++)
        {
            byte b = text[at];
            if (b == '.')
            {
                point = true;
            }
            else if (b == 'E')
            {
                System.Buffers.Text.Utf8Parser.TryParse(text[(at + 1)..], out shift, out _);
                break;
            }
            else
            {
                exponent += point ? 0 : 1;
                if (leading && b == '0')
                {
                    exponent -= 1;
                    continue;
                }

                leading = false;
                digits[count++] = b;
            }
        }

        if (count == 0)
        {
            sink.WriteByte((byte)'0');
            return;
        }

        exponent += shift;
        while (count > 1 && digits[count - 1] == '0')
        {
            count--;
        }

        Layout(digits[..count], exponent, fixedExponentMax, ref sink);
    }

    /// <summary>digits d1 d2 ... stand for d1.d2... * 10^exponent.</summary>
    private static void Layout(scoped ReadOnlySpan<byte> digits, int exponent, int fixedExponentMax, ref TextSink sink)
    {
        if (exponent < -4 || exponent >= fixedExponentMax)
        {
            sink.WriteByte(digits[0]);
            if (digits.Length > 1)
            {
                sink.WriteByte((byte)'.');
                sink.Write(digits[1..]);
            }

            sink.Write(exponent < 0 ? "e-"u8 : "e+"u8);
            int magnitude = Math.Abs(exponent);
            if (magnitude < 10)
            {
                sink.WriteByte((byte)'0');
            }

            IntegerText.Append(magnitude, ref sink);
            return;
        }

        if (exponent < 0)
        {
            sink.Write("0.00000"u8[..(1 - exponent)]);
            sink.Write(digits);
            return;
        }

        if (digits.Length <= exponent + 1)
        {
            sink.Write(digits);
            for (int i = digits.Length; i <= exponent; i++)
            {
                sink.WriteByte((byte)'0');
            }

            return;
        }

        sink.Write(digits[..(exponent + 1)]);
        sink.WriteByte((byte)'.');
        sink.Write(digits[(exponent + 1)..]);
    }
}
