using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Operators;

namespace Vectorized.Engine.State;

/// <summary>
/// The hashes of a batch's key columns: those it carries if they are of this key, else computed into an arena.
/// </summary>
internal static class KeyHashing
{
    internal static ReadOnlySpan<ulong> Of(Batch batch, int[] columns, ulong seed, Arena arena)
    {
        int key = HashKeys.IdOf(columns);
        if (key != 0 && batch.HashKey == key)
        {
            return batch.Hashes;
        }

        var hashes = arena.Allocate<ulong>(batch.RowCount);
        HashKernel.Hash(batch, columns, seed, hashes);
        return hashes;
    }
}
