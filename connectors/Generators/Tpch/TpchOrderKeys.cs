namespace Vectorized.Connectors.Generators.Tpch;

/// <summary>
/// Keys of orders: of every 32, the first 8 belong to the table, 8 each to sets of new orders (clause 4.2.3).
/// </summary>
/// <param name="Group">0: the table's; 1: new orders'.</param>
/// <param name="FirstPosition">The position that gets the group's first key.</param>
internal readonly record struct TpchOrderKeys(int Group, long FirstPosition)
{
    internal long Of(long position)
    {
        long number = position - FirstPosition + 1;
        return (((number >> 3 << 2) + Group) << 3) + (number & 7);
    }
}
