namespace Vectorized.Connectors.Generators.Tpch;

/// <summary>
/// What an order and its line items must agree on: the order's date, the number of lines, and of each line the numbers
/// that make up the order's price and status. Both tables draw them from the same streams.
/// </summary>
internal struct TpchLines
{
    internal const int PerOrderMax = 7;

    internal static readonly int Today = TpchGenerator.Day(1995, 6, 17);

    private static readonly int _firstDay = TpchGenerator.Day(1992, 1, 1);
    private static readonly int _lastDay = TpchGenerator.Day(1998, 12, 31) - 151;

    private readonly int _parts;
    private TpchRandom _dates;
    private TpchRandom _counts;
    private TpchRandom _quantities;
    private TpchRandom _discounts;
    private TpchRandom _taxes;
    private TpchRandom _partKeys;
    private TpchRandom _shipDays;

    internal TpchLines(TpchScale scale, long order)
    {
        _parts = scale.Parts;
        _dates = new TpchRandom(1066728069, 1, order);
        _counts = Counts(order);
        _quantities = new TpchRandom(209208115, PerOrderMax, order);
        _discounts = new TpchRandom(554590007, PerOrderMax, order);
        _taxes = new TpchRandom(721958466, PerOrderMax, order);
        _partKeys = new TpchRandom(1808217256, PerOrderMax, order);
        _shipDays = new TpchRandom(1769349045, PerOrderMax, order);
    }

    /// <summary>The order's date, days since 1970.</summary>
    internal int OrderDate { get; private set; }

    internal int Count { get; private set; }

    internal int Part { get; private set; }

    internal int Quantity { get; private set; }

    /// <summary>In cents.</summary>
    internal long ExtendedPrice { get; private set; }

    /// <summary>In hundredths, as the tax.</summary>
    internal int Discount { get; private set; }

    internal int Tax { get; private set; }

    internal int ShipDate { get; private set; }

    internal readonly bool IsShipped => ShipDate <= Today;

    /// <summary>Line items of orders [from, to) together.</summary>
    internal static int CountAll(long from, long to)
    {
        var counts = Counts(from);
        int sum = 0;
        for (long order = from; order < to; order++)
        {
            sum += counts.Next(1, PerOrderMax);
        }

        return sum;
    }

    internal void NextOrder()
    {
        OrderDate = _dates.Next(_firstDay, _lastDay);
        Count = _counts.Next(1, PerOrderMax);
        _dates.EndRow();
        _counts.EndRow();
    }

    internal void NextLine()
    {
        Quantity = _quantities.Next(1, 50);
        Discount = _discounts.Next(0, 10);
        Tax = _taxes.Next(0, 8);
        Part = _partKeys.Next(1, _parts);
        ShipDate = OrderDate + _shipDays.Next(1, 121);
        ExtendedPrice = TpchScale.PriceOf(Part) * Quantity;
    }

    internal void EndOrder()
    {
        _quantities.EndRow();
        _discounts.EndRow();
        _taxes.EndRow();
        _partKeys.EndRow();
        _shipDays.EndRow();
    }

    private static TpchRandom Counts(long order) => new(1434868289, 1, order);
}
