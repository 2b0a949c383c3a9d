using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Connectors.Generators.Tpch;

/// <summary>
/// The data of TPC-H (specification, clause 4.2) written straight into columns, the same as the standard's own program
/// makes, comments excepted (<see cref="TpchTextPool"/>). A table is addressed by positions from 0: a row each, but a part
/// of partsupp (four rows) and an order of lineitem (one to seven). Any range is made without the ones before it.
/// Stateless; any thread.
/// </summary>
public sealed class TpchGenerator(TpchScale scale)
{
    public TpchScale Scale => scale;

    /// <summary>The number of a table's positions.</summary>
    public long PositionCount(TpchTable table) => table switch
    {
        TpchTable.Region => 5,
        TpchTable.Nation => 25,
        TpchTable.Supplier => scale.Suppliers,
        TpchTable.Part or TpchTable.PartSupp => scale.Parts,
        TpchTable.Customer => scale.Customers,
        _ => scale.Orders,
    };

    /// <summary>The most rows a position holds.</summary>
    public static int RowsPerPositionMax(TpchTable table) => table switch
    {
        TpchTable.PartSupp => TpchPartSuppliers.PerPart,
        TpchTable.LineItem => TpchLineItems.PerOrderMax,
        _ => 1,
    };

    /// <summary>The rows at positions [from, to); the caller owns the batch, but part of its text lives as long as the process.</summary>
    public OwnedBatch Generate(TpchTable table, long from, long to)
    {
        var arena = new Arena();
        return new OwnedBatch(Write(arena, table, from, to), arena);
    }

    /// <summary>As <see cref="Generate"/>, into an arena of the caller's.</summary>
    public Batch Write(Arena arena, TpchTable table, long from, long to) => table switch
    {
        TpchTable.Region => TpchPlaces.WriteRegions(arena, from, to),
        TpchTable.Nation => TpchPlaces.WriteNations(arena, from, to),
        TpchTable.Supplier => TpchSuppliers.Write(arena, from, to),
        TpchTable.Part => TpchParts.Write(arena, from, to),
        TpchTable.PartSupp => TpchPartSuppliers.Write(scale, arena, from, to),
        TpchTable.Customer => TpchCustomers.Write(arena, from, to),
        TpchTable.Orders => TpchOrders.Write(scale, arena, from, to, new TpchOrderKeys(0, 0)),
        _ => TpchLineItems.Write(scale, arena, from, to, new TpchOrderKeys(0, 0)),
    };

    /// <summary>
    /// The orders or line items of a set of new orders (refresh function 1), which the table does not hold: their keys lie
    /// in the gaps that its keys leave. Sets count from 0.
    /// </summary>
    public Batch WriteRefresh(Arena arena, TpchTable table, int set)
    {
        long from = scale.Orders + ((long)set * scale.RefreshOrders);
        long to = from + scale.RefreshOrders;
        var keys = new TpchOrderKeys(1, scale.Orders);
        return table switch
        {
            TpchTable.Orders => TpchOrders.Write(scale, arena, from, to, keys),
            TpchTable.LineItem => TpchLineItems.Write(scale, arena, from, to, keys),
            _ => throw new ArgumentOutOfRangeException(nameof(table), table, "orders and lineitem have refresh sets"),
        };
    }

    /// <summary>The order at a position: 8 keys of every 32 are in use.</summary>
    public static long OrderKey(long position) => new TpchOrderKeys(0, 0).Of(position);

    internal static Batch Allocate(Arena arena, TpchTable table, int rows)
    {
        var columns = TpchSchema.Of(table);
        var batch = new Batch().Reset(rows, columns.Count);
        for (int i = 0; i < columns.Count; i++)
        {
            batch[i] = Vector.Allocate(arena, columns[i].Type, rows);
        }

        return batch;
    }

    internal static int Day(int year, int month, int day) => (int)CivilDate.ToDays(year, month, day);
}
