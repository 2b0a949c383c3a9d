using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vectorized.Engine.Columns;

namespace Vectorized.Engine.Kernels;

/// <summary>A conversion to a type twice as wide that always succeeds.</summary>
internal interface IWiden<TIn, TOut>
    where TIn : unmanaged
    where TOut : unmanaged
{
    static abstract TOut Apply(TIn value);

    static abstract (Vector256<TOut> Lower, Vector256<TOut> Upper) Apply(Vector256<TIn> values);
}

internal readonly struct Int16ToInt32 : IWiden<short, int>
{
    public static int Apply(short value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<int> Lower, Vector256<int> Upper) Apply(Vector256<short> values) => Vector256.Widen(values);
}

internal readonly struct Int32ToInt64 : IWiden<int, long>
{
    public static long Apply(int value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<long> Lower, Vector256<long> Upper) Apply(Vector256<int> values) => Vector256.Widen(values);
}

internal readonly struct Int32ToFloat64 : IWiden<int, double>
{
    public static double Apply(int value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<double> Lower, Vector256<double> Upper) Apply(Vector256<int> values)
    {
        var (lower, upper) = Vector256.Widen(values);
        return (Vector256.ConvertToDouble(lower), Vector256.ConvertToDouble(upper));
    }
}

internal readonly struct Float32ToFloat64 : IWiden<float, double>
{
    public static double Apply(float value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<double> Lower, Vector256<double> Upper) Apply(Vector256<float> values) => Vector256.Widen(values);
}

/// <summary>Widening casts, a vector in and two out.</summary>
internal static unsafe class WidenKernel
{
    internal static void Apply<TIn, TOut, TOp>(in Vector argument, int rowCount, ref Vector result)
        where TIn : unmanaged
        where TOut : unmanaged
        where TOp : struct, IWiden<TIn, TOut>
    {
        var values = (TIn*)argument.ValuesPointer;
        var output = (TOut*)result.ValuesPointer;
        int row = 0;
        if (argument.Encoding == VectorEncoding.Constant)
        {
            new Span<TOut>(output, rowCount).Fill(TOp.Apply(*values));
            return;
        }

        if (Vector256.IsHardwareAccelerated && rowCount >= Vector256<TIn>.Count)
        {
            KernelCounters.EnterVector();
            for (; row + Vector256<TIn>.Count <= rowCount; row += Vector256<TIn>.Count)
            {
                var (lower, upper) = TOp.Apply(Vector256.Load(values + row));
                lower.Store(output + row);
                upper.Store(output + row + Vector256<TOut>.Count);
            }
        }

        for (; row < rowCount; row++)
        {
            output[row] = TOp.Apply(values[row]);
        }
    }
}
