using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.State.Checkpoints;

namespace Vectorized.Engine.State;

/// <summary>
/// While its rows are still in a checkpoint's runs: nothing may be read here, and every way in says so, whoever forgot to
/// wait. A key's row can be found in the runs meanwhile (<see cref="StoredRows"/>). While the log is executed again changes are kept beside
/// the runs and applied once the rows are there, so a relation that no operator reads costs a restart what has changed in it, not what
/// it holds; who reads has it loaded.
/// </summary>
internal sealed partial class Arrangement
{
    private volatile StoredRows? _stored;
    private Func<bool>? _load;

    /// <summary>Where the rows still are; null: here. Read by anyone: what was loaded is seen by who sees null.</summary>
    internal StoredRows? Stored => _stored;

    /// <summary>Nobody needs its rows any more.</summary>
    internal bool IsDropped { get; private set; }

    /// <summary>What the runs' directories find rows by; null: they have none.</summary>
    internal DirectoryKey? DirectoryKey =>
        Spec.IsLookedUp && _keyIndex is not null && !IsBag ? new DirectoryKey(_keyColumns, Spec.HashSeed) : null;

    /// <summary>
    /// Its rows are loaded later. While it is new. <paramref name="load"/>: loads it at once, all parts of it, for the owner, who is
    /// alone then.
    /// </summary>
    internal void Defer(StoredRows rows, Func<bool> load)
    {
        _load = load;
        _stored = rows;
    }

    /// <summary>The log has been executed: what is not loaded is neither read nor changed until it is.</summary>
    internal void EndReplay() => _load = null;

    /// <summary>The rows are there as of the checkpoint's tick: what came since follows.</summary>
    private void EndDeferral()
    {
        if (_stored is not { } stored)
        {
            return;
        }

        if (stored.Backlog is { Deltas.Count: > 0 } backlog && !IsDropped)
        {
            // The net of many ticks is applied as that of one; but whoever needs the rows within the newest tick still tells what stood
            // before it from what it brings.
            int newest = stored.Rules.TellsTicksApart ? backlog.TickStart : 0;
            ApplyNow([.. backlog.Deltas.Take(newest)], backlog.TickBefore);
            ApplyNow([.. backlog.Deltas.Skip(newest)], backlog.Tick);
            Context.Scratch.Reset(4);
        }

        _stored = null;
        _load = null;
        stored.Close();
    }

    private void RequireLoaded()
    {
        if (_stored is not null && _load?.Invoke() != true)
        {
            throw Broken("its rows are not loaded yet");
        }
    }

    /// <summary>
    /// As <see cref="Upsert"/> with the rows in the runs, found one by one; false: loading them is better, or the only way. Nothing is
    /// changed then.
    /// </summary>
    private bool UpsertStored(
        StoredRows stored, Batch changes, long tick, Arena arena, Batch retracted, Batch inserted, bool areNew, out int met)
    {
        var mark = Context.Scratch.Position;
        ReadOnlySpan<Batch> deltas = [changes];
        var net = new NetEffect(deltas, _keyColumns, Spec.HashSeed, Context.Scratch);
        met = 0;
        bool isDone = areNew || stored.MayFind(net.Groups.Length);
        if (isDone)
        {
            var old = new BatchBuilder(Spec.Columns);
            using var found = old.Arena;
            var rows = arena.Allocate<int>(net.Groups.Length);
            int inserts = 0;
            for (int i = 0; i < net.Groups.Length && isDone; i++)
            {
                int last = net.LastOf(net.Groups[i]);
                var known = areNew ? StoredLookup.Absent : Find(stored, changes, net.RowOf(last), net.HashOf(last));
                isDone = known != StoredLookup.Unknown;
                bool isThere = known == StoredLookup.Found;
                bool isInsert = net.WeightOf(last) > 0;
                met += isThere ? 1 : 0;
                if (isInsert && isThere && IsIdentical(_found, changes, net.RowOf(last)))
                {
                    continue;
                }

                if (isInsert)
                {
                    rows[inserts++] = net.RowOf(last);
                }

                if (isThere)
                {
                    for (int column = 0; column < Spec.Columns.Count; column++)
                    {
                        old[column].AppendFrom(_found[column], 0);
                    }

                    old.EndRow(-1);
                }
            }

            if (isDone)
            {
                _ = BatchCopy.Into(arena, old.Build().Batch, retracted);
                inserted.Reset(inserts, Spec.Columns.Count);
                for (int column = 0; column < Spec.Columns.Count; column++)
                {
                    inserted[column] = VectorTake.Rows(in changes[column], rows[..inserts], arena);
                }

                isDone = stored.Keep([retracted, inserted], tick);
            }
        }

        Context.Scratch.Release(mark);
        return isDone;
    }

    /// <summary>Into <see cref="_found"/>, in scratch memory.</summary>
    private StoredLookup Find(StoredRows stored, Batch changes, int row, ulong hash)
    {
        _foundKey.Reset(1, _keyColumns.Length);
        var place = Context.Scratch.Allocate<int>(1);
        place[0] = row;
        for (int i = 0; i < _keyColumns.Length; i++)
        {
            _foundKey[i] = VectorTake.Rows(in changes[_keyColumns[i]], place, Context.Scratch);
        }

        _allColumns ??= [.. Enumerable.Range(0, Spec.Columns.Count)];
        return stored.Find(_foundKey, hash, _allColumns, Context.Scratch, _found);
    }

    private static bool IsIdentical(Batch known, Batch changes, int row)
    {
        for (int column = 0; column < known.ColumnCount; column++)
        {
            if (!KeyEquality.Identical(known[column], 0, changes[column], row))
            {
                return false;
            }
        }

        return true;
    }

    private readonly Batch _found = new();
    private readonly Batch _foundKey = new();
    private int[]? _allColumns;
}
