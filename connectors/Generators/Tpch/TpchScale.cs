namespace Vectorized.Connectors.Generators.Tpch;

/// <summary>The sizes of the tables at a scale factor (specification, clause 4.2.5).</summary>
public sealed record TpchScale
{
    private const decimal FactorMax = 1000;

    public TpchScale(decimal factor)
    {
        if (factor is < 0.001m or > FactorMax)
        {
            throw new ArgumentOutOfRangeException(nameof(factor), factor, $"a scale factor is from 0.001 to {FactorMax}");
        }

        Factor = factor;
    }

    public decimal Factor { get; }

    internal int Suppliers => (int)(10_000 * Factor);

    internal int Parts => (int)(200_000 * Factor);

    internal int Customers => (int)(150_000 * Factor);

    internal int Orders => (int)(1_500_000 * Factor);

    internal int Clerks => Math.Max((int)(1000 * Factor), 1000);

    /// <summary>Orders in one set of new orders, and in one of orders to be removed (clause 2.5).</summary>
    public int RefreshOrders => Math.Max((int)(1500 * Factor), 1);

    /// <summary>The supplier of a part with a number from 0 to 3.</summary>
    internal int SupplierOf(int part, int number) =>
        (int)((part + (number * ((Suppliers / 4) + ((part - 1L) / Suppliers)))) % Suppliers) + 1;

    /// <summary>A part's retail price in cents.</summary>
    internal static long PriceOf(int part) => 90_000 + (part / 10 % 20_001) + (part % 1000 * 100);
}
