using Vectorized.Engine.Columns;

namespace Vectorized.Engine.State;

/// <summary>
/// Up to <see cref="RowsMax"/> rows of a batch whose keys are looked up together, and what was found. The arrays stand
/// on the caller's stack.
/// </summary>
internal unsafe ref struct KeyBlock
{
    internal const int RowsMax = 256;

    /// <summary>Bytes of the arrays together.</summary>
    internal const int Bytes = RowsMax * (sizeof(int) + sizeof(ulong) + sizeof(uint) + sizeof(uint) + sizeof(ulong));

    internal readonly Batch Batch;
    internal readonly ReadOnlySpan<int> Columns;
    internal int Count;

    /// <summary>Row numbers in the batch.</summary>
    internal readonly int* Rows;

    internal readonly ulong* Hashes;

    /// <summary>The value of each row's key: a row id, a list, or 0.</summary>
    internal readonly uint* Values;

    /// <summary>Where the value stands: a slot, or an entry of a dense page plus 1; 0: nowhere.</summary>
    internal readonly nint* Places;

    /// <summary>A stored row to compare the key with, 0: not needed.</summary>
    internal readonly uint* Samples;

    internal KeyBlock(Batch batch, ReadOnlySpan<int> columns, byte* memory)
    {
        Batch = batch;
        Columns = columns;
        Hashes = (ulong*)memory;
        Places = (nint*)(Hashes + RowsMax);
        Rows = (int*)(Places + RowsMax);
        Values = (uint*)(Rows + RowsMax);
        Samples = Values + RowsMax;
    }

    internal void Add(int row, ulong hash)
    {
        Rows[Count] = row;
        Hashes[Count++] = hash;
    }

    /// <summary>Takes neighbouring rows.</summary>
    internal void Fill(int firstRow, ReadOnlySpan<ulong> hashes)
    {
        Count = hashes.Length;
        hashes.CopyTo(new Span<ulong>(Hashes, Count));
        for (int i = 0; i < Count; i++)
        {
            Rows[i] = firstRow + i;
        }
    }
}
