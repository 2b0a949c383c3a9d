using System.Runtime.CompilerServices;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.State;

/// <summary>The writing half: owner's thread, ticks in order, any number of calls a tick.</summary>
internal sealed unsafe partial class Arrangement
{
    /// <summary>
    /// Applies the net effect of a tick's weighted rows, in whatever order insertions and retractions come. Each call
    /// by itself must lead from one valid state to another.
    /// </summary>
    internal void Apply(Batch delta, long tick) => Apply([delta], tick);

    /// <inheritdoc cref="Apply(Batch, long)"/>
    internal void Apply(ReadOnlySpan<Batch> deltas, long tick)
    {
        if (_stored is { } stored && _load is not null && stored.Keep(deltas, tick))
        {
            return;
        }

        RequireLoaded();
        ApplyNow(deltas, tick);
    }

    private void ApplyNow(ReadOnlySpan<Batch> deltas, long tick)
    {
        if (Spec.AppendOnly)
        {
            foreach (var batch in deltas)
            {
                Append(batch, tick);
            }

            return;
        }

        var mark = Context.Scratch.Position;
        var net = new NetEffect(deltas, _keyColumns, Spec.HashSeed, Context.Scratch);
        if (net.RowCount > 0)
        {
            var changes = new RowChanges(Context.Scratch, net.Groups.Length) { PlacesVersion = _keyIndex!.Table.Version };
            if (IsBag)
            {
                ResolveBag(in net, ref changes);
            }
            else
            {
                ResolveKeyed(in net, ref changes);
            }

            Execute(deltas, in changes, tick);
        }

        Context.Scratch.Release(mark);
    }

    /// <summary>
    /// Applies an ordered sequence of changes by key: weight +1 writes the row over whatever stands under its key, -1
    /// deletes by key (other columns are ignored; a missing key is no error); the last change of a key wins. Gives the
    /// delta that amounts to: old rows to retract (weight -1), new rows to insert; a row rewritten as it was is in
    /// neither. Both lie in <paramref name="arena"/> and, for old long strings, in this arrangement: valid within the
    /// tick. Returns how many of the keys had a row. <paramref name="areNew"/>: none of them has, as was found when this was executed
    /// the first time; rows that are not loaded need not be asked.
    /// </summary>
    internal int Upsert(Batch changes, long tick, Arena arena, Batch retracted, Batch inserted, bool areNew = false)
    {
        if (IsBag || Spec.AppendOnly)
        {
            throw Broken("an upsert needs a key and a relation that is not append-only");
        }

        if (_stored is { } stored && _load is not null
            && UpsertStored(stored, changes, tick, arena, retracted, inserted, areNew, out int met))
        {
            return met;
        }

        RequireLoaded();
        met = 0;
        var mark = Context.Scratch.Position;
        ReadOnlySpan<Batch> deltas = [changes];
        var net = new NetEffect(deltas, _keyColumns, Spec.HashSeed, Context.Scratch);
        var rowChanges = new RowChanges(Context.Scratch, net.Groups.Length) { PlacesVersion = _keyIndex!.Table.Version };
        var found = FindKeys(in net);
        for (int i = 0; i < net.Groups.Length; i++)
        {
            int last = net.LastOf(net.Groups[i]);
            uint known = found.Rows[i];
            bool alive = known != 0 && Rows.IsAlive(known);
            met += alive ? 1 : 0;
            bool isInsert = net.WeightOf(last) > 0;
            if (isInsert && !(alive && RowReader.RowEquals(Rows, known, changes, net.RowOf(last))))
            {
                rowChanges.Insert(0, net.RowOf(last), net.HashOf(last), known, 1, found.Places[i]);
            }
            else if (isInsert)
            {
                continue;
            }

            if (alive)
            {
                rowChanges.Kill(known, isReplaced: isInsert);
            }
        }

        var old = rowChanges.Killed;
        retracted.Reset(old.Length, Spec.Columns.Count);
        inserted.Reset(rowChanges.InsertCount, Spec.Columns.Count);
        var codes = arena.Allocate<int>(rowChanges.InsertCount);
        rowChanges.InsertedRows.CopyTo(codes);
        for (int column = 0; column < Spec.Columns.Count; column++)
        {
            retracted[column] = RowReader.Gather(Rows, old, column, arena);
            inserted[column] = VectorTake.Rows(in changes[column], codes, arena);
        }

        var weights = arena.Allocate<long>(old.Length);
        weights.Fill(-1);
        retracted.SetWeights(weights);
        Execute(deltas, in rowChanges, tick);
        Context.Scratch.Release(mark);
        return met;
    }

