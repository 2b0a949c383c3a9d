using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Kernels;

/// <summary>
/// Three-valued logic over boolean vectors and the row masks it is evaluated under. Truth is value AND validity,
/// falsehood is validity AND NOT value, the rest is NULL. Inputs may have any encoding; results are flat.
/// </summary>
internal static unsafe class BooleanKernel
{
    internal static Vector Not(in Vector operand, int rowCount, Arena arena)
    {
        var flat = TakeKernel.Flatten(operand, arena);
        return Vector.Over(
            SqlType.Boolean, rowCount, BitmapKernel.Not(flat.ValuesPointer, rowCount, arena), flat.ValidityPointer);
    }

    /// <summary>True AND/OR table over two vectors.</summary>
    internal static Vector Combine(bool isAnd, in Vector left, in Vector right, int rowCount, Arena arena)
    {
        var a = TakeKernel.Flatten(left, arena);
        var b = TakeKernel.Flatten(right, arena);
        if (!a.MayHaveNulls && !b.MayHaveNulls)
        {
            byte* bits = isAnd
                ? BitmapKernel.New<BitAnd>(a.ValuesPointer, b.ValuesPointer, rowCount, arena)
                : BitmapKernel.New<BitOr>(a.ValuesPointer, b.ValuesPointer, rowCount, arena);
            return Vector.Over(SqlType.Boolean, rowCount, bits, null);
        }

        byte* trueA = Truth(a, rowCount, arena);
        byte* trueB = Truth(b, rowCount, arena);
        byte* falseA = Falsehood(a, rowCount, arena);
        byte* falseB = Falsehood(b, rowCount, arena);
        byte* isTrue;
        byte* isFalse;
        if (isAnd)
        {
            isTrue = BitmapKernel.New<BitAnd>(trueA, trueB, rowCount, arena);
            isFalse = BitmapKernel.New<BitOr>(falseA, falseB, rowCount, arena);
        }
        else
        {
            isTrue = BitmapKernel.New<BitOr>(trueA, trueB, rowCount, arena);
            isFalse = BitmapKernel.New<BitAnd>(falseA, falseB, rowCount, arena);
        }

        byte* known = BitmapKernel.New<BitOr>(isTrue, isFalse, rowCount, arena);
        return Vector.Over(SqlType.Boolean, rowCount, isTrue, known);
    }

    /// <summary>IS NULL, or IS NOT NULL.</summary>
    internal static Vector IsNull(in Vector operand, bool negated, int rowCount, Arena arena)
    {
        if (operand.Encoding == VectorEncoding.Constant || !operand.MayHaveNulls)
        {
            bool isNull = operand.Encoding == VectorEncoding.Constant && !operand.IsValid(0);
            return Datum.OfBoolean(isNull != negated).ToConstant(arena, rowCount);
        }

        byte* validity = operand.ValidityPointer;
        return Vector.Over(
            SqlType.Boolean, rowCount, negated ? validity : BitmapKernel.Not(validity, rowCount, arena), null);
    }

    /// <summary>The rows within a mask where a boolean is true.</summary>
    internal static RowMask WhereTrue(in Vector booleans, RowMask within, int rowCount, Arena arena)
    {
        if (booleans.Encoding == VectorEncoding.Constant)
        {
            return booleans.IsValid(0) && booleans.Bit(0) ? within : None(rowCount, arena);
        }

        var flat = TakeKernel.Flatten(booleans, arena);
        byte* truth = BitmapKernel.And(flat.ValuesPointer, flat.ValidityPointer, rowCount, arena);
        return BitmapKernel.Mask(BitmapKernel.And(truth, within.Pointer, rowCount, arena), rowCount);
    }

    /// <summary>The rows of one mask that are not in another.</summary>
    internal static RowMask Except(RowMask within, RowMask removed, int rowCount, Arena arena)
    {
        if (removed.IsAll)
        {
            return None(rowCount, arena);
        }

        return BitmapKernel.Mask(
            within.IsAll
                ? BitmapKernel.Not(removed.Pointer, rowCount, arena)
                : BitmapKernel.New<BitAndNot>(within.Pointer, removed.Pointer, rowCount, arena),
            rowCount);
    }

    /// <summary>The rows within a mask where a value is NULL.</summary>
    internal static RowMask WhereNull(in Vector values, RowMask within, int rowCount, Arena arena)
    {
        if (values.Encoding == VectorEncoding.Constant)
        {
            return values.IsValid(0) ? None(rowCount, arena) : within;
        }

        if (!values.MayHaveNulls)
        {
            return None(rowCount, arena);
        }

        byte* nulls = BitmapKernel.Not(values.ValidityPointer, rowCount, arena);
        return BitmapKernel.Mask(BitmapKernel.And(nulls, within.Pointer, rowCount, arena), rowCount);
    }

    /// <summary>The same answers, NULL where the other (bits without nulls) is not true.</summary>
    internal static Vector NullUnless(in Vector answers, in Vector decided, int rowCount, Arena arena) =>
        answers.WithValidity(BitmapKernel.And(answers.ValidityPointer, decided.ValuesPointer, rowCount, arena));

    internal static RowMask None(int rowCount, Arena arena) =>
        BitmapKernel.Mask(BitmapKernel.Filled(false, rowCount, arena), rowCount);

    private static byte* Truth(in Vector flat, int rowCount, Arena arena) =>
        BitmapKernel.And(flat.ValuesPointer, flat.ValidityPointer, rowCount, arena);

    private static byte* Falsehood(in Vector flat, int rowCount, Arena arena) => flat.MayHaveNulls
        ? BitmapKernel.New<BitAndNot>(flat.ValidityPointer, flat.ValuesPointer, rowCount, arena)
        : BitmapKernel.Not(flat.ValuesPointer, rowCount, arena);
}
