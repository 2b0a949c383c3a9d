using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;

namespace Vectorized.Engine.State;

/// <summary>
/// The part that gives memory back: once more rows are free than live, the live rows of sparse chunks move into a new one,
/// the indexes are rewritten in the same step, and the old chunks go when no reader is left in them. A bounded number of rows
/// a tick. Rows move only when every pin sees them (their births collapse to the base of the new chunk).
/// </summary>
internal sealed partial class Arrangement
{
    private const int MovedRowsMax = 1 << 14;
    private const int EmptiedChunksMax = 16;

    private readonly List<uint> _moving = [];

    /// <summary>Chunks given up so far.</summary>
    internal long CompactedChunks { get; private set; }

    /// <summary>Moves what one tick allows.</summary>
    private void Compact()
    {
        Span<int> chunks = stackalloc int[EmptiedChunksMax];
        long oldest = Context.Ticks.OldestVisible;
        int count = Rows.FindSparse(oldest, MovedRowsMax, chunks);
        if (count == 0)
        {
            return;
        }

        chunks = chunks[..count];
        _moving.Clear();
        foreach (int number in chunks)
        {
            Rows.CollectLive(number, _moving);
        }

        foreach (uint row in _moving)
        {
            Rows.NoteMoved(row);
        }

        Rows.Exchange(chunks, _moving.Count == 0 ? 0 : Move(oldest));
        CompactedChunks += count;
    }

    private int Move(long oldest)
    {
        var mark = Context.Scratch.Position;
        var from = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_moving);
        var to = Context.Scratch.Allocate<uint>(from.Length);
        int number = Rows.NewChunk(from.Length, oldest);
        for (int i = 0; i < to.Length; i++)
        {
            to[i] = ((uint)number << RowStore.RowBits) | (uint)i;
        }

        var content = _keys.Reset(from.Length, Spec.Columns.Count);
        for (int column = 0; column < Spec.Columns.Count; column++)
        {
            content[column] = RowReader.Gather(Rows, from, column, Context.Scratch);
        }

        RowWriter.Write(Rows, content, [], to, reusedCount: 0);
        for (int i = 0; i < to.Length; i++)
        {
            Rows.SetCount(to[i], Rows.CountOf(from[i]));
        }

        foreach (var index in _indexes)
        {
            var hashes = Context.Scratch.Allocate<ulong>(from.Length);
            HashKernel.Hash(content, index.Columns, Spec.HashSeed, hashes);
            foreach (ulong hash in hashes)
            {
                index.Prefetch(hash);
            }

            for (int i = 0; i < to.Length; i++)
            {
                index.MoveRow(hashes[i], index.IsInteger && !content[index.Columns[0]].IsValid(i), from[i], to[i]);
            }
        }

        Context.Scratch.Release(mark);
        return number;
    }
}
