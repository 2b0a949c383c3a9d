using Vectorized.Engine.Columns;

namespace Vectorized.Engine.Kernels;

/// <summary>Gathers rows of a whole batch: columns, weights and hashes. The result's memory is the arena's.</summary>
internal static class BatchTake
{
    internal static Batch Take(Batch source, ReadOnlySpan<int> rows, Arena arena, BatchPool pool)
    {
        var result = pool.Take(rows.Length, source.ColumnCount);
        for (int i = 0; i < source.ColumnCount; i++)
        {
            result[i] = TakeKernel.Take(source[i], rows, arena);
        }

        TakeExtras(source, rows, arena, result);
        return result;
    }

    /// <summary>Takes weights and hashes only.</summary>
    internal static void TakeExtras(Batch source, ReadOnlySpan<int> rows, Arena arena, Batch result)
    {
        if (source.HasWeights)
        {
            result.SetWeights(Take<long>(source.Weights, rows, arena));
        }

        if (!source.Hashes.IsEmpty)
        {
            result.SetHashes(Take<ulong>(source.Hashes, rows, arena), source.HashKey);
        }
    }

    /// <summary>Values of the rows, in the arena.</summary>
    internal static Span<T> Take<T>(ReadOnlySpan<T> values, ReadOnlySpan<int> rows, Arena arena) where T : unmanaged
    {
        var taken = arena.Allocate<T>(rows.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            taken[i] = values[rows[i]];
        }

        return taken;
    }
}
