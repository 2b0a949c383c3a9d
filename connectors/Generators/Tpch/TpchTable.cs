namespace Vectorized.Connectors.Generators.Tpch;

/// <summary>The eight tables of TPC-H, in the order in which foreign keys allow them to be loaded.</summary>
public enum TpchTable
{
    Region,
    Nation,
    Supplier,
    Part,
    PartSupp,
    Customer,
    Orders,
    LineItem,
}
