using Vectorized.Engine.Catalog;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Serving.Queries;
using Vectorized.Engine.State;

namespace Vectorized.Engine.Serving.Writes;

/// <summary>ON CONFLICT DO NOTHING: of rows with one key the first stays, and only if the table has none yet.</summary>
internal static class ConflictFilter
{
    /// <summary>Main lane only. Gives up the rows handed in.</summary>
    internal static OwnedBatch KeepNew(Database database, CatalogRelation table, OwnedBatch rows)
    {
        using (rows)
        {
            int[] key = [.. table.PrimaryKey];
            var relation = RelationAccess.Get(database, table.Id);
            var hashes = KeyHashing.Of(rows.Batch, key, database.HashSeed, rows.Arena);
            var found = rows.Arena.AllocateZeroed<uint>(rows.Batch.RowCount);
            var exists = rows.Arena.AllocateZeroed<bool>(rows.Batch.RowCount);
            var (arrangements, index) = relation.FindIndex(key);
            foreach (var arrangement in arrangements)
            {
                arrangement.ProbeFirst(
                    index, rows.Batch, key, hashes, new Stamp(database.Lane.CurrentTick), found);
                for (int row = 0; row < found.Length; row++)
                {
                    exists[row] |= found[row] != 0;
                }
            }

            var seen = new HashSet<string>(StringComparer.Ordinal);
            var kept = TableRows.Builder(table, rows.Batch.RowCount);
            for (int row = 0; row < rows.Batch.RowCount; row++)
            {
                if (!exists[row] && seen.Add(KeyText(rows.Batch, key, row)))
                {
                    for (int column = 0; column < table.Columns.Count; column++)
                    {
                        kept[column].AppendFrom(rows.Batch[column], row);
                    }

                    kept.EndRow();
                }
            }

            return kept.Build();
        }
    }

    private static string KeyText(Batch rows, int[] key, int row) =>
        string.Join('\u0001', key.Select(c => Types.Datum.FromVector(rows[c], row).ToString()));
}
