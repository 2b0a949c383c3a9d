using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;

namespace Vectorized.Engine.Kernels;

/// <summary>What functions over dictionary vectors need: which values are in use, and putting the codes back.</summary>
internal static unsafe class DictionaryKernel
{
    /// <summary>The dictionary's values that a row of the mask refers to. O(rows).</summary>
    internal static RowMask UsedValues(in Vector dictionary, RowMask rows, int rowCount, Arena arena)
    {
        int* codes = dictionary.CodesPointer;
        byte* used = BitmapKernel.Filled(false, dictionary.DictionaryLength, arena);
        byte* mask = rows.Pointer;
        for (int row = 0; row < rowCount; row++)
        {
            int code = codes[row];
            int present = mask == null ? 1 : mask[row >> 3] >> (row & 7) & 1;
            used[code >> 3] |= (byte)(present << (code & 7));
        }

        return BitmapKernel.Mask(used, dictionary.DictionaryLength);
    }

    /// <summary>Values computed for each of a dictionary's values, as rows: the same codes and nulls.</summary>
    internal static Vector Recode(in Vector values, in Vector dictionary) => Vector.OverDictionary(
        values.Type, dictionary.Length, dictionary.CodesPointer, dictionary.ValidityPointer, values.ValuesPointer,
        values.Length);
}