    /// <summary>
    /// The newest version of the row of each key of a net effect (0: none), and where the index has it.
    /// </summary>
    private readonly ref struct FoundKeys(Span<uint> rows, Span<nint> places)
    {
        internal readonly Span<uint> Rows = rows;
        internal readonly Span<nint> Places = places;
    }

    [SkipLocalsInit]
    private FoundKeys FindKeys(in NetEffect net)
    {
        var found = new FoundKeys(
            Context.Scratch.Allocate<uint>(net.Groups.Length), Context.Scratch.Allocate<nint>(net.Groups.Length));
        byte* memory = stackalloc byte[KeyBlock.Bytes];
        for (int start = 0; start < net.Groups.Length;)
        {
            // Groups come in order of their first row, so those of one batch are neighbours.
            int batch = net.BatchOf(net.Groups[start]);
            var block = new KeyBlock(net.DeltaOf(net.Groups[start]), _keyColumns, memory);
            int end = start;
            for (; end < net.Groups.Length && block.Count < KeyBlock.RowsMax && net.BatchOf(net.Groups[end]) == batch; end++)
            {
                block.Add(net.RowOf(net.Groups[end]), net.HashOf(net.Groups[end]));
            }

            _keyIndex!.Find(ref block);
            new Span<uint>(block.Values, block.Count).CopyTo(found.Rows[start..]);
            new Span<nint>(block.Places, block.Count).CopyTo(found.Places[start..]);
            start = end;
        }

        return found;
    }

    private void ResolveKeyed(in NetEffect net, ref RowChanges changes)
    {
        var found = FindKeys(in net);
        for (int i = 0; i < net.Groups.Length; i++)
        {
            if (!net.Resolve(net.Groups[i], out int retracted, out int inserted))
            {
                throw Broken("a tick leaves several rows under one key");
            }

            if (retracted < 0 && inserted < 0)
            {
                continue;
            }

            uint known = found.Rows[i];
            bool alive = known != 0 && Rows.IsAlive(known);
            if (alive != retracted >= 0)
            {
                throw Broken(alive ? "a row is inserted under a key that exists" : "a row is retracted that does not exist");
            }

            if (alive)
            {
                if (IsChecked(i, net.Groups.Length)
                    && !RowReader.RowEquals(Rows, known, net.DeltaOf(retracted), net.RowOf(retracted)))
                {
                    throw Broken("a row is retracted that does not exist: another stands under its key");
                }

                changes.Kill(known, isReplaced: inserted >= 0);
            }

            if (inserted >= 0)
            {
                changes.Insert(net.BatchOf(inserted), net.RowOf(inserted), net.HashOf(inserted), known, 1, found.Places[i]);
            }
        }
    }

    /// <summary>
    /// That the key of a retracted row is there is always checked. That the whole row equals is checked in small ticks
    /// and, as it costs a cache line a column, for every 16th row of large ones: an operator that retracts wrong rows
    /// does it often.
    /// </summary>
    private static bool IsChecked(int i, int count) => count <= ChecksMax || (i & 15) == 0 || ChecksAll;

    private const int ChecksMax = 256;

    /// <summary>Tests check every row.</summary>
    internal static bool ChecksAll { get; set; }
#if DEBUG
        = true;
#endif

    private void ResolveBag(in NetEffect net, ref RowChanges changes)
    {
        var found = FindKeys(in net);
        for (int i = 0; i < net.Groups.Length; i++)
        {
            int group = net.Groups[i];
            long sum = net.SumOf(group);
            if (sum == 0)
            {
                continue;
            }

            uint known = found.Rows[i];
            bool alive = known != 0 && Rows.IsAlive(known);
            long count = (alive ? Rows.CountOf(known) : 0) + sum;
            if (count < 0)
            {
                throw Broken("a row is retracted that does not exist");
            }

            if (alive)
            {
                changes.Kill(known, isReplaced: count > 0);
            }

            if (count > 0)
            {
                changes.Insert(net.BatchOf(group), net.RowOf(group), net.HashOf(group), known, count, found.Places[i]);
            }
        }
    }

