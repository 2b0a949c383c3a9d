using Vectorized.Engine.Catalog;
using Vectorized.Engine.Columns;

namespace Vectorized.Engine.Serving.Writes;

/// <summary>
/// The hidden ids of tables without primary key: dense, from 1, given on the main lane as rows join a tick. The ids stand in
/// the tick's record with the rows, so replay gives none: it tells <see cref="Observe"/> what the records hold, and a
/// restore tells it the highest id of the rows it loaded. An id is never given twice while its row may be seen.
/// </summary>
internal sealed class RowIdCounters
{
    private readonly Dictionary<int, long> _next = [];

    /// <summary>Gives ids to rows that have none yet (0 or less). Main lane only.</summary>
    internal void FillMissing(CatalogRelation table, Batch rows)
    {
        if (table.RowIdColumn < 0)
        {
            return;
        }

        long next = _next.GetValueOrDefault(table.Id, 1);
        var ids = rows[table.RowIdColumn].Values<long>();
        for (int row = 0; row < ids.Length; row++)
        {
            if (ids[row] <= 0)
            {
                ids[row] = next++;
            }
        }

        _next[table.Id] = next;
    }

    /// <summary>Replay of a record's write: ids given later are above those it holds.</summary>
    internal void Observe(CatalogRelation table, Batch rows)
    {
        if (table.RowIdColumn < 0)
        {
            return;
        }

        var ids = rows[table.RowIdColumn].Values<long>();
        for (int row = 0; row < ids.Length; row++)
        {
            Restore(table.Id, ids[row]);
        }
    }

    /// <summary>By table, the next id.</summary>
    internal IEnumerable<(int TableId, long Next)> All => _next.Select(e => (e.Key, e.Value));

    /// <summary>Rows up to this id are there.</summary>
    internal void Restore(int tableId, long highest) =>
        _next[tableId] = Math.Max(_next.GetValueOrDefault(tableId, 1), highest + 1);
}
