using Vectorized.Engine.Catalog;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Queries;

/// <summary>Rows of system relations, made from the catalog snapshot the query was planned on.</summary>
internal static class SystemScans
{
    internal static Batch Rows(Database database, SessionValues session, SystemScanNode node, Arena arena)
    {
        var relation = SystemRelations.Find(node.Schema, node.Relation) ?? throw new SqlException(
            SqlState.InternalError, $"system relation {node.Schema}.{node.Relation} is unknown");
        var catalog = session.Catalog as CatalogSnapshot ?? database.Catalog;
        var context = new SystemContext(catalog, session)
        {
            RowCount = id => database.Stored.GetValueOrDefault(id)?.Arrangements.Sum(a => a.LiveRows) ?? 0,
            Settings = [.. SettingTable.All.Select(s => (s.Name, s.Default, s.Description))],
        };
        using var produced = relation.Produce(context);
        var batch = new Batch().Reset(produced.Batch.RowCount, node.RelationColumns.Count);
        for (int i = 0; i < node.RelationColumns.Count; i++)
        {
            batch[i] = BatchCopy.Into(arena, produced.Batch[node.RelationColumns[i]]);
        }

        return batch;
    }
}
