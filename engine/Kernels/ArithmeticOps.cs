using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Vectorized.Engine.Kernels;

/// <summary>
/// A binary operation on one element type that may go wrong (overflow). The vector form adds to an accumulator whose
/// sign bits say "somewhere here"; the scalar form says which row.
/// </summary>
internal interface IArithmetic<T> where T : unmanaged
{
    /// <summary>False if the result does not fit.</summary>
    static abstract bool Apply(T a, T b, out T result);

    /// <summary>A zero on the right is the error "division by zero".</summary>
    static virtual bool DividesByRight => false;

    /// <summary>Whether there is a vector form.</summary>
    static virtual bool HasVector => true;

    static abstract Vector256<T> Apply(Vector256<T> a, Vector256<T> b, ref Vector256<T> bad);

    /// <summary>A faster way for one right operand, of which no result goes wrong; false: there is none for it, nothing was done.</summary>
    static virtual unsafe bool ByConstant(T* a, T b, int rowCount, T* result) => false;
}

/// <summary>Addition of int2, int4, int8: an overflow turns the sign of both operands.</summary>
internal readonly struct AddIntegers<T> : IArithmetic<T> where T : unmanaged, IBinaryInteger<T>, ISignedNumber<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Apply(T a, T b, out T result)
    {
        result = unchecked(a + b);
        return !T.IsNegative((a ^ result) & (b ^ result));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Apply(Vector256<T> a, Vector256<T> b, ref Vector256<T> bad)
    {
        var result = a + b;
        bad |= (a ^ result) & (b ^ result);
        return result;
    }
}

internal readonly struct SubtractIntegers<T> : IArithmetic<T> where T : unmanaged, IBinaryInteger<T>, ISignedNumber<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Apply(T a, T b, out T result)
    {
        result = unchecked(a - b);
        return !T.IsNegative((a ^ b) & (a ^ result));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Apply(Vector256<T> a, Vector256<T> b, ref Vector256<T> bad)
    {
        var result = a - b;
        bad |= (a ^ b) & (a ^ result);
        return result;
    }
}

internal readonly struct MultiplyInt16 : IArithmetic<short>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Apply(short a, short b, out short result)
    {
        int product = a * b;
        result = unchecked((short)product);
        return result == product;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Apply(Vector256<short> a, Vector256<short> b, ref Vector256<short> bad)
    {
        var (lowA, highA) = Vector256.Widen(a);
        var (lowB, highB) = Vector256.Widen(b);
        var result = a * b;
        var (low, high) = Vector256.Widen(result);
        // All ones where the product differs from its narrowed form; any set sign bit will do.
        var wrong = ~Vector256.Equals(lowA * lowB, low) | ~Vector256.Equals(highA * highB, high);
        bad |= wrong.AsInt16();
        return result;
    }
}

internal readonly struct MultiplyInt32 : IArithmetic<int>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Apply(int a, int b, out int result)
    {
        long product = (long)a * b;
        result = unchecked((int)product);
        return result == product;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Apply(Vector256<int> a, Vector256<int> b, ref Vector256<int> bad)
    {
        var (lowA, highA) = Vector256.Widen(a);
        var (lowB, highB) = Vector256.Widen(b);
        var result = a * b;
        var (low, high) = Vector256.Widen(result);
        var wrong = ~Vector256.Equals(lowA * lowB, low) | ~Vector256.Equals(highA * highB, high);
        bad |= wrong.AsInt32();
        return result;
    }
}

internal readonly struct MultiplyInt64 : IArithmetic<long>
{
    public static bool HasVector => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Apply(long a, long b, out long result)
    {
        long high = Math.BigMul(a, b, out result);
        return high == result >> 63;
    }

    public static Vector256<long> Apply(Vector256<long> a, Vector256<long> b, ref Vector256<long> bad) => a * b;
}

/// <summary>Division; the caller has sorted out zero divisors. Only MIN / -1 overflows.</summary>
internal readonly struct DivideIntegers<T> : IArithmetic<T> where T : unmanaged, IBinaryInteger<T>, ISignedNumber<T>, IMinMaxValue<T>
{
    public static bool HasVector => false;

    public static bool DividesByRight => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Apply(T a, T b, out T result)
    {
        if (T.IsZero(b) || b == T.NegativeOne)
        {
            result = T.IsZero(b) ? T.Zero : unchecked(T.Zero - a);
            return !T.IsZero(b) && a != T.MinValue;
        }

        result = a / b;
        return true;
    }

    public static Vector256<T> Apply(Vector256<T> a, Vector256<T> b, ref Vector256<T> bad) => a;
}

