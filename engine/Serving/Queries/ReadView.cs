using System.Collections.Immutable;
using Vectorized.Engine.Catalog;
using Vectorized.Engine.Serving.Transactions;

namespace Vectorized.Engine.Serving.Queries;

/// <summary>
/// What a statement reads: the relations as of one tick, and over them what its own transaction has written up to one of
/// its statements. Immutable; the tick is pinned by whoever made it (or it is the main lane's own).
/// </summary>
/// <param name="Stored">The relations.</param>
/// <param name="Tick">The tick they are read at.</param>
/// <param name="Block">The transaction block, or null outside of one.</param>
/// <param name="Statement">The last of the block's writing statements that is seen.</param>
internal sealed record ReadView(
    ImmutableDictionary<int, StoredRelation> Stored, long Tick, TransactionBlock? Block = null, long Statement = 0)
{
    internal StoredRelation Relation(int id) => RelationAccess.Get(Stored, id, Tick);

    /// <summary>Whether the transaction itself has changed a relation, as far as this view sees.</summary>
    internal bool HasOwnWrites(int relationId) => OwnWrites(relationId) is not null;

    /// <summary>All rows of a relation, in pieces whose union they are.</summary>
    internal VisibleRows[] Rows(int relationId) => Rows(Relation(relationId).Arrangements, -1, OwnWrites(relationId), -1);

    /// <summary>The same, to be probed by an index's columns.</summary>
    internal VisibleRows[] Rows(int relationId, IReadOnlyList<int> indexColumns)
    {
        var (arrangements, index) = Relation(relationId).FindIndex(indexColumns);
        var own = OwnWrites(relationId);
        return Rows(arrangements, index, own, own?.FindIndex(indexColumns) ?? -1);
    }

    private VisibleRows[] Rows(State.Arrangement[] arrangements, int index, TableOverlay? own, int ownIndex)
    {
        var hidden = own is null ? null : new HiddenKeys(own, Statement);
        var rows = new VisibleRows[arrangements.Length + (own is null ? 0 : 1)];
        for (int part = 0; part < arrangements.Length; part++)
        {
            rows[part] = new VisibleRows(arrangements[part], index, Tick, hidden);
        }

        if (own is not null)
        {
            rows[^1] = new VisibleRows(own.Rows, ownIndex, Statement, null);
        }

        return rows;
    }

    private TableOverlay? OwnWrites(int relationId) => Statement > 0 ? Block?.Find(relationId) : null;
}

/// <summary>
/// A piece of what a reader sees of a relation: the rows of an arrangement at a tick, less those whose key its transaction
/// has touched (they are another piece's).
/// </summary>
/// <param name="Arrangement">Where the rows are.</param>
/// <param name="Index">The arrangement's index to probe, or -1 when the piece is to be scanned.</param>
/// <param name="Tick">When.</param>
/// <param name="Hidden">Which do not count, or null.</param>
internal readonly record struct VisibleRows(State.Arrangement Arrangement, int Index, long Tick, HiddenKeys? Hidden);
