using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;

namespace Vectorized.Engine.State;

/// <summary>
/// The part that forgets: dead versions no pin can see leave the indexes, then their rows are written again.
/// </summary>
internal sealed partial class Arrangement
{
    private const int RowsMin = 4096;

    /// <summary>
    /// Set in a queued row id: the key's slot has passed to a newer version, a unique index has nothing to cut.
    /// </summary>
    private const uint ReplacedFlag = 0x80000000;

    private readonly Queue<(long Tick, uint Row)> _deaths = new();
    private readonly Queue<(long Epoch, uint Row)> _unlinked = new();
    private readonly Batch _keys = new();
    private bool _isReclaiming;
    private int _deathsSinceReclaim;

    /// <summary>
    /// Cuts dead versions that are below every pin out of the indexes (some 4,096 a call, but never fewer than keep
    /// pace with what dies) and frees rows cut earlier. Called by the part's <see cref="StateContext.EndTick"/>; false
    /// when nothing is left to do.
    /// </summary>
    internal bool Reclaim()
    {
        int rowsMax = Math.Max(RowsMin, 2 * _deathsSinceReclaim);
        _deathsSinceReclaim = 0;
        while (_unlinked.TryPeek(out var freed) && freed.Epoch <= Context.SafeEpoch)
        {
            Rows.Free(_unlinked.Dequeue().Row);
        }

        Compact();
        long oldest = Context.Ticks.OldestVisible;
        if (!_deaths.TryPeek(out var first))
        {
            _isReclaiming = _unlinked.Count > 0 || Rows.IsSparse;
            return _isReclaiming;
        }

        if (first.Tick > oldest)
        {
            return true;
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
            _unlinked.Enqueue((epoch, row & ~ReplacedFlag));
        }

        Context.Scratch.Release(mark);
        return true;
    }

    private void NoteDeath(uint row, bool isReplaced, long tick)
    {
        _deaths.Enqueue((tick, isReplaced ? row | ReplacedFlag : row));
        _deathsSinceReclaim++;
        if (!_isReclaiming)
        {
            _isReclaiming = true;
            Context.NoteDeaths(this);
        }
    }

    private void Unlink(ReadOnlySpan<uint> rows)
    {
        var mark = Context.Scratch.Position;
        var pending = Context.Scratch.Allocate<uint>(rows.Length);
        foreach (var index in _indexes)
        {
            int count = 0;
            foreach (uint row in rows)
            {
                pending[count] = row & ~ReplacedFlag;
                count += index.IsUnique ? (row & ReplacedFlag) == 0 ? 1 : 0 : index.TryRemoveFromList(row & ~ReplacedFlag) ? 0 : 1;
            }

            if (count > 0)
            {
                RemoveByKey(index, pending[..count]);
            }
        }

        Context.Scratch.Release(mark);
    }

    /// <summary>Removes rows whose slots must be found by their keys.</summary>
    private void RemoveByKey(KeyIndex index, ReadOnlySpan<uint> rows)
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
            index.RemoveRow(hashes[i], index.IsInteger && !keys[0].IsValid(i), rows[i]);
        }

        Context.Scratch.Release(mark);
    }
}
