using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Kernels;

/// <summary>
/// Compares two vectors of one type into bits, 64 rows a word: Vector512 for fixed-width types (one mask a compare),
/// else row by row without branches in the common cases. Garbage under a null compares as garbage; validity is the
/// evaluator's. Vectors are flat, or constant on either side.
/// </summary>
internal static unsafe class CompareKernel
{
    /// <summary>Fills the bits of a flat boolean vector.</summary>
    internal static void Compare(CompareOp op, in Vector left, in Vector right, int rowCount, ref Vector result)
    {
        if (left.Encoding == VectorEncoding.Constant && right.Encoding != VectorEncoding.Constant)
        {
            Compare(CompareOps.Swap(op), right, left, rowCount, ref result);
            return;
        }

        byte* bits = result.ValuesPointer;
        switch (left.Type.Layout)
        {
            case Layout.Bit: CompareBits(op, left, right, rowCount, bits); break;
            case Layout.Fixed2: Fixed<short>(op, left, right, rowCount, bits); break;
            case Layout.Fixed4 when left.Type.Id == TypeId.Float32: Fixed<float>(op, left, right, rowCount, bits); break;
            case Layout.Fixed4 when left.Type.IsOidLike: Fixed<uint>(op, left, right, rowCount, bits); break;
            case Layout.Fixed4: Fixed<int>(op, left, right, rowCount, bits); break;
            case Layout.Fixed8 when left.Type.Id == TypeId.Float64: Fixed<double>(op, left, right, rowCount, bits); break;
            case Layout.Fixed8: Fixed<long>(op, left, right, rowCount, bits); break;
            default: WideCompare.Compare(op, left, right, rowCount, bits); break;
        }
    }

    /// <summary>Compares raw values; the right side is one value when <paramref name="rightIsConstant"/>.</summary>
    internal static void Compare<T>(CompareOp op, T* left, T* right, bool rightIsConstant, int rowCount, byte* bits)
        where T : unmanaged, IComparable<T>
    {
        switch (op)
        {
            case CompareOp.Equal: Run<T, CompareEqual>(left, right, rightIsConstant, rowCount, bits); break;
            case CompareOp.NotEqual: Run<T, CompareNotEqual>(left, right, rightIsConstant, rowCount, bits); break;
            case CompareOp.Less: Run<T, CompareLess>(left, right, rightIsConstant, rowCount, bits); break;
            case CompareOp.LessEqual: Run<T, CompareLessEqual>(left, right, rightIsConstant, rowCount, bits); break;
            case CompareOp.Greater: Run<T, CompareGreater>(left, right, rightIsConstant, rowCount, bits); break;
            default: Run<T, CompareGreaterEqual>(left, right, rightIsConstant, rowCount, bits); break;
        }
    }

    /// <summary>The scalar reference: what the vector body must equal.</summary>
    internal static void Scalar<T, TOp>(T* left, T* right, int rightStep, int from, int rowCount, byte* bits)
        where T : unmanaged, IComparable<T>
        where TOp : struct, ICompare
    {
        for (int row = from; row < rowCount; row += 8)
        {
            int group = 0;
            int count = Math.Min(8, rowCount - row);
            for (int bit = 0; bit < count; bit++)
            {
                group |= (TOp.Apply(left[row + bit], right[(row + bit) * rightStep]) ? 1 : 0) << bit;
            }

            bits[row >> 3] = (byte)group;
        }
    }

    private static void Fixed<T>(CompareOp op, in Vector left, in Vector right, int rowCount, byte* bits)
        where T : unmanaged, IComparable<T> => Compare(
            op, (T*)left.ValuesPointer, (T*)right.ValuesPointer, right.Encoding == VectorEncoding.Constant, rowCount, bits);

    private static void Run<T, TOp>(T* left, T* right, bool rightIsConstant, int rowCount, byte* bits)
        where T : unmanaged, IComparable<T>
        where TOp : struct, ICompare
    {
        int row = 0;
        if (Vector128.IsHardwareAccelerated && rowCount >= 64)
        {
            KernelCounters.EnterVector();
            row = rightIsConstant
                ? WithConstant<T, TOp>(left, *right, rowCount, (ulong*)bits)
                : WithVector<T, TOp>(left, right, rowCount, (ulong*)bits);
        }

        Scalar<T, TOp>(left, right, rightIsConstant ? 0 : 1, row, rowCount, bits);
    }

    private static int WithConstant<T, TOp>(T* left, T right, int rowCount, ulong* words)
        where T : unmanaged, IComparable<T>
        where TOp : struct, ICompare
    {
        var b = Vector512.Create(right);
        int row = 0;
        for (; row + 64 <= rowCount; row += 64)
        {
            ulong word = 0;
            for (int i = 0; i < 64; i += Vector512<T>.Count)
            {
                word |= TOp.Apply(Vector512.Load(left + row + i), b).ExtractMostSignificantBits() << i;
            }

            *words++ = word;
        }

        return row;
    }

    private static int WithVector<T, TOp>(T* left, T* right, int rowCount, ulong* words)
        where T : unmanaged, IComparable<T>
        where TOp : struct, ICompare
    {
        int row = 0;
        for (; row + 64 <= rowCount; row += 64)
        {
            ulong word = 0;
            for (int i = 0; i < 64; i += Vector512<T>.Count)
            {
                word |= TOp.Apply(Vector512.Load(left + row + i), Vector512.Load(right + row + i))
                    .ExtractMostSignificantBits() << i;
            }

            *words++ = word;
        }

        return row;
    }

    /// <summary>false is less than true.</summary>
    private static void CompareBits(CompareOp op, in Vector left, in Vector right, int rowCount, byte* bits)
    {
        byte* a = left.ValuesPointer;
        byte* b = right.ValuesPointer;
        bool constant = right.Encoding == VectorEncoding.Constant;
        int fill = constant && right.Bit(0) ? 0xFF : 0;
        for (int i = 0; i < Bitmap.BytesFor(rowCount); i++)
        {
            int x = a[i];
            int y = constant ? fill : b[i];
            bits[i] = (byte)(op switch
            {
                CompareOp.Equal => ~(x ^ y),
                CompareOp.NotEqual => x ^ y,
                CompareOp.Less => ~x & y,
                CompareOp.LessEqual => ~x | y,
                CompareOp.Greater => x & ~y,
                _ => x | ~y,
            });
        }
    }
}
