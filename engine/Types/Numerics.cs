using System.Runtime.CompilerServices;

namespace Vectorized.Engine.Types;

/// <summary>
/// Arithmetic on free numerics. Semantics of rust_decimal, hence RisingWave's, which are System.Decimal's: a sum keeps
/// the larger scale, a product the sum of scales, a quotient up to 28 decimals without trailing zeros; digits that do not
/// fit are rounded; what does not fit 96 bits is an overflow (22003). NaN and infinities follow PostgreSQL. Conversions
/// between the forms are <see cref="NumericForms"/>'s.
/// </summary>
public static class Numerics
{
    public static ValueStatus Add(FreeNumeric a, FreeNumeric b, out FreeNumeric result)
    {
        if (!a.IsFinite || !b.IsFinite)
        {
            result = a.IsNaN || b.IsNaN || (a.IsInfinity && b.IsInfinity && a.IsNegative != b.IsNegative)
                ? FreeNumeric.NaN : a.IsInfinity ? a : b;
            return ValueStatus.Ok;
        }

        try
        {
            result = FreeNumeric.FromDecimal(a.ToDecimal() + b.ToDecimal());
            return ValueStatus.Ok;
        }
        catch (OverflowException)
        {
            result = default;
            return ValueStatus.NumericOverflow;
        }
    }

    public static ValueStatus Subtract(FreeNumeric a, FreeNumeric b, out FreeNumeric result) => Add(a, Negate(b), out result);

    public static ValueStatus Multiply(FreeNumeric a, FreeNumeric b, out FreeNumeric result)
    {
        if (!a.IsFinite || !b.IsFinite)
        {
            bool negative = a.IsNegative != b.IsNegative;
            result = a.IsNaN || b.IsNaN || a.IsZero || b.IsZero ? FreeNumeric.NaN
                : negative ? FreeNumeric.NegativeInfinity : FreeNumeric.PositiveInfinity;
            return ValueStatus.Ok;
        }

        try
        {
            result = FreeNumeric.FromDecimal(a.ToDecimal() * b.ToDecimal());
            return ValueStatus.Ok;
        }
        catch (OverflowException)
        {
            result = default;
            return ValueStatus.NumericOverflow;
        }
    }

    public static ValueStatus Divide(FreeNumeric a, FreeNumeric b, out FreeNumeric result)
    {
        result = default;
        if (a.IsNaN || b.IsNaN || (a.IsInfinity && b.IsInfinity))
        {
            result = FreeNumeric.NaN;
            return ValueStatus.Ok;
        }

        if (b.IsZero)
        {
            return ValueStatus.DivisionByZero;
        }

        if (a.IsInfinity)
        {
            result = a.IsNegative != b.IsNegative ? FreeNumeric.NegativeInfinity : FreeNumeric.PositiveInfinity;
            return ValueStatus.Ok;
        }

        if (b.IsInfinity)
        {
            return ValueStatus.Ok;
        }

        try
        {
            result = FreeNumeric.FromDecimal(a.ToDecimal() / b.ToDecimal());
            return ValueStatus.Ok;
        }
        catch (OverflowException)
        {
            return ValueStatus.NumericOverflow;
        }
    }

    /// <summary>The remainder with the dividend's sign.</summary>
    public static ValueStatus Modulo(FreeNumeric a, FreeNumeric b, out FreeNumeric result)
    {
        result = default;
        if (a.IsNaN || b.IsNaN || (a.IsInfinity && !b.IsZero))
        {
            result = FreeNumeric.NaN;
            return ValueStatus.Ok;
        }

        if (b.IsZero)
        {
            return ValueStatus.DivisionByZero;
        }

        if (b.IsInfinity)
        {
            result = a;
            return ValueStatus.Ok;
        }

        try
        {
            result = FreeNumeric.FromDecimal(a.ToDecimal() % b.ToDecimal());
            return ValueStatus.Ok;
        }
        catch (OverflowException)
        {
            return ValueStatus.NumericOverflow;
        }
    }

