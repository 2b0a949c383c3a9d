using System.Runtime.CompilerServices;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Kernels;

/// <summary>A function of one fixed-width value; a struct, so that the loop around it is specialised.</summary>
internal interface IMap<TIn, TOut>
    where TIn : unmanaged
    where TOut : unmanaged
{
    ValueStatus Apply(TIn value, out TOut result);

    /// <summary>The error for a status, the result being of the type.</summary>
    static virtual SqlException Error(ValueStatus status, SqlType type) => ValueErrors.Operation(status, type);
}

/// <summary>A function of two fixed-width values.</summary>
internal interface IMap<TLeft, TRight, TOut>
    where TLeft : unmanaged
    where TRight : unmanaged
    where TOut : unmanaged
{
    ValueStatus Apply(TLeft left, TRight right, out TOut result);

    static virtual SqlException Error(ValueStatus status, SqlType type) => ValueErrors.Operation(status, type);
}

/// <summary>A condition on one fixed-width value.</summary>
internal interface ITest<T> where T : unmanaged
{
    bool Apply(T value);
}

/// <summary>
/// Row-by-row functions of fixed-width values, called for active rows only and specialised for each operation: the form
/// for everything without a vector body. The first status that is not Ok ends the loop and is raised.
/// </summary>
internal static unsafe class MapKernel
{
    internal static void Apply<TIn, TOut, TOp>(TOp operation, in Vector argument, int rowCount, RowMask active, ref Vector result)
        where TIn : unmanaged
        where TOut : unmanaged
        where TOp : struct, IMap<TIn, TOut>
    {
        var values = (TIn*)argument.ValuesPointer;
        var output = (TOut*)result.ValuesPointer;
        int step = argument.Encoding == VectorEncoding.Constant ? 0 : 1;
        byte* mask = active.Pointer;
        for (int row = 0; row < rowCount; row++)
        {
            if (mask != null && (mask[row >> 3] >> (row & 7) & 1) == 0)
            {
                continue;
            }

            var status = operation.Apply(values[row * step], out output[row]);
            if (status != ValueStatus.Ok)
            {
                throw TOp.Error(status, result.Type);
            }
        }
    }

    internal static void Apply<TLeft, TRight, TOut, TOp>(
        TOp operation, in Vector left, in Vector right, int rowCount, RowMask active, ref Vector result)
        where TLeft : unmanaged
        where TRight : unmanaged
        where TOut : unmanaged
        where TOp : struct, IMap<TLeft, TRight, TOut>
    {
        var a = (TLeft*)left.ValuesPointer;
        var b = (TRight*)right.ValuesPointer;
        var output = (TOut*)result.ValuesPointer;
        int stepA = left.Encoding == VectorEncoding.Constant ? 0 : 1;
        int stepB = right.Encoding == VectorEncoding.Constant ? 0 : 1;
        byte* mask = active.Pointer;
        for (int row = 0; row < rowCount; row++)
        {
            if (mask != null && (mask[row >> 3] >> (row & 7) & 1) == 0)
            {
                continue;
            }

            var status = operation.Apply(a[row * stepA], b[row * stepB], out output[row]);
            if (status != ValueStatus.Ok)
            {
                throw TOp.Error(status, result.Type);
            }
        }
    }

    /// <summary>Fills the bits of a boolean result.</summary>
    internal static void Test<T, TOp>(TOp test, in Vector argument, int rowCount, ref Vector result)
        where T : unmanaged
        where TOp : struct, ITest<T>
    {
        var values = (T*)argument.ValuesPointer;
        int step = argument.Encoding == VectorEncoding.Constant ? 0 : 1;
        byte* bits = result.ValuesPointer;
        for (int row = 0; row < rowCount; row += 8)
        {
            int group = 0;
            int count = Math.Min(8, rowCount - row);
            for (int bit = 0; bit < count; bit++)
            {
                group |= (test.Apply(values[(row + bit) * step]) ? 1 : 0) << bit;
            }

            bits[row >> 3] = (byte)group;
        }
    }
}
