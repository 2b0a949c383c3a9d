using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;

namespace Vectorized.Engine.State;

/// <summary>The part that forgets: dead versions no pin can see leave the indexes, then their rows are written again.</summary>
internal sealed partial class Arrangement
{
    private readonly Queue<(long Epoch, uint Row)> _unlinked = new();

    /// <summary>
    /// Cuts up to <paramref name="rowsMax"/> dead versions that are below every pin out of the indexes and frees rows cut
    /// earlier. Called by the owner between ticks, after its context's EndTick; cheap when nothing died.
    /// </summary>
    internal void Reclaim(int rowsMax = Batch.RowsMax)
    {
        while (_unlinked.TryPeek(out var freed) && freed.Epoch <= Context.SafeEpoch)
        {
            Rows.Free(_unlinked.Dequeue().Row);
        }

        long oldest = Context.Ticks.OldestVisible;
        if (!_deaths.TryPeek(out var first) || first.Tick > oldest)
        {
            return;
        }

        var mark = Context.Scratch.Position;
        var rows = Context.Scratch.Allocate<uint>(Math.Min(rowsMax, _deaths.Count));
        int count = 0;
        while (count < rows.Length && _deaths.TryPeek(out var dead) && dead.Tick <= oldest)
        {
            rows[count++] = _deaths.Dequeue().Row;
        }

        Unlink(rows[..count]);
        long epoch = Context.Epochs.Current;
        foreach (uint row in rows[..count])
        {
            _unlinked.Enqueue((epoch, row));
        }

        Context.Scratch.Release(mark);
    }

    private void Unlink(ReadOnlySpan<uint> rows)
    {
        foreach (var index in _indexes)
        {
            var mark = Context.Scratch.Position;
            var keys = _keys.Reset(rows.Length, index.Columns.Length);
            for (int i = 0; i < index.Columns.Length; i++)
            {
                keys[i] = RowReader.Gather(Rows, rows, index.Columns[i], Context.Scratch);
            }

            var hashes = Context.Scratch.Allocate<ulong>(rows.Length);
            HashKernel.Hash(keys, index.KeyOrder, Spec.HashSeed, hashes);
            foreach (ulong hash in hashes)
            {
                index.Prefetch(hash);
            }

            for (int i = 0; i < rows.Length; i++)
            {
                index.RemoveRow(hashes[i], rows[i]);
            }

            Context.Scratch.Release(mark);
        }
    }

    private readonly Batch _keys = new();
}