    public static FreeNumeric Negate(FreeNumeric a) =>
        a.IsFinite ? FreeNumeric.Create(!a.IsNegative, a.Coefficient, a.Scale)
        : a.IsNaN ? a : a.IsNegative ? FreeNumeric.PositiveInfinity : FreeNumeric.NegativeInfinity;

    public static FreeNumeric Abs(FreeNumeric a) => a.IsNegative ? Negate(a) : a;

    public static int Sign(FreeNumeric a) => a.IsNegative ? -1 : a.IsZero ? 0 : 1;

    /// <summary>Rounds half away from zero at a number of decimals, which may be negative. Never adds zeros.</summary>
    public static ValueStatus Round(FreeNumeric a, int decimals, out FreeNumeric result) =>
        Cut(a, decimals, MidpointRounding.AwayFromZero, out result);

    public static ValueStatus Truncate(FreeNumeric a, int decimals, out FreeNumeric result) =>
        Cut(a, decimals, MidpointRounding.ToZero, out result);

    public static ValueStatus Ceiling(FreeNumeric a, out FreeNumeric result) =>
        Cut(a, 0, MidpointRounding.ToPositiveInfinity, out result);

    public static ValueStatus Floor(FreeNumeric a, out FreeNumeric result) =>
        Cut(a, 0, MidpointRounding.ToNegativeInfinity, out result);

    /// <summary>The fewest decimals that hold the value (PostgreSQL's min_scale).</summary>
    public static int MinScale(FreeNumeric a) => a.Canonical().Scale;

    /// <summary>
    /// sum / count of a scaled sum, exactly as long as 128 bits hold it, rounded once to at most 28 digits, without
    /// trailing zeros.
    /// </summary>
    public static ValueStatus Average(Int128 sum, int scale, long count, out FreeNumeric result)
    {
        if (NumericForms.ToFree(sum, scale, out var exact) == ValueStatus.Ok && NumericForms.IsExact(sum, exact))
        {
            return Divide(exact, FreeNumeric.FromInt64(count), out result);
        }

        // More digits than 96 bits hold: 38 digits by a count leave at least 19 significant ones before the point moves.
        result = default;
        if (count == 0)
        {
            return ValueStatus.DivisionByZero;
        }

        bool negative = sum < 0 != count < 0;
        var (quotient, remainder) = UInt128.DivRem(Magnitude(sum), Magnitude(count));
        var divisor = Magnitude(count);
        while (remainder != 0 && scale < FreeNumeric.ScaleMax && quotient <= (FreeNumeric.CoefficientMax - 9) / 10)
        {
            var (digit, rest) = UInt128.DivRem(remainder * 10, divisor);
            quotient = (quotient * 10) + digit;
            remainder = rest;
            scale++;
        }

        if (remainder >= divisor - remainder && remainder != 0)
        {
            quotient++;
        }

        return NumericForms.ToFree(negative, quotient, scale, 0, out result);
    }

    private static ValueStatus Cut(FreeNumeric a, int decimals, MidpointRounding mode, out FreeNumeric result)
    {
        result = a;
        if (!a.IsFinite || decimals >= a.Scale)
        {
            return ValueStatus.Ok;
        }

        if (decimals >= 0)
        {
            result = FreeNumeric.FromDecimal(decimal.Round(a.ToDecimal(), decimals, mode));
            return ValueStatus.Ok;
        }

        if (decimals < -FreeNumeric.ScaleMax)
        {
            result = default;
            return ValueStatus.Ok;
        }

        decimal unit = FreeNumeric.Create(false, (UInt128)PowersOfTen.Wide[-decimals], 0).ToDecimal();
        decimal whole = decimal.Truncate(a.ToDecimal());
        decimal rest = whole % unit;
        try
        {
            decimal cut = whole - rest;
            if (mode == MidpointRounding.AwayFromZero && Math.Abs(rest) >= unit / 2)
            {
                cut += rest < 0 ? -unit : unit;
            }

            result = FreeNumeric.FromDecimal(cut);
            return ValueStatus.Ok;
        }
        catch (OverflowException)
        {
            return ValueStatus.NumericOverflow;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static UInt128 Magnitude(Int128 value) => value < 0 ? unchecked((UInt128)0 - (UInt128)value) : (UInt128)value;
}
