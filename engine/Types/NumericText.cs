using System.Buffers.Text;
using System.Runtime.CompilerServices;

namespace Vectorized.Engine.Types;

/// <summary>
/// numeric as text in its three forms. Output is exact and keeps the scale (1.2300); input is PostgreSQL's: digits with
/// a point, an exponent, NaN, [+-]Infinity. A value with more digits than the form holds is rounded half away from zero
/// behind the point and refused (22003) before it. An exponent that leaves nothing of the value is out of range, as in
/// RisingWave.
/// </summary>
public static class NumericText
{
    private const int DigitsMax = 38;

    public static void Append(FreeNumeric value, ref TextSink sink)
    {
        if (!value.IsFinite)
        {
            sink.Write(value.IsNaN ? "NaN"u8 : value.IsNegative ? "-Infinity"u8 : "Infinity"u8);
            return;
        }

        Append(value.IsNegative, value.Coefficient, value.Scale, ref sink);
    }

    /// <summary>A value of form Scaled128: value * 10^-scale.</summary>
    public static void Append(Int128 value, int scale, ref TextSink sink)
    {
        if (value == (long)value)
        {
            Append((long)value, scale, ref sink);
        }
        else
        {
            Append(value < 0, Numerics.Magnitude(value), scale, ref sink);
        }
    }

    /// <summary>A value of form Scaled64.</summary>
    public static void Append(long value, int scale, ref TextSink sink)
    {
        if (scale == 0)
        {
            IntegerText.Append(value, ref sink);
            return;
        }

        Append(value < 0, value < 0 ? unchecked(0 - (ulong)value) : (ulong)value, scale, ref sink);
    }

    internal static void Append(bool negative, UInt128 coefficient, int scale, ref TextSink sink)
    {
        Span<byte> digits = stackalloc byte[40];
        int count = WriteDigits(coefficient, digits);
        var target = sink.GetSpan(Math.Max(count, scale) + 3);
        int at = 0;
        if (negative)
        {
            target[at++] = (byte)'-';
        }

        int whole = count - scale;
        if (whole <= 0)
        {
            target[at++] = (byte)'0';
        }
        else
        {
            digits[..whole].CopyTo(target[at..]);
            at += whole;
        }

        if (scale > 0)
        {
            target[at++] = (byte)'.';
            for (int i = whole; i < 0; i++)
            {
                target[at++] = (byte)'0';
            }

            var fraction = digits[Math.Max(whole, 0)..count];
            fraction.CopyTo(target[at..]);
            at += fraction.Length;
        }

        sink.Advance(at);
    }

    public static ValueStatus TryParse(ReadOnlySpan<byte> text, out FreeNumeric value)
    {
        if (TryParseShort(text, out long coefficient, out int scale))
        {
            value = FreeNumeric.FromInt64(coefficient, scale);
            return ValueStatus.Ok;
        }

        var status = TryTakeApart(text, out var parts);
        if (status != ValueStatus.Ok || parts.Special != 0)
        {
            value = parts.Special == 0 ? default : parts.Special == 'n' ? FreeNumeric.NaN
                : parts.Negative ? FreeNumeric.NegativeInfinity : FreeNumeric.PositiveInfinity;
            return status;
        }

        status = NumericForms.ToFree(parts.Negative, parts.Coefficient, parts.Scale, parts.NextDigit, out value);
        return status == ValueStatus.Ok && parts.HasExponent && value.IsZero && parts.Coefficient != 0
            ? ValueStatus.NumericOverflow : status;
    }

    public static ValueStatus TryParseScaled64(ReadOnlySpan<byte> text, int precision, int scale, out long value)
    {
        if (TryParseShort(text, out long coefficient, out int digits))
        {
            return NumericForms.Rescale(coefficient, digits, precision, scale, out value);
        }

        var status = TryParseScaled128(text, precision, scale, out var wide);
        value = (long)wide;
        return status;
    }

    public static ValueStatus TryParseScaled128(ReadOnlySpan<byte> text, int precision, int scale, out Int128 value)
    {
        value = 0;
        var status = TryTakeApart(text, out var parts);
        if (status != ValueStatus.Ok)
        {
            return status;
        }

        if (parts.Special != 0)
        {
            return ValueStatus.NumericOverflow;
        }

        if (parts.Coefficient == 0)
        {
            return ValueStatus.Ok;
        }

        Int128 signed = parts.Negative ? -(Int128)parts.Coefficient : (Int128)parts.Coefficient;
        if (parts.Scale == scale && parts.NextDigit >= 5)
        {
            signed += parts.Negative ? -1 : 1;
        }

        if (scale - (long)parts.Scale > DigitsMax)
        {
            return ValueStatus.NumericOverflow;
        }

        return NumericForms.Rescale(signed, parts.Scale, precision, scale, out value);
    }

