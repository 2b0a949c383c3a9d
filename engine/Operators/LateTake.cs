using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators;

/// <summary>
/// Rows of a batch as another batch, with late materialisation within the tick: a flat wide (16-byte) column is not
/// copied but re-addressed, the taken row numbers being its codes, as long as at least a quarter of it is used; narrow
/// columns are gathered. State and results gather through the codes when they are written.
/// </summary>
internal static class LateTake
{
    /// <summary>Below this share of rows used (one in so many), a wide column is gathered instead of re-addressed.</summary>
    private const int ShareUsedMin = 4;

    /// <summary>A batch of the given rows, with weights and hashes. The row numbers may stand anywhere.</summary>
    internal static Batch Take(Batch source, ReadOnlySpan<int> rows, OperatorContext context)
    {
        var output = context.Batches.Take(rows.Length, source.ColumnCount);
        Columns(source, rows, context, output);
        BatchTake.TakeExtras(source, rows, context.Scratch, output);
        return output;
    }

    /// <summary>Fills the first columns of <paramref name="output"/> with rows of the source's columns.</summary>
    internal static void Columns(Batch source, ReadOnlySpan<int> rows, OperatorContext context, Batch output)
    {
        Span<int> codes = default;
        for (int i = 0; i < source.ColumnCount; i++)
        {
            output[i] = Column(source[i], rows, ref codes, context);
        }
    }

    /// <summary>
    /// One column's rows. <paramref name="codes"/> is the copy of the row numbers in the arena that wide columns of
    /// one taking share; empty until one needs it.
    /// </summary>
    internal static Vector Column(in Vector source, ReadOnlySpan<int> rows, ref Span<int> codes, OperatorContext context)
    {
        bool isWide = source.Type.Layout is Layout.View or Layout.Fixed16;
        if (!isWide || !context.MaterialisesLate || !source.IsFlat || source.MayHaveNulls || rows.IsEmpty
            || rows.Length < source.Length / ShareUsedMin)
        {
            return TakeKernel.Take(source, rows, context.Scratch);
        }

        if (codes.IsEmpty)
        {
            codes = context.Scratch.Allocate<int>(rows.Length);
            rows.CopyTo(codes);
        }

        return source.WithCodes(codes, rows.Length);
    }
}
