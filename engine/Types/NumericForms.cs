using System.Runtime.CompilerServices;

namespace Vectorized.Engine.Types;

/// <summary>
/// Conversions between the three forms of numeric and to and from integers and floats. Losing decimals rounds half
/// away from zero (numeric's rule), losing digits before the point is an overflow.
/// </summary>
public static class NumericForms
{
    /// <summary>10^precision: values of numeric(precision, s) are below it in magnitude.</summary>
    public static Int128 Bound(int precision) => PowersOfTen.Wide[precision];

    /// <summary>Changes the scale of a 64-bit value and checks the new precision.</summary>
    public static ValueStatus Rescale(long value, int from, int precision, int to, out long result)
    {
        if (from == to)
        {
            result = value;
            return InBound64(result, precision);
        }

        if (to < from)
        {
            result = DivideRounded(value, from - to);
            return InBound64(result, precision);
        }

        return Narrow((Int128)value, to - from, precision, out result);
    }

    public static ValueStatus Rescale(Int128 value, int from, int precision, int to, out Int128 result)
    {
        if (to >= from)
        {
            if (to - from > 38 || !TryMultiply(value, PowersOfTen.Wide[to - from], out result))
            {
                result = 0;
                return value == 0 ? ValueStatus.Ok : ValueStatus.NumericOverflow;
            }
        }
        else
        {
            result = DivideRounded(value, from - to);
        }

        var bound = Bound(precision);
        return result < bound && result > -bound ? ValueStatus.Ok : ValueStatus.NumericOverflow;
    }

    /// <summary>value * 10^-scale as a free numeric; digits beyond 96 bits or 28 decimals are rounded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ValueStatus ToFree(Int128 value, int scale, out FreeNumeric result)
    {
        if (value == (long)value && (uint)scale <= FreeNumeric.ScaleMax)
        {
            result = FreeNumeric.FromInt64((long)value, scale);
            return ValueStatus.Ok;
        }

        return ToFree(value < 0, Numerics.Magnitude(value), scale, 0, out result);
    }

    /// <summary>
    /// (-1)^negative * coefficient * 10^-scale, <paramref name="nextDigit"/> being the digit after the coefficient's
    /// last, as a free numeric.
    /// </summary>
    internal static ValueStatus ToFree(bool negative, UInt128 coefficient, int scale, int nextDigit, out FreeNumeric result)
    {
        result = default;
        if (coefficient == 0 && nextDigit < 5)
        {
            result = FreeNumeric.Create(false, 0, Math.Clamp(scale, 0, FreeNumeric.ScaleMax));
            return ValueStatus.Ok;
        }

        while (scale < 0)
        {
            if (coefficient > FreeNumeric.CoefficientMax / 10)
            {
                return ValueStatus.NumericOverflow;
            }

            coefficient *= 10;
            scale++;
        }

        while (scale > FreeNumeric.ScaleMax || coefficient > FreeNumeric.CoefficientMax)
        {
            if (scale == 0)
            {
                return ValueStatus.NumericOverflow;
            }

            (coefficient, var digit) = UInt128.DivRem(coefficient, 10);
            nextDigit = (int)digit;
            scale--;
            if (coefficient == 0 && scale > FreeNumeric.ScaleMax)
            {
                return ValueStatus.Ok;
            }
        }

        if (nextDigit >= 5)
        {
            if (coefficient == FreeNumeric.CoefficientMax)
            {
                return ToFree(negative, coefficient / 10 + 1, scale - 1, 0, out result);
            }

            coefficient++;
        }

        result = FreeNumeric.Create(negative, coefficient, scale);
        return ValueStatus.Ok;
    }

    /// <summary>True if no digit of the scaled value was lost in the conversion.</summary>
    internal static bool IsExact(Int128 scaled, FreeNumeric free) => Numerics.Magnitude(scaled) == free.Coefficient;

    /// <summary>A free numeric as value * 10^scale in 64 bits. NaN and infinities do not fit (22003).</summary>
    public static ValueStatus ToScaled64(FreeNumeric value, int precision, int scale, out long result)
    {
        var status = ToScaled128(value, precision, scale, out var wide);
        result = (long)wide;
        return status;
    }

    public static ValueStatus ToScaled128(FreeNumeric value, int precision, int scale, out Int128 result)
    {
        result = 0;
        if (!value.IsFinite)
        {
            return ValueStatus.NumericOverflow;
        }

        var signed = (Int128)value.Coefficient;
        return Rescale(value.IsNegative ? -signed : signed, value.Scale, precision, scale, out result);
    }

    public static ValueStatus ToScaled64(Int128 value, int from, int precision, int to, out long result)
    {
        var status = Rescale(value, from, precision, to, out var wide);
        result = (long)wide;
        return status;
    }

    /// <summary>numeric to integer: rounds half away from zero; NaN and infinities are out of range.</summary>
    public static ValueStatus ToInt64(FreeNumeric value, out long result)
    {
        result = 0;
        if (!value.IsFinite)
        {
            return ValueStatus.OutOfRange;
        }

        var magnitude = value.Coefficient;
        if (value.Scale > 0)
        {
            magnitude = DivideRounded(magnitude, value.Scale);
        }

        if (magnitude > (value.IsNegative ? (UInt128)1 << 63 : (UInt128)long.MaxValue))
        {
            return ValueStatus.OutOfRange;
        }

        result = value.IsNegative ? unchecked((long)(0 - (ulong)magnitude)) : (long)magnitude;
        return ValueStatus.Ok;
    }

