using Vectorized.Engine.Columns;

namespace Vectorized.Connectors.Generators.Tpch;

/// <summary>Writes line items, addressed by their orders.</summary>
internal static class TpchLineItems
{
    internal const int PerOrderMax = TpchLines.PerOrderMax;

    private const int CommentLengthMin = 10;
    private const int CommentLengthMax = 43;

    private static readonly TpchWords _instructions = new("DELIVER IN PERSON|COLLECT COD|TAKE BACK RETURN|NONE");
    private static readonly TpchWords _modes = new("REG AIR|AIR|RAIL|TRUCK|MAIL|FOB|SHIP");
    private static readonly TpchWords _flags = new("R|A|N");
    private static readonly TpchWords _states = new("O|F");

    internal static Batch Write(TpchScale scale, Arena arena, long from, long to, TpchOrderKeys keys)
    {
        var batch = TpchGenerator.Allocate(arena, TpchTable.LineItem, TpchLines.CountAll(from, to));
        var lines = new TpchLines(scale, from);
        var suppliers = new TpchRandom(2095021727, PerOrderMax, from);
        var commits = new TpchRandom(904914315, PerOrderMax, from);
        var receipts = new TpchRandom(373135028, PerOrderMax, from);
        var flags = new TpchRandom(717419739, PerOrderMax, from);
        var instructions = new TpchRandom(1371272478, PerOrderMax, from);
        var modes = new TpchRandom(675466456, PerOrderMax, from);
        var comments = new TpchRandom(1095462486, 2 * PerOrderMax, from);
        int row = 0;
        for (long order = from; order < to; order++)
        {
            lines.NextOrder();
            for (int line = 1; line <= lines.Count; line++, row++)
            {
                lines.NextLine();
                int received = lines.ShipDate + receipts.Next(1, 30);
                batch[0].Values<long>()[row] = keys.Of(order);
                batch[1].Values<int>()[row] = lines.Part;
                batch[2].Values<int>()[row] = scale.SupplierOf(lines.Part, suppliers.Next(0, 3));
                batch[3].Values<int>()[row] = line;
                batch[4].Values<long>()[row] = lines.Quantity * 100;
                batch[5].Values<long>()[row] = lines.ExtendedPrice;
                batch[6].Values<long>()[row] = lines.Discount;
                batch[7].Values<long>()[row] = lines.Tax;
                batch[8].Views[row] = _flags[received <= TpchLines.Today ? flags.Next(0, 1) : 2];
                batch[9].Views[row] = _states[lines.IsShipped ? 1 : 0];
                batch[10].Values<int>()[row] = lines.ShipDate;
                batch[11].Values<int>()[row] = lines.OrderDate + commits.Next(30, 90);
                batch[12].Values<int>()[row] = received;
                batch[13].Views[row] = _instructions.Pick(ref instructions);
                batch[14].Views[row] = _modes.Pick(ref modes);
                batch[15].Views[row] = TpchTextPool.Instance.Cut(ref comments, CommentLengthMin, CommentLengthMax);
            }

            lines.EndOrder();
            suppliers.EndRow();
            commits.EndRow();
            receipts.EndRow();
            flags.EndRow();
            instructions.EndRow();
            modes.EndRow();
            comments.EndRow();
        }

        return batch;
    }
}
