using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;

namespace Vectorized.Engine.Kernels;

/// <summary>
/// Element-wise arithmetic on flat or constant vectors of one element type. Values under a null (or outside the active
/// rows) may go wrong; only a failing active row counts, found by a second, scalar pass that runs when the vector pass
/// saw a failure anywhere.
/// </summary>
internal static unsafe class ArithmeticKernel
{
    /// <summary>Fills the result's values. Returns the first active row whose result does not fit, or -1.</summary>
    internal static int Apply<T, TOp>(in Vector left, in Vector right, int rowCount, RowMask active, ref Vector result)
        where T : unmanaged
        where TOp : struct, IArithmetic<T>
    {
        T* a = (T*)left.ValuesPointer;
        T* b = (T*)right.ValuesPointer;
        int stepA = left.Encoding == VectorEncoding.Constant ? 0 : 1;
        int stepB = right.Encoding == VectorEncoding.Constant ? 0 : 1;
        if (stepA != 0 && stepB == 0 && TOp.ByConstant(a, *b, rowCount, (T*)result.ValuesPointer))
        {
            return -1;
        }

        bool suspect;
        if (TOp.HasVector && Vector256.IsHardwareAccelerated && rowCount >= Vector256<T>.Count)
        {
            KernelCounters.EnterVector();
            suspect = stepA == 0 ? Vectors<T, TOp, ConstantLeft>(a, b, rowCount, (T*)result.ValuesPointer)
                : stepB == 0 ? Vectors<T, TOp, ConstantRight>(a, b, rowCount, (T*)result.ValuesPointer)
                : Vectors<T, TOp, BothVary>(a, b, rowCount, (T*)result.ValuesPointer);
        }
        else
        {
            suspect = Scalar<T, TOp>(a, stepA, b, stepB, 0, rowCount, (T*)result.ValuesPointer);
        }

        return suspect ? FirstFailure<T, TOp>(a, stepA, b, stepB, rowCount, active) : -1;
    }

    /// <summary>The scalar reference; true if any row does not fit.</summary>
    internal static bool Scalar<T, TOp>(T* a, int stepA, T* b, int stepB, int from, int rowCount, T* result)
        where T : unmanaged
        where TOp : struct, IArithmetic<T>
    {
        bool fits = true;
        for (int row = from; row < rowCount; row++)
        {
            fits &= TOp.Apply(a[row * stepA], b[row * stepB], out result[row]);
        }

        return !fits;
    }

    private static bool Vectors<T, TOp, TShape>(T* a, T* b, int rowCount, T* result)
        where T : unmanaged
        where TOp : struct, IArithmetic<T>
        where TShape : struct, IOperandShape
    {
        var bad = Vector256<T>.Zero;
        var constant = Vector256.Create(TShape.LeftVaries ? *b : *a);
        int row = 0;
        for (; row + Vector256<T>.Count <= rowCount; row += Vector256<T>.Count)
        {
            var x = TShape.LeftVaries ? Vector256.Load(a + row) : constant;
            var y = TShape.RightVaries ? Vector256.Load(b + row) : constant;
            TOp.Apply(x, y, ref bad).Store(result + row);
        }

        bool suspect = bad.ExtractMostSignificantBits() != 0;
        return suspect | Scalar<T, TOp>(a, TShape.LeftVaries ? 1 : 0, b, TShape.RightVaries ? 1 : 0, row, rowCount, result);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int FirstFailure<T, TOp>(T* a, int stepA, T* b, int stepB, int rowCount, RowMask active)
        where T : unmanaged
        where TOp : struct, IArithmetic<T>
    {
        for (int row = 0; row < rowCount; row++)
        {
            if (!TOp.Apply(a[row * stepA], b[row * stepB], out _) && active.Contains(row))
            {
                return row;
            }
        }

        return -1;
    }
}

/// <summary>Which operands of a binary kernel are columns; the other is one value.</summary>
internal interface IOperandShape
{
    static abstract bool LeftVaries { get; }

    static abstract bool RightVaries { get; }
}

internal readonly struct BothVary : IOperandShape
{
    public static bool LeftVaries => true;

    public static bool RightVaries => true;
}

internal readonly struct ConstantRight : IOperandShape
{
    public static bool LeftVaries => true;

    public static bool RightVaries => false;
}

internal readonly struct ConstantLeft : IOperandShape
{
    public static bool LeftVaries => false;

    public static bool RightVaries => true;
}
