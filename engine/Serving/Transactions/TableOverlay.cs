using Vectorized.Engine.Catalog;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.State;

namespace Vectorized.Engine.Serving.Transactions;

/// <summary>
/// What a transaction block has written to one table so far, versioned by its writing statements: the rows it leaves, and the
/// keys it has touched. The block sees (epoch less touched keys) plus own rows; COMMIT writes the difference. Two
/// arrangements of the block, never reclaimed before it ends; the session's thread only.
/// </summary>
internal sealed class TableOverlay : IDisposable
{
    private readonly Arena _arena = new();
    private readonly Batch _retracted = new();
    private readonly Batch _inserted = new();

    internal TableOverlay(StoredRelation stored, StateContext state, ulong hashSeed)
    {
        Stored = stored;
        HashSeed = hashSeed;
        Key = [.. stored.Relation.Key!];
        var spec = stored.Arrangements[0].Spec;
        var indexes = (spec.Indexes ?? []).Concat(stored.Indexes.Select(i => i.Definition.Columns)).ToList();
        Rows = new Arrangement(spec with { Indexes = indexes }, state);
        int[] all = [.. Enumerable.Range(0, Key.Length)];
        var keys = new ArrangementSpec(spec.Name, [.. Key.Select(c => spec.Columns[c])], all, Indexes: [all], HashSeed: hashSeed);
        Touched = new Arrangement(keys, state);
        Checked = new Arrangement(keys, state);
    }

    /// <summary>The table as the block found it.</summary>
    internal StoredRelation Stored { get; }

    internal CatalogRelation Table => Stored.Relation;

    internal int[] Key { get; }

    internal ulong HashSeed { get; }

    /// <summary>Rows the block has written and not taken back.</summary>
    internal Arrangement Rows { get; }

    /// <summary>Keys the block has written or deleted: the key's columns only.</summary>
    internal Arrangement Touched { get; }

    /// <summary>Keys read FOR UPDATE: nobody else may have changed them, either.</summary>
    internal Arrangement Checked { get; }

    /// <summary>Whether a new index of the table is one this overlay has, too.</summary>
    internal int FindIndex(IReadOnlyList<int> columns)
    {
        var indexes = Rows.Spec.Indexes!;
        for (int i = 0; i < indexes.Count; i++)
        {
            if (indexes[i].SequenceEqual(columns))
            {
                return i;
            }
        }

        throw new Types.SqlException(Types.SqlState.InternalError, $"own writes of \"{Table.Name}\" have no such index");
    }

    /// <summary>Takes in one statement's ordered changes.</summary>
    internal void Apply(Batch changes, long statement)
    {
        if (changes.RowCount == 0)
        {
            return;
        }

        Rows.Upsert(changes, statement, _arena, _retracted, _inserted);
        Touched.Upsert(StoredKeys(changes), statement, _arena, _retracted, _inserted);
        _arena.Reset(4);
    }

    /// <summary>Takes in rows whose keys are to be checked at COMMIT.</summary>
    internal void Check(Batch rows, long statement)
    {
        if (rows.RowCount > 0)
        {
            Checked.Upsert(StoredKeys(rows), statement, _arena, _retracted, _inserted);
            _arena.Reset(4);
        }
    }

    public void Dispose()
    {
        Rows.Dispose();
        Touched.Dispose();
        Checked.Dispose();
        _arena.Dispose();
    }

    /// <summary>The keys of the changes, less row ids of the block's own making: the table can't have them.</summary>
    private Batch StoredKeys(Batch changes)
    {
        var keys = new Batch();
        if (Table.RowIdColumn < 0)
        {
            keys.Reset(changes.RowCount, Key.Length);
            for (int i = 0; i < Key.Length; i++)
            {
                keys[i] = changes[Key[i]];
            }

            return keys;
        }

        var ids = changes[Table.RowIdColumn].Values<long>();
        var rows = _arena.Allocate<int>(changes.RowCount);
        int count = 0;
        for (int row = 0; row < ids.Length; row++)
        {
            rows[count] = row;
            count += ids[row] >= 0 ? 1 : 0;
        }

        keys.Reset(count, 1);
        keys[0] = TakeKernel.Take(changes[Table.RowIdColumn], rows[..count], _arena);
        return keys;
    }
}
