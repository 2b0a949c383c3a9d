using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Kernels;

/// <summary>What <see cref="NumericKernel"/> computes.</summary>
internal enum NumericOp : byte
{
    Add,
    Subtract,
    Multiply,
    Modulo,
}

/// <summary>
/// Arithmetic and comparison of numerics of any form (integers count as numerics of scale 0). Operands are first brought
/// to the form and scale of the result; where the planner's precision bounds hold, scaled arithmetic cannot overflow and
/// is not checked. Values under a null or outside the active rows may be garbage and come out as garbage.
/// </summary>
internal static unsafe class NumericKernel
{
    internal static void Apply(
        NumericOp op, in Vector left, in Vector right, int rowCount, EvaluationContext context, ref Vector result)
    {
        var type = result.Type;
        switch (type.NumericForm)
        {
            case NumericForm.Scaled64:
                Apply64(op, left, right, rowCount, context, ref result);
                break;
            case NumericForm.Scaled128:
                Apply128(op, left, right, rowCount, context, ref result);
                break;
            default:
                var a = NumericScale.ToFree(left, rowCount, context);
                var b = NumericScale.ToFree(right, rowCount, context);
                switch (op)
                {
                    case NumericOp.Add: Free<FreeAdd>(a, b, rowCount, context, ref result); break;
                    case NumericOp.Subtract: Free<FreeSubtract>(a, b, rowCount, context, ref result); break;
                    case NumericOp.Multiply: Free<FreeMultiply>(a, b, rowCount, context, ref result); break;
                    default: Free<FreeModulo>(a, b, rowCount, context, ref result); break;
                }

                break;
        }
    }

    /// <summary>The quotient, always of free form.</summary>
    internal static void Divide(in Vector left, in Vector right, int rowCount, EvaluationContext context, ref Vector result) =>
        Free<FreeDivide>(
            NumericScale.ToFree(left, rowCount, context), NumericScale.ToFree(right, rowCount, context), rowCount, context, ref result);

    /// <summary>Compares by value across forms and scales.</summary>
    internal static void Compare(
        CompareOp op, in Vector left, in Vector right, int rowCount, EvaluationContext context, ref Vector result)
    {
        var common = NumericBounds.Common(left.Type, right.Type);
        byte* bits = result.ValuesPointer;
        switch (common?.NumericForm)
        {
            case NumericForm.Scaled64:
                var a = NumericScale.To64(left, common.Scale, rowCount, context.Arena);
                var b = NumericScale.To64(right, common.Scale, rowCount, context.Arena);
                CompareKernel.Compare(op, a, b, rowCount, ref result);
                break;
            case NumericForm.Scaled128:
                a = NumericScale.To128(left, common.Scale, rowCount, context.Arena);
                b = NumericScale.To128(right, common.Scale, rowCount, context.Arena);
                CompareKernel.Compare(op, a, b, rowCount, ref result);
                break;
            default:
                for (int row = 0; row < rowCount; row++)
                {
                    if ((row & 7) == 0)
                    {
                        bits[row >> 3] = 0;
                    }

                    bool holds = CompareOps.Holds(op, NumericScale.Order(left, row, right, row));
                    bits[row >> 3] |= (byte)((holds ? 1 : 0) << (row & 7));
                }

                break;
        }
    }

    private static void Apply64(
        NumericOp op, in Vector left, in Vector right, int rowCount, EvaluationContext context, ref Vector result)
    {
        bool product = op == NumericOp.Multiply;
        var a = NumericScale.To64(left, product ? left.Type.Scale : result.Type.Scale, rowCount, context.Arena);
        var b = NumericScale.To64(right, product ? right.Type.Scale : result.Type.Scale, rowCount, context.Arena);
        switch (op)
        {
            case NumericOp.Add: ArithmeticKernel.Apply<long, AddScaled>(a, b, rowCount, context.Active, ref result); break;
            case NumericOp.Subtract: ArithmeticKernel.Apply<long, SubtractScaled>(a, b, rowCount, context.Active, ref result); break;
            case NumericOp.Multiply: ArithmeticKernel.Apply<long, MultiplyScaled>(a, b, rowCount, context.Active, ref result); break;
            default: MapKernel.Apply<long, long, long, Modulo64>(default, a, b, rowCount, context.Active, ref result); break;
        }
    }

