using System.Runtime.CompilerServices;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Kernels;

/// <summary>
/// Equality of two present values: <see cref="Equal"/> as keys compare (the relation <see cref="HashKernel"/>
/// respects), <see cref="Identical"/> as rows compare (by representation: 1.0 is not 1.00).
/// </summary>
internal static unsafe class KeyEquality
{
    internal static bool Equal(KeyForm form, byte* left, int leftIndex, byte* right, int rightIndex) => form switch
    {
        KeyForm.Bit => Bit(left, leftIndex) == Bit(right, rightIndex),
        KeyForm.Int2 => ((short*)left)[leftIndex] == ((short*)right)[rightIndex],
        KeyForm.Int4 => ((int*)left)[leftIndex] == ((int*)right)[rightIndex],
        KeyForm.Int8 => ((long*)left)[leftIndex] == ((long*)right)[rightIndex],
        KeyForm.Float4 => WordOfFloat4.Of(((float*)left)[leftIndex]) == WordOfFloat4.Of(((float*)right)[rightIndex]),
        KeyForm.Float8 => WordOfFloat8.Of(((double*)left)[leftIndex]) == WordOfFloat8.Of(((double*)right)[rightIndex]),
        KeyForm.Raw16 => ((Int128*)left)[leftIndex] == ((Int128*)right)[rightIndex],
        KeyForm.Numeric16 => Same<NumericWords>(((Words16*)left)[leftIndex], ((Words16*)right)[rightIndex]),
        KeyForm.Interval16 => Same<IntervalWords>(((Words16*)left)[leftIndex], ((Words16*)right)[rightIndex]),
        _ => StringView.Equal(ref ((StringView*)left)[leftIndex], ref ((StringView*)right)[rightIndex]),
    };

    internal static bool Identical(Layout layout, byte* left, int leftIndex, byte* right, int rightIndex) => layout switch
    {
        Layout.Bit => Bit(left, leftIndex) == Bit(right, rightIndex),
        Layout.Fixed2 => ((short*)left)[leftIndex] == ((short*)right)[rightIndex],
        Layout.Fixed4 => ((int*)left)[leftIndex] == ((int*)right)[rightIndex],
        Layout.Fixed8 => ((long*)left)[leftIndex] == ((long*)right)[rightIndex],
        Layout.Fixed16 => ((Int128*)left)[leftIndex] == ((Int128*)right)[rightIndex],
        _ => StringView.Equal(ref ((StringView*)left)[leftIndex], ref ((StringView*)right)[rightIndex]),
    };

    /// <summary>Whether two rows of vectors of one type are equal keys; NULL equals NULL.</summary>
    internal static bool Equal(in Vector left, int leftRow, in Vector right, int rightRow)
    {
        bool present = left.IsValid(leftRow);
        return present == right.IsValid(rightRow) && (!present || Equal(
            KeyForms.Of(left.Type), left.ValuesPointer, left.ValueIndex(leftRow), right.ValuesPointer, right.ValueIndex(rightRow)));
    }

    /// <summary>Whether two rows of vectors of one type are the same value; NULL equals NULL.</summary>
    internal static bool Identical(in Vector left, int leftRow, in Vector right, int rightRow)
    {
        bool present = left.IsValid(leftRow);
        return present == right.IsValid(rightRow) && (!present || Identical(
            left.Type.Layout, left.ValuesPointer, left.ValueIndex(leftRow), right.ValuesPointer, right.ValueIndex(rightRow)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool Bit(byte* bits, int index) => (bits[index >> 3] >> (index & 7) & 1) != 0;

    private static bool Same<TWords>(Words16 left, Words16 right) where TWords : struct, IKeyWords
    {
        if (left.Low == right.Low && left.High == right.High)
        {
            return true;
        }

        var a = TWords.Of(left);
        var b = TWords.Of(right);
        return a.Low == b.Low && a.High == b.High;
    }
}