    public static ValueStatus ToInt64(Int128 value, int scale, out long result)
    {
        var whole = DivideRounded(value, scale);
        result = (long)whole;
        return whole == result ? ValueStatus.Ok : ValueStatus.OutOfRange;
    }

    public static double ToFloat64(FreeNumeric value) =>
        value.IsFinite ? ToFloat64(value.IsNegative, value.Coefficient, value.Scale)
        : value.IsNaN ? double.NaN : value.IsNegative ? double.NegativeInfinity : double.PositiveInfinity;

    public static double ToFloat64(Int128 value, int scale) => ToFloat64(value < 0, Numerics.Magnitude(value), scale);

    /// <summary>float8 to numeric: the shortest digits that name the float, 15 at most, as PostgreSQL's %.15g.</summary>
    public static ValueStatus FromFloat64(double value, out FreeNumeric result) => FromFloat(value, 15, out result);

    /// <summary>float4 to numeric: 6 digits at most.</summary>
    public static ValueStatus FromFloat32(float value, out FreeNumeric result) => FromFloat(value, 6, out result);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryMultiply(Int128 a, Int128 b, out Int128 product)
    {
        if (a == (long)a && b == (long)b)
        {
            long high = Math.BigMul((long)a, (long)b, out long low);
            product = new Int128((ulong)high, (ulong)low);
            return true;
        }

        try
        {
            product = checked(a * b);
            return true;
        }
        catch (OverflowException)
        {
            product = 0;
            return false;
        }
    }

    internal static Int128 DivideRounded(Int128 value, int digits)
    {
        if (digits <= 0)
        {
            return value;
        }

        var quotient = DivideRounded(Numerics.Magnitude(value), digits);
        return value < 0 ? -(Int128)quotient : (Int128)quotient;
    }

    internal static long DivideRounded(long value, int digits)
    {
        if (digits > 18)
        {
            return digits == 19 && Int128.Abs(value) >= (Int128)5_000_000_000_000_000_000 ? Math.Sign(value) : 0;
        }

        long unit = PowersOfTen.Int64[digits];
        var (quotient, rest) = Math.DivRem(value, unit);
        if (rest >= unit - rest)
        {
            return rest > 0 ? quotient + 1 : quotient;
        }

        return rest < 0 && -rest >= unit + rest ? quotient - 1 : quotient;
    }

    private static UInt128 DivideRounded(UInt128 value, int digits)
    {
        if (digits > 38)
        {
            return 0;
        }

        var unit = (UInt128)PowersOfTen.Wide[digits];
        var (quotient, rest) = UInt128.DivRem(value, unit);
        return rest >= unit - rest ? quotient + 1 : quotient;
    }

    private static ValueStatus Narrow(Int128 value, int up, int precision, out long result)
    {
        result = 0;
        if (up > 38 || !TryMultiply(value, PowersOfTen.Wide[up], out var wide))
        {
            return value == 0 ? ValueStatus.Ok : ValueStatus.NumericOverflow;
        }

        var bound = Bound(precision);
        result = (long)wide;
        return wide < bound && wide > -bound ? ValueStatus.Ok : ValueStatus.NumericOverflow;
    }

    private static ValueStatus InBound64(long value, int precision)
    {
        if (precision > 18)
        {
            return ValueStatus.Ok;
        }

        long bound = PowersOfTen.Int64[precision];
        return value < bound && value > -bound ? ValueStatus.Ok : ValueStatus.NumericOverflow;
    }

    private static double ToFloat64(bool negative, UInt128 coefficient, int scale)
    {
        // Up to 2^53 and 10^22 both operands are exact and one division rounds once; else through text, which is exact too.
        if (coefficient <= 1UL << 53 && (uint)scale <= 22)
        {
            double quotient = (double)(ulong)coefficient / Math.Pow(10, scale);
            return negative ? -quotient : quotient;
        }

        Span<byte> room = stackalloc byte[64];
        var sink = new TextSink(room);
        NumericText.Append(negative, coefficient, scale, ref sink);
        FloatParser.TryParse(sink.Written, out double value);
        return value;
    }

    private static ValueStatus FromFloat(double value, int digits, out FreeNumeric result)
    {
        if (!double.IsFinite(value))
        {
            result = double.IsNaN(value) ? FreeNumeric.NaN : value > 0 ? FreeNumeric.PositiveInfinity : FreeNumeric.NegativeInfinity;
            return ValueStatus.Ok;
        }

        Span<byte> text = stackalloc byte[40];
        value.TryFormat(
            text, out int written, digits == 15 ? "E14" : "E5", System.Globalization.CultureInfo.InvariantCulture);
        var status = NumericText.TryParse(text[..written], out result);
        if (status == ValueStatus.Ok)
        {
            result = result.Canonical();
        }

        return status;
    }
}
