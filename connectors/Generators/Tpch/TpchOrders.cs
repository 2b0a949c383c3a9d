using Vectorized.Engine.Columns;

namespace Vectorized.Connectors.Generators.Tpch;

/// <summary>Writes orders. Every third customer has none.</summary>
internal static class TpchOrders
{
    private const int CommentLengthMin = 19;
    private const int CommentLengthMax = 78;

    private static readonly TpchWords _priorities = new("1-URGENT|2-HIGH|3-MEDIUM|4-NOT SPECIFIED|5-LOW");

    internal static Batch Write(TpchScale scale, Arena arena, long from, long to, TpchOrderKeys keys)
    {
        var batch = TpchGenerator.Allocate(arena, TpchTable.Orders, (int)(to - from));
        var text = new TextRegion(arena);
        var lines = new TpchLines(scale, from);
        var customers = new TpchRandom(851767375, 1, from);
        var priorities = new TpchRandom(591449447, 1, from);
        var clerks = new TpchRandom(1171034773, 1, from);
        var comments = new TpchRandom(276090261, 2, from);
        batch[7].Values<int>().Clear();
        for (int row = 0; row < batch.RowCount; row++)
        {
            lines.NextOrder();
            var (price, status) = Total(ref lines);
            batch[0].Values<long>()[row] = keys.Of(from + row);
            batch[1].Values<int>()[row] = Customer(scale, ref customers);
            batch[2].Views[row] = StringView.Inline([status]);
            batch[3].Values<long>()[row] = price;
            batch[4].Values<int>()[row] = lines.OrderDate;
            batch[5].Views[row] = _priorities.Pick(ref priorities);
            batch[6].Views[row] = TpchText.Numbered(ref text, "Clerk#"u8, clerks.Next(1, scale.Clerks));
            batch[8].Views[row] = TpchTextPool.Instance.Cut(ref comments, CommentLengthMin, CommentLengthMax);
            customers.EndRow();
            priorities.EndRow();
            clerks.EndRow();
            comments.EndRow();
        }

        return batch;
    }

    private static (long Price, byte Status) Total(ref TpchLines lines)
    {
        long price = 0;
        int shipped = 0;
        for (int line = 0; line < lines.Count; line++)
        {
            lines.NextLine();
            price += lines.ExtendedPrice * (100 - lines.Discount) / 100 * (100 + lines.Tax) / 100;
            shipped += lines.IsShipped ? 1 : 0;
        }

        lines.EndOrder();
        return (price, shipped == lines.Count ? (byte)'F' : shipped > 0 ? (byte)'P' : (byte)'O');
    }

    private static int Customer(TpchScale scale, ref TpchRandom random)
    {
        int customer = random.Next(1, scale.Customers);
        for (int step = 1; customer % 3 == 0; step = -step)
        {
            customer = Math.Min(customer + step, scale.Customers);
        }

        return customer;
    }
}
