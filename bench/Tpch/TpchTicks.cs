using Vectorized.Connectors.Generators.Tpch;
using Vectorized.Engine.Columns;

namespace Vectorized.Bench.Tpch;

/// <summary>
/// The tables' rows made in advance as batches of a tick each (1,000 rows), so that a measurement holds no generation; in
/// native memory until <see cref="Dispose"/>. A table is made when it is first asked for.
/// </summary>
internal sealed class TpchTicks(TpchGenerator generator) : IDisposable
{
    internal const int RowsPerTick = 1000;

    private const int PositionsAtOnce = 25_000;

    private readonly Arena _arena = new();
    private readonly Dictionary<TpchTable, List<Batch>> _tables = [];

    /// <summary>The batches of the tables in turn, one of each, until all are used up.</summary>
    internal IEnumerable<(TpchTable Table, Batch Rows)> InTurn(IReadOnlyList<TpchTable> tables)
    {
        var lists = tables.Select(Of).ToList();
        for (int i = 0; lists.Exists(list => i < list.Count); i++)
        {
            for (int t = 0; t < lists.Count; t++)
            {
                if (i < lists[t].Count)
                {
                    yield return (tables[t], lists[t][i]);
                }
            }
        }
    }

    /// <summary>Refresh function 1: new orders with their line items.</summary>
    internal IEnumerable<(TpchTable Table, Batch Rows)> NewOrders(int set) =>
        OrdersAndLines(table => generator.WriteRefresh(_arena, table, set), weight: 1);

    /// <summary>Refresh function 2: as many orders of the table, with their line items, go.</summary>
    internal IEnumerable<(TpchTable Table, Batch Rows)> OldOrders(int set)
    {
        int count = generator.Scale.RefreshOrders;
        return OrdersAndLines(
            table => generator.Write(_arena, table, (long)set * count, ((long)set + 1) * count), weight: -1);
    }

    public void Dispose() => _arena.Dispose();

    private List<(TpchTable Table, Batch Rows)> OrdersAndLines(Func<TpchTable, Batch> write, long weight)
    {
        var ticks = new List<(TpchTable Table, Batch Rows)>();
        foreach (var table in (TpchTable[])[TpchTable.Orders, TpchTable.LineItem])
        {
            foreach (var batch in Cut(write(table)))
            {
                if (weight != 1)
                {
                    var weights = _arena.Allocate<long>(batch.RowCount);
                    weights.Fill(weight);
                    batch.SetWeights(weights);
                }

                ticks.Add((table, batch));
            }
        }

        return ticks;
    }

    private List<Batch> Of(TpchTable table)
    {
        if (_tables.TryGetValue(table, out var known))
        {
            return known;
        }

        var batches = new List<Batch>();
        long end = generator.PositionCount(table);
        for (long at = 0; at < end; at += PositionsAtOnce)
        {
            batches.AddRange(Cut(generator.Write(_arena, table, at, Math.Min(at + PositionsAtOnce, end))));
        }

        _tables.Add(table, batches);
        return batches;
    }

    private static IEnumerable<Batch> Cut(Batch rows)
    {
        for (int at = 0; at < rows.RowCount; at += RowsPerTick)
        {
            yield return BatchSlice.Of(rows, at, Math.Min(RowsPerTick, rows.RowCount - at));
        }
    }
}
