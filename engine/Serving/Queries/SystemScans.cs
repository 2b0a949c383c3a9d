using Vectorized.Engine.Catalog;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Operators.Time;
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
            Watermark = id => Status(database, catalog, id),
            RowErrors = id => database.Stored.GetValueOrDefault(id)?.Failure?.RowErrors ?? (0, null),
            Memory = () => MemoryReport.Totals(database),
            OperatorMemory = () => MemoryReport.ByOperator(database),
            State = () => StateReport.Facts(database),
            Freshness = () => FreshnessReport.Views(database, catalog),
            Sources = () => FreshnessReport.Sources(database, catalog),
            StoredRuns = () => StateReport.Runs(database),
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

    private static WatermarkStatus? Status(Database database, CatalogSnapshot catalog, int relationId)
    {
        foreach (var intake in database.Lane.Graph.Gated)
        {
            if (intake.RelationId == relationId && intake.Gate is { } gate && catalog.Find(relationId) is CatalogRelation relation)
            {
                long watermark = gate.Watermark;
                return new WatermarkStatus(
                    watermark == WatermarkBoard.None ? null : Datum.OfRaw(relation.Columns[gate.Column].Type, watermark),
                    gate.Accepted, gate.Late);
            }
        }

        return null;
    }
}