/// <summary>The remainder with the dividend's sign; MIN % -1 is 0.</summary>
internal readonly struct ModuloIntegers<T> : IArithmetic<T> where T : unmanaged, IBinaryInteger<T>, ISignedNumber<T>
{
    public static bool HasVector => false;

    public static bool DividesByRight => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Apply(T a, T b, out T result)
    {
        if (T.IsZero(b) || b == T.NegativeOne)
        {
            result = T.Zero;
            return !T.IsZero(b);
        }

        result = a % b;
        return true;
    }

    public static Vector256<T> Apply(Vector256<T> a, Vector256<T> b, ref Vector256<T> bad) => a;

    public static unsafe bool ByConstant(T* a, T b, int rowCount, T* result) =>
        typeof(T) == typeof(long) && RemainderKernel.TryApply((long*)a, long.CreateTruncating(b), rowCount, (long*)result);
}

/// <summary>Addition of floats: an infinity out of finite operands is an overflow.</summary>
internal readonly struct AddFloats<T> : IArithmetic<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Apply(T a, T b, out T result)
    {
        result = a + b;
        return !T.IsInfinity(result) || T.IsInfinity(a) || T.IsInfinity(b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Apply(Vector256<T> a, Vector256<T> b, ref Vector256<T> bad)
    {
        var result = a + b;
        bad |= FloatChecks.Overflow(a, b, result);
        return result;
    }
}

internal readonly struct SubtractFloats<T> : IArithmetic<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Apply(T a, T b, out T result)
    {
        result = a - b;
        return !T.IsInfinity(result) || T.IsInfinity(a) || T.IsInfinity(b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Apply(Vector256<T> a, Vector256<T> b, ref Vector256<T> bad)
    {
        var result = a - b;
        bad |= FloatChecks.Overflow(a, b, result);
        return result;
    }
}

/// <summary>Also a zero out of operands that are none is an error: underflow.</summary>
internal readonly struct MultiplyFloats<T> : IArithmetic<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Apply(T a, T b, out T result)
    {
        result = a * b;
        return (!T.IsInfinity(result) || T.IsInfinity(a) || T.IsInfinity(b))
            && (!T.IsZero(result) || T.IsZero(a) || T.IsZero(b));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Apply(Vector256<T> a, Vector256<T> b, ref Vector256<T> bad)
    {
        var result = a * b;
        var zero = Vector256<T>.Zero;
        var underflow = Vector256.AndNot(
            Vector256.Equals(result, zero), Vector256.Equals(a, zero) | Vector256.Equals(b, zero));
        bad |= FloatChecks.Overflow(a, b, result) | underflow;
        return result;
    }
}

/// <summary>Division: a zero divisor is an error unless the dividend is NaN.</summary>
internal readonly struct DivideFloats<T> : IArithmetic<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static bool DividesByRight => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Apply(T a, T b, out T result)
    {
        result = a / b;
        return (!T.IsInfinity(result) || T.IsInfinity(a))
            && (!T.IsZero(result) || T.IsZero(a) || T.IsInfinity(b))
            && (!T.IsZero(b) || T.IsNaN(a));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Apply(Vector256<T> a, Vector256<T> b, ref Vector256<T> bad)
    {
        var result = a / b;
        var zero = Vector256<T>.Zero;
        var underflow = Vector256.AndNot(
            Vector256.Equals(result, zero), Vector256.Equals(a, zero) | FloatChecks.IsInfinite(b));
        var byZero = Vector256.Equals(b, zero) & Vector256.Equals(a, a);
        bad |= Vector256.AndNot(FloatChecks.IsInfinite(result), FloatChecks.IsInfinite(a)) | underflow | byZero;
        return result;
    }
}

internal static class FloatChecks
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<T> IsInfinite<T>(Vector256<T> a) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Vector256.Equals(Vector256.Abs(a), Vector256.Create(T.PositiveInfinity));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<T> Overflow<T>(Vector256<T> a, Vector256<T> b, Vector256<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Vector256.AndNot(IsInfinite(result), IsInfinite(a) | IsInfinite(b));
}
