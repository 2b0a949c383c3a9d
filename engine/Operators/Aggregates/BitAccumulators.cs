using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vectorized.Engine.Operators.Aggregates;

/// <summary>The bits so far, and whether there are any. Insertions only (exclusive or takes retractions, too).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Bits
{
    internal long Value;
    internal long IsPresent;
}

internal readonly struct AndBits<T> : IAccumulate<Bits, T> where T : unmanaged, IBinaryInteger<T>
{
    public static bool TryAdd(ref Bits cell, T value, long weight)
    {
        long bits = long.CreateTruncating(value);
        cell.Value = cell.IsPresent == 0 ? bits : cell.Value & bits;
        cell.IsPresent = 1;
        return true;
    }

    public static bool TryMerge(ref Bits cell, ref Bits other)
    {
        if (other.IsPresent != 0)
        {
            cell.Value = cell.IsPresent == 0 ? other.Value : cell.Value & other.Value;
            cell.IsPresent = 1;
        }

        return true;
    }
}

internal readonly struct OrBits<T> : IAccumulate<Bits, T> where T : unmanaged, IBinaryInteger<T>
{
    public static bool TryAdd(ref Bits cell, T value, long weight)
    {
        cell.Value |= long.CreateTruncating(value);
        cell.IsPresent = 1;
        return true;
    }

    public static bool TryMerge(ref Bits cell, ref Bits other)
    {
        cell.Value |= other.Value;
        cell.IsPresent |= other.IsPresent;
        return true;
    }
}

/// <summary>Exclusive or is its own inverse: an odd weight of either sign flips.</summary>
internal readonly struct XorBits<T> : IAccumulate<Bits, T> where T : unmanaged, IBinaryInteger<T>
{
    public static bool TryAdd(ref Bits cell, T value, long weight)
    {
        cell.Value ^= (weight & 1) == 0 ? 0 : long.CreateTruncating(value);
        return true;
    }

    public static bool TryMerge(ref Bits cell, ref Bits other)
    {
        cell.Value ^= other.Value;
        return true;
    }
}

/// <summary>How many values have each bit set: what and/or need to take retractions.</summary>
[InlineArray(64)]
internal struct BitCounts
{
    private long _first;
}

internal readonly struct CountBits<T> : IAccumulate<BitCounts, T> where T : unmanaged, IBinaryInteger<T>
{
    public static bool TryAdd(ref BitCounts cell, T value, long weight)
    {
        ulong bits = (ulong)long.CreateTruncating(value);
        for (; bits != 0; bits &= bits - 1)
        {
            cell[BitOperations.TrailingZeroCount(bits)] += weight;
        }

        return true;
    }

    public static bool TryMerge(ref BitCounts cell, ref BitCounts other)
    {
        for (int i = 0; i < 64; i++)
        {
            cell[i] += other[i];
        }

        return true;
    }
}