    private static void Apply128(
        NumericOp op, in Vector left, in Vector right, int rowCount, EvaluationContext context, ref Vector result)
    {
        if (op == NumericOp.Multiply && NumericScale.Is64(left.Type) && NumericScale.Is64(right.Type))
        {
            Products(
                NumericScale.To64(left, left.Type.Scale, rowCount, context.Arena),
                NumericScale.To64(right, right.Type.Scale, rowCount, context.Arena), rowCount, (Int128*)result.ValuesPointer);
            return;
        }

        bool product = op == NumericOp.Multiply;
        var a = NumericScale.To128(left, product ? left.Type.Scale : result.Type.Scale, rowCount, context.Arena);
        var b = NumericScale.To128(right, product ? right.Type.Scale : result.Type.Scale, rowCount, context.Arena);
        if (op == NumericOp.Modulo)
        {
            MapKernel.Apply<Int128, Int128, Int128, Modulo128>(default, a, b, rowCount, context.Active, ref result);
            return;
        }

        var x = (Int128*)a.ValuesPointer;
        var y = (Int128*)b.ValuesPointer;
        var output = (Int128*)result.ValuesPointer;
        int stepX = a.Encoding == VectorEncoding.Constant ? 0 : 1;
        int stepY = b.Encoding == VectorEncoding.Constant ? 0 : 1;
        switch (op)
        {
            case NumericOp.Add:
                for (int row = 0; row < rowCount; row++)
                {
                    output[row] = unchecked(x[row * stepX] + y[row * stepY]);
                }

                break;
            case NumericOp.Subtract:
                for (int row = 0; row < rowCount; row++)
                {
                    output[row] = unchecked(x[row * stepX] - y[row * stepY]);
                }

                break;
            default:
                for (int row = 0; row < rowCount; row++)
                {
                    output[row] = unchecked(x[row * stepX] * y[row * stepY]);
                }

                break;
        }
    }

    private static void Products(in Vector left, in Vector right, int rowCount, Int128* output)
    {
        var a = (long*)left.ValuesPointer;
        var b = (long*)right.ValuesPointer;
        int stepA = left.Encoding == VectorEncoding.Constant ? 0 : 1;
        int stepB = right.Encoding == VectorEncoding.Constant ? 0 : 1;
        for (int row = 0; row < rowCount; row++)
        {
            long high = Math.BigMul(a[row * stepA], b[row * stepB], out long low);
            output[row] = new Int128((ulong)high, (ulong)low);
        }
    }

    private static void Free<TOp>(in Vector a, in Vector b, int rowCount, EvaluationContext context, ref Vector result)
        where TOp : struct, IMap<FreeNumeric, FreeNumeric, FreeNumeric> =>
        MapKernel.Apply<FreeNumeric, FreeNumeric, FreeNumeric, TOp>(default, a, b, rowCount, context.Active, ref result);

    private readonly struct FreeAdd : IMap<FreeNumeric, FreeNumeric, FreeNumeric>
    {
        public ValueStatus Apply(FreeNumeric left, FreeNumeric right, out FreeNumeric result) => Numerics.Add(left, right, out result);
    }

    private readonly struct FreeSubtract : IMap<FreeNumeric, FreeNumeric, FreeNumeric>
    {
        public ValueStatus Apply(FreeNumeric left, FreeNumeric right, out FreeNumeric result) => Numerics.Subtract(left, right, out result);
    }

    private readonly struct FreeMultiply : IMap<FreeNumeric, FreeNumeric, FreeNumeric>
    {
        public ValueStatus Apply(FreeNumeric left, FreeNumeric right, out FreeNumeric result) => Numerics.Multiply(left, right, out result);
    }

    private readonly struct FreeDivide : IMap<FreeNumeric, FreeNumeric, FreeNumeric>
    {
        public ValueStatus Apply(FreeNumeric left, FreeNumeric right, out FreeNumeric result) => Numerics.Divide(left, right, out result);
    }

    private readonly struct FreeModulo : IMap<FreeNumeric, FreeNumeric, FreeNumeric>
    {
        public ValueStatus Apply(FreeNumeric left, FreeNumeric right, out FreeNumeric result) => Numerics.Modulo(left, right, out result);
    }

    private readonly struct Modulo64 : IMap<long, long, long>
    {
        public ValueStatus Apply(long left, long right, out long result)
        {
            result = right is 0 or -1 ? 0 : left % right;
            return right == 0 ? ValueStatus.DivisionByZero : ValueStatus.Ok;
        }
    }

    private readonly struct Modulo128 : IMap<Int128, Int128, Int128>
    {
        public ValueStatus Apply(Int128 left, Int128 right, out Int128 result)
        {
            result = right == 0 ? 0 : left == (long)left && right == (long)right && right != -1
                ? (long)left % (long)right : right == -1 ? 0 : left % right;
            return right == 0 ? ValueStatus.DivisionByZero : ValueStatus.Ok;
        }
    }
}

/// <summary>Scaled sums, differences and products that the planner has bounded: no check.</summary>
internal readonly struct AddScaled : IArithmetic<long>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Apply(long a, long b, out long result)
    {
        result = unchecked(a + b);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<long> Apply(Vector256<long> a, Vector256<long> b, ref Vector256<long> bad) => a + b;
}

internal readonly struct SubtractScaled : IArithmetic<long>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Apply(long a, long b, out long result)
    {
        result = unchecked(a - b);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<long> Apply(Vector256<long> a, Vector256<long> b, ref Vector256<long> bad) => a - b;
}

internal readonly struct MultiplyScaled : IArithmetic<long>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Apply(long a, long b, out long result)
    {
        result = unchecked(a * b);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<long> Apply(Vector256<long> a, Vector256<long> b, ref Vector256<long> bad) => a * b;
}
