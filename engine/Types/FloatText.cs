using System.Globalization;

namespace Vectorized.Engine.Types;

/// <summary>
/// float4 and float8 as text. Output is the shortest that reads back to the same bits, laid out as PostgreSQL does
/// (extra_float_digits > 0): fixed notation while -4 &lt;= exponent &lt; 15 (6 for float4), else d.ddde+XX.
/// </summary>
public static class FloatText
{
    /// <summary>Fixed notation while FixedMin &lt;= exponent &lt; FixedEnd; a padded exponent has a sign and two digits.</summary>
    private readonly record struct Notation(int FixedMin, int FixedEnd, bool PadsExponent);

    private static Notation Float8Notation => new(-4, 15, true);

    private static Notation Float4Notation => new(-4, 6, true);

    private static Notation JsonNotation => new(-5, 16, false);

    private const double ExactIntegerMax64 = 1L << 53;
    private const float ExactIntegerMax32 = 1 << 24;
    private const float UInt127End = 1.7014118e38f;

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
        double magnitude = Math.Abs(value);
        if (magnitude is >= ExactIntegerMax64 and < UInt127End && IsHalfway(
            digits[..written], (UInt128)magnitude, (UInt128)Math.BitIncrement(magnitude), (UInt128)Math.BitDecrement(magnitude)))
        {
            written = FormatInside(value, written, digits);
        }

        Relayout(digits[..written], Float8Notation, ref sink);
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
        float magnitude = Math.Abs(value);
        if (magnitude is >= ExactIntegerMax32 and < UInt127End && IsHalfway(
            digits[..written], (UInt128)magnitude, (UInt128)MathF.BitIncrement(magnitude), (UInt128)MathF.BitDecrement(magnitude)))
        {
            written = FormatInside(value, written, digits);
        }

        Relayout(digits[..written], Float4Notation, ref sink);
    }

    /// <summary>
    /// A float as a JSON number in jsonb (RisingWave's form): always with a point or an exponent. Only for finite values.
    /// </summary>
    public static void AppendJson(double value, ref TextSink sink)
    {
        Span<byte> digits = stackalloc byte[32];
        value.TryFormat(digits, out int written, default, CultureInfo.InvariantCulture);
        int start = sink.Position;
        Relayout(digits[..written], JsonNotation, ref sink);
        if (sink.Written[start..].IndexOfAny((byte)'.', (byte)'e') < 0)
        {
            sink.Write(".0"u8);
        }
    }

    /// <summary>
    /// PostgreSQL does not take digits that lie exactly halfway to a neighbour, though they would read back by rounding
    /// to even (1e23 prints as 9.999999999999999e+22). Only whole numbers too large for their mantissa can lie there.
    /// </summary>
    private static bool IsHalfway(scoped ReadOnlySpan<byte> text, UInt128 value, UInt128 above, UInt128 below)
    {
        return NumericText.TryParseScaled128(text.TrimStart((byte)'-'), 38, 0, out var shortest) == ValueStatus.Ok
            && ((UInt128)shortest * 2 == value + above || (UInt128)shortest * 2 == value + below);
    }

    /// <summary>The fewest digits, rounded from the exact value, that read back and are more than the ones given.</summary>
    private static int FormatInside(double value, int length, Span<byte> digits)
    {
        int count = 0;
        foreach (byte b in digits[..length])
        {
            if (b == 'E')
            {
                break;
            }

            count += TextScan.IsDigit(b) ? 1 : 0;
        }

        Span<byte> format = stackalloc byte[40];
        for (int precision = Math.Min(count, 16); ; precision++)
        {
            value.TryFormat(format, out int written, ExactFormats[precision], CultureInfo.InvariantCulture);
            int exponentAt = format.IndexOf((byte)'E');
            if (precision == 16 || format[exponentAt - 1] != '0')
            {
                format[..written].CopyTo(digits);
                return written;
            }
        }
    }

    private static readonly string[] ExactFormats = [.. Enumerable.Range(0, 17).Select(i => "E" + i)];

    private static void AppendSpecial(double value, ref TextSink sink) =>
        sink.Write(double.IsNaN(value) ? "NaN"u8 : value > 0 ? "Infinity"u8 : "-Infinity"u8);

    /// <summary>Takes .NET's shortest form apart into digits and exponent and lays it out again.</summary>
    private static void Relayout(scoped ReadOnlySpan<byte> text, Notation notation, ref TextSink sink)
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

        Layout(digits[..count], exponent, notation, ref sink);
    }

    /// <summary>digits d1 d2 ... stand for d1.d2... * 10^exponent.</summary>
    private static void Layout(scoped ReadOnlySpan<byte> digits, int exponent, Notation notation, ref TextSink sink)
    {
        if (exponent < notation.FixedMin || exponent >= notation.FixedEnd)
        {
            sink.WriteByte(digits[0]);
            if (digits.Length > 1)
            {
                sink.WriteByte((byte)'.');
                sink.Write(digits[1..]);
            }

            AppendExponent(exponent, notation.PadsExponent, ref sink);
            return;
        }

        if (exponent < 0)
        {
            sink.Write("0.000000"u8[..(1 - exponent)]);
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

    private static void AppendExponent(int exponent, bool isPadded, ref TextSink sink)
    {
        sink.WriteByte((byte)'e');
        if (isPadded || exponent < 0)
        {
            sink.WriteByte(exponent < 0 ? (byte)'-' : (byte)'+');
        }

        int magnitude = Math.Abs(exponent);
        if (isPadded && magnitude < 10)
        {
            sink.WriteByte((byte)'0');
        }

        IntegerText.Append(magnitude, ref sink);
    }
}
