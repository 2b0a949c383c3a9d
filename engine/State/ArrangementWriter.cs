using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.State;

/// <summary>The writing half: owner's thread, ticks in order, any number of calls a tick.</summary>
internal sealed unsafe partial class Arrangement
{
    private readonly Queue<(long Tick, uint Row)> _deaths = new();

    /// <summary>
    /// Applies the net effect of a tick's weighted rows, in whatever order insertions and retractions come. Each call by
    /// itself must lead from one valid state to another.
    /// </summary>
    internal void Apply(Batch delta, long tick) => Apply([delta], tick);

    /// <inheritdoc cref="Apply(Batch, long)"/>
    internal void Apply(ReadOnlySpan<Batch> deltas, long tick)
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
            var changes = new RowChanges(Context.Scratch, net.Groups.Length);
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
    /// Applies an ordered sequence of changes by key: weight +1 writes the row over whatever stands under its key, -1 deletes
    /// by key (other columns are ignored; a missing key is no error); the last change of a key wins. Gives the delta that
    /// amounts to: old rows to retract (weight -1), new rows to insert; a row rewritten as it was is in neither. Both lie in
    /// <paramref name="arena"/> and, for old long strings, in this arrangement: valid within the tick.
    /// </summary>
    internal void Upsert(Batch changes, long tick, Arena arena, Batch retracted, Batch inserted)
    {
        if (IsBag || Spec.AppendOnly)
        {
            throw Broken("an upsert needs a key and a relation that is not append-only");
        }

        var mark = Context.Scratch.Position;
        ReadOnlySpan<Batch> deltas = [changes];
        var net = new NetEffect(deltas, _keyColumns, Spec.HashSeed, Context.Scratch);
        var rowChanges = new RowChanges(Context.Scratch, net.Groups.Length);
        foreach (int group in net.Groups)
        {
            int last = net.LastOf(group);
            uint known = _keyIndex!.Find(net.HashOf(last), changes, _keyColumns, net.RowOf(last));
            bool alive = known != 0 && Rows.IsAlive(known);
            bool isInsert = net.WeightOf(last) > 0;
            if (isInsert && !(alive && RowReader.RowEquals(Rows, known, changes, net.RowOf(last))))
            {
                rowChanges.Insert(0, net.RowOf(last), net.HashOf(last), known, 1);
            }
            else if (isInsert)
            {
                continue;
            }

            if (alive)
            {
                rowChanges.Kill(known);
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
    }

    private void ResolveKeyed(in NetEffect net, ref RowChanges changes)
    {
        PrefetchKeys(in net);
        foreach (int group in net.Groups)
        {
            if (!net.Resolve(group, out int retracted, out int inserted))
            {
                throw Broken("a tick leaves several rows under one key");
            }

            if (retracted < 0 && inserted < 0)
            {
                continue;
            }

            int any = retracted < 0 ? inserted : retracted;
            uint known = _keyIndex!.Find(net.HashOf(any), net.DeltaOf(any), _keyColumns, net.RowOf(any));
            bool alive = known != 0 && Rows.IsAlive(known);
            if (alive != retracted >= 0)
            {
                throw Broken(alive ? "a row is inserted under a key that exists" : "a row is retracted that does not exist");
            }

            if (alive)
            {
                if (!RowReader.RowEquals(Rows, known, net.DeltaOf(retracted), net.RowOf(retracted)))
                {
                    throw Broken("a row is retracted that does not exist: another stands under its key");
                }

                changes.Kill(known);
            }

            if (inserted >= 0)
            {
                changes.Insert(net.BatchOf(inserted), net.RowOf(inserted), net.HashOf(inserted), known, 1);
            }
        }
    }

    private void ResolveBag(in NetEffect net, ref RowChanges changes)
    {
        PrefetchKeys(in net);
        foreach (int group in net.Groups)
        {
            long sum = net.SumOf(group);
            if (sum == 0)
            {
                continue;
            }

            uint known = _keyIndex!.Find(net.HashOf(group), net.DeltaOf(group), _keyColumns, net.RowOf(group));
            bool alive = known != 0 && Rows.IsAlive(known);
            long count = (alive ? Rows.CountOf(known) : 0) + sum;
            if (count < 0)
            {
                throw Broken("a row is retracted that does not exist");
            }

            if (alive)
            {
                changes.Kill(known);
            }

            if (count > 0)
            {
                changes.Insert(net.BatchOf(group), net.RowOf(group), net.HashOf(group), known, count);
            }
        }
    }

    private void PrefetchKeys(in NetEffect net)
    {
        foreach (int group in net.Groups)
        {
            _keyIndex!.Prefetch(net.HashOf(group));
        }
    }

    private void Execute(ReadOnlySpan<Batch> deltas, in RowChanges changes, long tick)
    {
        foreach (uint row in changes.Killed)
        {
            Rows.Kill(row, tick);
            NoteDeath(row, tick);
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
        Rows.Allocate(rows, tick);
        RowWriter.Write(Rows, batch, sourceRows, rows);
        long oldest = Context.Ticks.OldestVisible;
        for (int i = 0; i < count; i++)
        {
            uint replaced = changes.Replaced[start + i];
            // A version that nobody can see any more is not worth a hop.
            Rows.SetPrevious(rows[i], replaced != 0 && Rows.DeathOf(replaced) > oldest ? replaced : 0);
            Rows.SetCount(rows[i], changes.Counts[start + i]);
        }

        Rows.Bear(rows, tick);
        for (int i = 0; i < count; i++)
        {
            bool isNull = _keyIndex!.IsInteger && !batch[_keyColumns[0]].IsValid(sourceRows[i]);
            _keyIndex.SetRow(changes.Hashes[start + i], isNull, changes.Replaced[start + i], rows[i]);
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
        for (int i = 0; i < rows.Length; i++)
        {
            index.Prefetch(hashes[sourceRows.IsEmpty ? i : sourceRows[i]]);
        }

        for (int i = 0; i < rows.Length; i++)
        {
            int row = sourceRows.IsEmpty ? i : sourceRows[i];
            if (!index.IsUnique)
            {
                index.AddRow(hashes[row], batch, index.Columns, row, rows[i]);
                continue;
            }

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

        var mark = Context.Scratch.Position;
        var rows = Context.Scratch.Allocate<uint>(batch.RowCount);
        Rows.Allocate(rows, tick);
        RowWriter.Write(Rows, batch, [], rows);
        for (int row = 0; batch.HasWeights && row < batch.RowCount; row++)
        {
            long weight = batch.Weight(row);
            if (weight < 1 || (weight != 1 && !IsBag))
            {
                throw Broken("a row is retracted from an append-only relation");
            }

            Rows.SetCount(rows[row], weight);
        }

        Rows.Bear(rows, tick);
        foreach (var index in _indexes)
        {
            AddToIndex(index, batch, [], rows);
        }

        Context.Scratch.Release(mark);
    }
}