    /// <summary>[-]digits[.digits] with at most 18 digits: nearly all input.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryParseShort(ReadOnlySpan<byte> text, out long coefficient, out int scale)
    {
        coefficient = 0;
        scale = 0;
        int at = text.Length > 0 && text[0] == (byte)'-' ? 1 : 0;
        int start = at;
        if ((uint)(text.Length - at - 1) > 18)
        {
            return false;
        }

        int point = -1;
        for (; at < text.Length; at++)
        {
            uint digit = (uint)(text[at] - '0');
            if (digit <= 9)
            {
                coefficient = (coefficient * 10) + digit;
            }
            else if (text[at] == (byte)'.' && point < 0)
            {
                point = at;
            }
            else
            {
                return false;
            }
        }

        int digits = text.Length - start - (point < 0 ? 0 : 1);
        if (digits is 0 or > 18)
        {
            return false;
        }

        scale = point < 0 ? 0 : text.Length - point - 1;
        coefficient = start == 0 ? coefficient : -coefficient;
        return true;
    }

    /// <summary>The parts of a number: coefficient * 10^-Scale, up to 38 digits, and the first digit cut off.</summary>
    private struct Parts
    {
        internal bool Negative;
        internal UInt128 Coefficient;
        internal int Scale;
        internal int NextDigit;
        internal bool HasExponent;

        /// <summary>n: NaN; i: infinity; 0: a number.</summary>
        internal char Special;
    }

    private static ValueStatus TryTakeApart(ReadOnlySpan<byte> text, out Parts parts)
    {
        parts = default;
        text = TextScan.Trim(text);
        if (text.Length > 0 && text[0] is (byte)'-' or (byte)'+')
        {
            parts.Negative = text[0] == (byte)'-';
            text = text[1..];
        }

        if (text.Length > 0 && TextScan.IsLetter(text[0]))
        {
            parts.Special = TextScan.Is(text, "nan"u8) ? 'n'
                : TextScan.Is(text, "infinity"u8) || TextScan.Is(text, "inf"u8) ? 'i' : '\0';
            return parts.Special == 0 ? ValueStatus.InvalidText : ValueStatus.Ok;
        }

        int at = 0;
        int digits = 0;
        long scale = 0;
        int taken = 0;
        int dropped = 0;
        bool point = false;
        for (; at < text.Length; at++)
        {
            uint digit = (uint)(text[at] - '0');
            if (digit <= 9)
            {
                digits++;
                if (taken < DigitsMax)
                {
                    parts.Coefficient = (parts.Coefficient * 10) + digit;
                    taken += parts.Coefficient == 0 ? 0 : 1;
                    scale += point ? 1 : 0;
                }
                else
                {
                    parts.NextDigit = dropped++ == 0 ? (int)digit : parts.NextDigit;
                    scale -= point ? 0 : 1;
                }
            }
            else if (text[at] == (byte)'.' && !point)
            {
                point = true;
            }
            else
            {
                break;
            }
        }

        if (digits == 0)
        {
            return ValueStatus.InvalidText;
        }

        if (at < text.Length)
        {
            var status = IntegerText.TryParseInt64(text[(at + 1)..], out long exponent);
            if ((text[at] | 0x20) != 'e' || status == ValueStatus.InvalidText || TextScan.IsSpace(text[at + 1]))
            {
                return ValueStatus.InvalidText;
            }

            parts.HasExponent = true;
            exponent = status == ValueStatus.Ok ? exponent : text[at + 1] == (byte)'-' ? long.MinValue : long.MaxValue;
            scale -= Math.Clamp(exponent, -1_000_000, 1_000_000);
        }

        parts.Scale = (int)Math.Clamp(scale, -2_000_000, 2_000_000);
        return ValueStatus.Ok;
    }

    private static int WriteDigits(UInt128 value, Span<byte> digits)
    {
        if (value <= ulong.MaxValue)
        {
            Utf8Formatter.TryFormat((ulong)value, digits, out int written);
            return written;
        }

        const ulong Unit = 10_000_000_000_000_000_000;
        var (high, low) = UInt128.DivRem(value, Unit);
        int count = WriteDigits(high, digits);
        Utf8Formatter.TryFormat((ulong)low, digits[count..], out _, new System.Buffers.StandardFormat('D', 19));
        return count + 19;
    }
}
