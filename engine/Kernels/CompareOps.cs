using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Vectorized.Engine.Kernels;

/// <summary>The six comparisons.</summary>
internal enum CompareOp : byte
{
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

internal static class CompareOps
{
    /// <summary>The comparison with its sides exchanged.</summary>
    internal static CompareOp Swap(CompareOp op) => op switch
    {
        CompareOp.Less => CompareOp.Greater,
        CompareOp.LessEqual => CompareOp.GreaterEqual,
        CompareOp.Greater => CompareOp.Less,
        CompareOp.GreaterEqual => CompareOp.LessEqual,
        _ => op,
    };

    /// <summary>Whether a comparison holds, given how its sides are ordered.</summary>
    internal static bool Holds(CompareOp op, int order) => op switch
    {
        CompareOp.Equal => order == 0,
        CompareOp.NotEqual => order != 0,
        CompareOp.Less => order < 0,
        CompareOp.LessEqual => order <= 0,
        CompareOp.Greater => order > 0,
        _ => order >= 0,
    };
}

/// <summary>
/// A comparison over every ordered element type. Floats follow PostgreSQL: NaN equals NaN and is greater than all else;
/// -0 equals 0.
/// </summary>
internal interface ICompare
{
    static abstract bool Apply<T>(T a, T b) where T : unmanaged, IComparable<T>;

    static abstract Vector512<T> Apply<T>(Vector512<T> a, Vector512<T> b);

    /// <summary>By the sign of a three-way comparison.</summary>
    static abstract bool Holds(int order);
}

internal readonly struct CompareEqual : ICompare
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Apply<T>(T a, T b) where T : unmanaged, IComparable<T> => a.CompareTo(b) == 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Apply<T>(Vector512<T> a, Vector512<T> b) => Floats.Is<T>()
        ? Vector512.Equals(a, b) | Vector512.AndNot(Floats.NaN(a), ~Floats.NaN(b))
        : Vector512.Equals(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Holds(int order) => order == 0;
}

internal readonly struct CompareNotEqual : ICompare
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Apply<T>(T a, T b) where T : unmanaged, IComparable<T> => a.CompareTo(b) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Apply<T>(Vector512<T> a, Vector512<T> b) => ~CompareEqual.Apply(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Holds(int order) => order != 0;
}

internal readonly struct CompareLess : ICompare
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Apply<T>(T a, T b) where T : unmanaged, IComparable<T> => a.CompareTo(b) < 0 != Floats.ReverseNaN(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Apply<T>(Vector512<T> a, Vector512<T> b) => Floats.Is<T>()
        ? Vector512.LessThan(a, b) | Vector512.AndNot(Floats.NaN(b), Floats.NaN(a))
        : Vector512.LessThan(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Holds(int order) => order < 0;
}

internal readonly struct CompareLessEqual : ICompare
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Apply<T>(T a, T b) where T : unmanaged, IComparable<T> => !CompareLess.Apply(b, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Apply<T>(Vector512<T> a, Vector512<T> b) => Floats.Is<T>()
        ? Vector512.LessThanOrEqual(a, b) | Floats.NaN(b)
        : Vector512.LessThanOrEqual(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Holds(int order) => order <= 0;
}

internal readonly struct CompareGreater : ICompare
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Apply<T>(T a, T b) where T : unmanaged, IComparable<T> => CompareLess.Apply(b, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Apply<T>(Vector512<T> a, Vector512<T> b) => CompareLess.Apply(b, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Holds(int order) => order > 0;
}

internal readonly struct CompareGreaterEqual : ICompare
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Apply<T>(T a, T b) where T : unmanaged, IComparable<T> => !CompareLess.Apply(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Apply<T>(Vector512<T> a, Vector512<T> b) => CompareLessEqual.Apply(b, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Holds(int order) => order >= 0;
}

/// <summary>What is special about floats, resolved by the JIT for each element type.</summary>
internal static class Floats
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool Is<T>() => typeof(T) == typeof(double) || typeof(T) == typeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<T> NaN<T>(Vector512<T> a) => ~Vector512.Equals(a, a);

    /// <summary>.NET orders NaN before every number, PostgreSQL behind: true where that turns a less-than around.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool ReverseNaN<T>(T a, T b)
    {
        if (typeof(T) == typeof(double))
        {
            return double.IsNaN((double)(object)a!) != double.IsNaN((double)(object)b!);
        }

        return typeof(T) == typeof(float) && float.IsNaN((float)(object)a!) != float.IsNaN((float)(object)b!);
    }
}
