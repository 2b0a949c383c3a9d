using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Aggregates;

/// <summary>A total order of a type's values: SQL's, with equal values of different form (1.0 and 1.00) told apart last.</summary>
internal interface IValueOrder<T> where T : unmanaged
{
    static abstract bool Less(T left, T right);
}

/// <summary>The smallest or largest value so far: the value, then a flag that there is one. Insertions only.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Extreme<T> where T : unmanaged
{
    internal T Value;
    internal long IsPresent;
}

internal readonly struct Minimum<T, TOrder> : IAccumulate<Extreme<T>, T>
    where T : unmanaged where TOrder : struct, IValueOrder<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryAdd(ref Extreme<T> extreme, T value, long weight)
    {
        if (extreme.IsPresent == 0 || TOrder.Less(value, extreme.Value))
        {
            extreme.Value = value;
            extreme.IsPresent = 1;
        }

        return true;
    }

    public static bool TryMerge(ref Extreme<T> cell, ref Extreme<T> other) =>
        other.IsPresent == 0 || TryAdd(ref cell, other.Value, 1);
}

internal readonly struct Maximum<T, TOrder> : IAccumulate<Extreme<T>, T>
    where T : unmanaged where TOrder : struct, IValueOrder<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryAdd(ref Extreme<T> extreme, T value, long weight)
    {
        if (extreme.IsPresent == 0 || TOrder.Less(extreme.Value, value))
        {
            extreme.Value = value;
            extreme.IsPresent = 1;
        }

        return true;
    }

    public static bool TryMerge(ref Extreme<T> cell, ref Extreme<T> other) =>
        other.IsPresent == 0 || TryAdd(ref cell, other.Value, 1);
}

internal readonly struct OrderOfInt16 : IValueOrder<short>
{
    public static bool Less(short left, short right) => left < right;
}

internal readonly struct OrderOfInt32 : IValueOrder<int>
{
    public static bool Less(int left, int right) => left < right;
}

internal readonly struct OrderOfUInt32 : IValueOrder<int>
{
    public static bool Less(int left, int right) => (uint)left < (uint)right;
}

internal readonly struct OrderOfInt64 : IValueOrder<long>
{
    public static bool Less(long left, long right) => left < right;
}

/// <summary>NaN is the greatest, -0 the lesser zero.</summary>
internal readonly struct OrderOfFloat32 : IValueOrder<float>
{
    public static bool Less(float left, float right) => OrderOfFloat64.Less(left, right);
}

/// <summary>NaN is the greatest, -0 the lesser zero.</summary>
internal readonly struct OrderOfFloat64 : IValueOrder<double>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Less(double left, double right)
    {
        if (left < right)
        {
            return true;
        }

        return !(left > right) && Rank(left) < Rank(right);
    }

    private static int Rank(double value) => double.IsNaN(value) ? 2 : value == 0 && double.IsNegative(value) ? 0 : 1;
}

internal readonly struct OrderOfInt128 : IValueOrder<Int128>
{
    public static bool Less(Int128 left, Int128 right) => left < right;
}

internal readonly struct OrderOfFreeNumeric : IValueOrder<Int128>
{
    public static bool Less(Int128 left, Int128 right)
    {
        var a = FreeNumeric.FromBits(left);
        var b = FreeNumeric.FromBits(right);
        int order = a.CompareTo(b);
        return order < 0 || (order == 0 && a.Scale < b.Scale);
    }
}

internal readonly struct OrderOfInterval : IValueOrder<Int128>
{
    private const long MicrosPerDay = 86_400_000_000;

    public static bool Less(Int128 left, Int128 right)
    {
        var a = Length(left);
        var b = Length(right);
        return a < b || (a == b && left < right);
    }

    /// <summary>A month counts 30 days, a day 24 hours, as PostgreSQL compares intervals.</summary>
    private static Int128 Length(Int128 value)
    {
        int months = (int)value;
        int days = (int)(value >> 32);
        return ((Int128)((months * 30L) + days) * MicrosPerDay) + (long)(value >> 64);
    }
}

/// <summary>By bytes in memory order.</summary>
internal readonly struct OrderOfUuid : IValueOrder<Int128>
{
    public static bool Less(Int128 left, Int128 right) =>
        (UInt128)BinaryPrimitives.ReverseEndianness(left) < (UInt128)BinaryPrimitives.ReverseEndianness(right);
}
