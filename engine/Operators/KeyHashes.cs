using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;

namespace Vectorized.Engine.Operators;

/// <summary>
/// The number by which <see cref="Batch.HashKey"/> names a list of key columns of that same batch: up to four column
/// positions packed into it, so equal numbers mean equal lists. Longer lists are 0, "none": their hashes do not travel.
/// </summary>
internal static class HashKeys
{
    private const int ColumnBits = 8;
    private const int ColumnsMax = 4;

    internal static int IdOf(IReadOnlyList<int> columns)
    {
        if (columns.Count is 0 or > ColumnsMax)
        {
            return 0;
        }

        int id = 0;
        // By index: the interface's enumerator would be an allocation a batch.
        for (int i = 0; i < columns.Count; i++)
        {
            if (columns[i] >= (1 << ColumnBits) - 1)
            {
                return 0;
            }

            id = (id << ColumnBits) | (columns[i] + 1);
        }

        return id;
    }

    /// <summary>The same key's number after columns have moved: <paramref name="outputOf"/> is by input column, -1 for gone.</summary>
    internal static int Mapped(int hashKey, ReadOnlySpan<int> outputOf)
    {
        int mapped = 0;
        for (int shift = (ColumnsMax - 1) * ColumnBits; shift >= 0; shift -= ColumnBits)
        {
            int column = (hashKey >> shift & ((1 << ColumnBits) - 1)) - 1;
            if (column < 0)
            {
                continue;
            }

            if (column >= outputOf.Length || outputOf[column] < 0 || outputOf[column] >= (1 << ColumnBits) - 1)
            {
                return 0;
            }

            mapped = (mapped << ColumnBits) | (outputOf[column] + 1);
        }

        return mapped;
    }
}

/// <summary>The hash of each row's key: the one the batch carries, or computed now.</summary>
internal static class KeyHashes
{
    /// <summary>Valid as long as the batch. <paramref name="hashKey"/> is <see cref="HashKeys.IdOf"/> of the columns.</summary>
    internal static Span<ulong> Of(Batch batch, IReadOnlyList<int> columns, int hashKey, OperatorContext context)
    {
        if (hashKey != 0 && batch.HashKey == hashKey)
        {
            return batch.Hashes;
        }

        var hashes = context.Scratch.Allocate<ulong>(batch.RowCount);
        HashKernel.Hash(batch, columns is int[] array ? array : [.. columns], context.HashSeed, hashes);
        return hashes;
    }
}