    private void Execute(ReadOnlySpan<Batch> deltas, in RowChanges changes, long tick)
    {
        for (int i = 0; i < changes.KillCount; i++)
        {
            Rows.Kill(changes.Killed[i], tick);
            NoteDeath(changes.Killed[i], changes.IsReplaced[i], tick);
        }

        int start = 0;
        while (start < changes.InsertCount)
        {
            int batch = changes.InsertedBatches[start];
            int end = start + 1;
            while (end < changes.InsertCount && changes.InsertedBatches[end] == batch)
            {
                end++;
            }

            Insert(deltas[batch], in changes, start, end, tick);
            start = end;
        }
    }

    private void Insert(Batch batch, in RowChanges changes, int start, int end, long tick)
    {
        int count = end - start;
        var sourceRows = changes.InsertedRows[start..end];
        var rows = Context.Scratch.Allocate<uint>(count);
        int reused = Rows.Allocate(rows, tick);
        RowWriter.Write(Rows, batch, sourceRows, rows, reused);
        long oldest = Context.Ticks.OldestVisible;
        for (int i = 0; i < count; i++)
        {
            uint replaced = changes.Replaced[start + i];
            // A version that nobody can see any more is not worth a hop.
            Rows.SetPrevious(rows[i], replaced != 0 && Rows.DeathOf(replaced) > oldest ? replaced : 0);
            Rows.SetCount(rows[i], changes.Counts[start + i]);
        }

        Rows.Bear(rows, tick);
        var table = _keyIndex!.Table;
        for (int i = 0; i < count; i++)
        {
            uint replaced = changes.Replaced[start + i];
            if (replaced != 0 && table.Version == changes.PlacesVersion)
            {
                table.Replace(KeyPlace.Of(changes.Places[start + i]), rows[i]);
                continue;
            }

            bool isNull = _keyIndex.IsInteger && !batch[_keyColumns[0]].IsValid(sourceRows[i]);
            _keyIndex.SetRow(changes.Hashes[start + i], isNull, replaced, rows[i]);
        }

        foreach (var index in _indexes)
        {
            if (index != _keyIndex)
            {
                AddToIndex(index, batch, sourceRows, rows);
            }
        }
    }

    private void AddToIndex(KeyIndex index, Batch batch, ReadOnlySpan<int> sourceRows, ReadOnlySpan<uint> rows)
    {
        var hashes = KeyHashing.Of(batch, index.Columns, Spec.HashSeed, Context.Scratch);
        if (!index.IsUnique)
        {
            index.AddRows(batch, sourceRows, hashes, rows);
            return;
        }

        for (int i = 0; i < rows.Length; i++)
        {
            int row = sourceRows.IsEmpty ? i : sourceRows[i];
            uint known = index.Find(hashes[row], batch, index.Columns, row);
            if (known != 0 && Rows.IsAlive(known))
            {
                throw Broken("a row is inserted under a key that exists");
            }

            bool isNull = index.IsInteger && !batch[index.Columns[0]].IsValid(row);
            index.SetRow(hashes[row], isNull, known, rows[i]);
        }
    }

    private void Append(Batch batch, long tick)
    {
        if (batch.RowCount == 0)
        {
            return;
        }

        for (int row = 0; batch.HasWeights && row < batch.RowCount; row++)
        {
            long weight = batch.Weight(row);
            if (weight < 1 || (weight != 1 && !IsBag))
            {
                throw Broken("a row is retracted from an append-only relation");
            }
        }

        var mark = Context.Scratch.Position;
        var rows = _indexes.Length == 0 ? default : Context.Scratch.Allocate<uint>(batch.RowCount);
        for (int start = 0; start < batch.RowCount;)
        {
            // Rows never die here, so none is written again: they come in runs.
            uint first = Rows.AllocateRun(batch.RowCount - start, tick, out int count);
            RowWriter.WriteRun(Rows, batch, [], start, first, count);
            for (int i = 0; i < count; i++)
            {
                if (batch.HasWeights)
                {
                    Rows.SetCount(first + (uint)i, batch.Weight(start + i));
                }

                if (!rows.IsEmpty)
                {
                    rows[start + i] = first + (uint)i;
                }
            }

            Rows.BearRun(first, count, tick);
            start += count;
        }

        foreach (var index in _indexes)
        {
            AddToIndex(index, batch, [], rows);
        }

        Context.Scratch.Release(mark);
    }
}
