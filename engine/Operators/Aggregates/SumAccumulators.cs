using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Vectorized.Engine.Kernels;

namespace Vectorized.Engine.Operators.Aggregates;

/// <summary>Sum of int2 and int4 in 64 bits; refuses what overflows them.</summary>
internal readonly struct SumInt64<T> : IAccumulate<long, T> where T : unmanaged, IBinaryInteger<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryAdd(ref long cell, T value, long weight)
    {
        long sum = cell;
        if (weight == 1)
        {
            long addend = long.CreateTruncating(value);
            long result = sum + addend;
            if (((sum ^ result) & (addend ^ result)) < 0)
            {
                return false;
            }

            cell = result;
            return true;
        }

        Int128 wide = sum + ((Int128)long.CreateTruncating(value) * weight);
        if (wide != (long)wide)
        {
            return false;
        }

        cell = (long)wide;
        return true;
    }

    public static bool TryMerge(ref long cell, ref long other) => SumInt64<long>.TryAdd(ref cell, other, 1);
}

/// <summary>128 bits in two words: what sums of 64-bit integers need, which no number of rows overflows.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WideSum
{
    internal ulong Low;
    internal long High;

    internal readonly Int128 Value => new((ulong)High, Low);
}

/// <summary>Sum of 64-bit integers: int8, scaled numerics.</summary>
internal readonly struct SumInt128 : IAccumulate<WideSum, long>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryAdd(ref WideSum cell, long value, long weight)
    {
        // By hand: Int128's operators move more than they need.
        ulong low;
        long high;
        if (weight == 1)
        {
            low = (ulong)value;
            high = value >> 63;
        }
        else
        {
            high = Math.BigMul(value, weight, out long lowSigned);
            low = (ulong)lowSigned;
        }

        ulong sum = cell.Low + low;
        cell.High += high + (sum < low ? 1 : 0);
        cell.Low = sum;
        return true;
    }

    public static bool TryMerge(ref WideSum cell, ref WideSum other)
    {
        ulong sum = cell.Low + other.Low;
        cell.High += other.High + (sum < other.Low ? 1 : 0);
        cell.Low = sum;
        return true;
    }
}

/// <summary>Sum of 128-bit scaled numerics in 256 bits.</summary>
internal readonly struct SumInt256 : IAccumulate<Int256, Int128>
{
    public static bool TryAdd(ref Int256 cell, Int128 value, long weight)
    {
        cell += weight == 1 ? Int256.From(value) : Int256.Product(value, weight);
        return true;
    }

    public static bool TryMerge(ref Int256 cell, ref Int256 other)
    {
        cell += other;
        return true;
    }
}

/// <summary>Sum of squares of 64-bit integers in 256 bits.</summary>
internal readonly struct SumOfSquares<T> : IAccumulate<Int256, T> where T : unmanaged, IBinaryInteger<T>
{
    public static bool TryAdd(ref Int256 cell, T value, long weight)
    {
        Int128 square = long.CreateTruncating(value);
        square *= square;
        cell += weight == 1 ? Int256.From(square) : Int256.Product(square, weight);
        return true;
    }

    public static bool TryMerge(ref Int256 cell, ref Int256 other) => SumInt256.TryMerge(ref cell, ref other);
}

/// <summary>An exact float sum, and how many NaN, +Infinity and -Infinity are in it, which it cannot hold.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FloatSum
{
    internal FloatExpansion Finite;
    internal long NaNCount;
    internal long PositiveInfinityCount;
    internal long NegativeInfinityCount;

    /// <summary>The finite part stands in a superaccumulator: marked by a NaN where none can be.</summary>
    internal readonly bool IsSpilled => double.IsNaN(Finite.High);

    internal readonly bool IsFinite => (NaNCount | PositiveInfinityCount | NegativeInfinityCount) == 0;

    /// <summary>What the infinities and NaN make of any sum.</summary>
    internal readonly double Special => NaNCount != 0 || (PositiveInfinityCount != 0 && NegativeInfinityCount != 0)
        ? double.NaN : PositiveInfinityCount != 0 ? double.PositiveInfinity : double.NegativeInfinity;

    internal void Spill() => Finite = new FloatExpansion { High = double.NaN };

    internal void CountSpecial(double value, long weight)
    {
        if (double.IsNaN(value))
        {
            NaNCount += weight;
        }
        else if (value > 0)
        {
            PositiveInfinityCount += weight;
        }
        else
        {
            NegativeInfinityCount += weight;
        }
    }

    internal void AddSpecials(in FloatSum other)
    {
        NaNCount += other.NaNCount;
        PositiveInfinityCount += other.PositiveInfinityCount;
        NegativeInfinityCount += other.NegativeInfinityCount;
    }

    /// <summary>Adds another sum; false, and nothing changed, where the parts do not fit. Neither has spilled.</summary>
    internal static bool TryMerge(ref FloatSum cell, ref FloatSum other)
    {
        var sum = cell.Finite;
        if (!sum.TryAdd(other.Finite.High) || !sum.TryAdd(other.Finite.Middle) || !sum.TryAdd(other.Finite.Low))
        {
            return false;
        }

        cell.Finite = sum;
        cell.AddSpecials(in other);
        return true;
    }
}

/// <summary>Sum of float8; refuses what the expansion cannot hold, which then goes to a superaccumulator.</summary>
internal readonly struct SumFloat64 : IAccumulate<FloatSum, double>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryAdd(ref FloatSum cell, double value, long weight) =>
        weight == 1 && double.IsFinite(value) ? cell.Finite.TryAdd(value) : AddOther(ref cell, value, weight);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool AddOther(ref FloatSum cell, double value, long weight)
    {
        if (!double.IsFinite(value))
        {
            cell.CountSpecial(value, weight);
            return true;
        }

        return FloatProduct.TryAdd(ref cell.Finite, value, weight);
    }
}

/// <summary>Sum of float4, exact in the same expansion.</summary>
internal readonly struct SumFloat32 : IAccumulate<FloatSum, float>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryAdd(ref FloatSum cell, float value, long weight) => SumFloat64.TryAdd(ref cell, value, weight);
}

/// <summary>Sum of squares of float8: each square as two doubles, exactly.</summary>
internal readonly struct SumOfSquares64 : IAccumulate<FloatSum, double>
{
    public static bool TryAdd(ref FloatSum cell, double value, long weight)
    {
        if (!double.IsFinite(value))
        {
            cell.CountSpecial(double.Abs(value), weight);
            return true;
        }

        var before = cell.Finite;
        double square = value * value;
        double rest = Math.FusedMultiplyAdd(value, value, -square);
        if (FloatProduct.IsExact(square, value) && FloatProduct.TryAdd(ref cell.Finite, square, weight)
            && FloatProduct.TryAdd(ref cell.Finite, rest, weight))
        {
            return true;
        }

        cell.Finite = before;
        return false;
    }
}

/// <summary>Sum of squares of float4.</summary>
internal readonly struct SumOfSquares32 : IAccumulate<FloatSum, float>
{
    public static bool TryAdd(ref FloatSum cell, float value, long weight) => SumOfSquares64.TryAdd(ref cell, value, weight);
}
