using Vectorized.Connectors.Generators.Tpch;
using Vectorized.Engine.Catalog;
using Vectorized.Engine.Planning;

namespace Vectorized.Bench.Tpch;

/// <summary>What a planner knows once the tables are loaded at a scale: their sizes.</summary>
internal sealed class TpchStatistics(CatalogSnapshot catalog, TpchGenerator generator) : ITableStatistics
{
    private readonly Dictionary<int, double> _rows = Enum.GetValues<TpchTable>().ToDictionary(
        table => catalog.Find(CatalogSnapshot.PublicSchemaId, TpchDatabase.NameOf(table))!.Id,
        table => generator.PositionCount(table) * (table == TpchTable.PartSupp ? 4.0 : table == TpchTable.LineItem ? 4.0 : 1.0));

    public double? RowCount(int relationId) => _rows.TryGetValue(relationId, out double rows) ? rows : null;
}
