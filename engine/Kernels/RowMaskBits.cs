using Vectorized.Engine.Expressions;

namespace Vectorized.Engine.Kernels;

/// <summary>A row mask as kernels read it.</summary>
internal static unsafe class RowMaskBits
{
    extension(RowMask mask)
    {
        /// <summary>One bit a row; null when all rows are meant.</summary>
        internal byte* Pointer => mask.IsAll ? null : mask.Booleans.ValuesPointer;
    }

    /// <summary>True if two masks are the same bitmap (not: hold the same rows).</summary>
    internal static bool SameBits(RowMask a, RowMask b) => a.Pointer == b.Pointer;
}
