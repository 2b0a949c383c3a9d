using Vectorized.Engine.Columns;

namespace Vectorized.Connectors.Generators.Tpch;

/// <summary>Writes customers.</summary>
internal static class TpchCustomers
{
    private const int CommentLengthMin = 29;
    private const int CommentLengthMax = 116;

    private static readonly TpchWords _segments = new("AUTOMOBILE|BUILDING|FURNITURE|HOUSEHOLD|MACHINERY");

    internal static Batch Write(Arena arena, long from, long to)
    {
        var batch = TpchGenerator.Allocate(arena, TpchTable.Customer, (int)(to - from));
        var text = new TextRegion(arena);
        var addresses = new TpchRandom(881155353, TpchText.AddressDraws, from);
        var nations = new TpchRandom(1489529863, 1, from);
        var phones = new TpchRandom(1521138112, TpchText.PhoneDraws, from);
        var balances = new TpchRandom(298370230, 1, from);
        var segments = new TpchRandom(1140279430, 1, from);
        var comments = new TpchRandom(1335826707, 2, from);
        for (int row = 0; row < batch.RowCount; row++)
        {
            int nation = nations.Next(0, TpchPlaces.NationCount - 1);
            batch[0].Values<int>()[row] = (int)from + row + 1;
            batch[1].Views[row] = TpchText.Numbered(ref text, "Customer#"u8, from + row + 1);
            batch[2].Views[row] = TpchText.Address(ref text, ref addresses);
            batch[3].Values<int>()[row] = nation;
            batch[4].Views[row] = TpchText.Phone(ref text, ref phones, nation);
            batch[5].Values<long>()[row] = balances.Next(-99_999, 999_999);
            batch[6].Views[row] = _segments.Pick(ref segments);
            batch[7].Views[row] = TpchTextPool.Instance.Cut(ref comments, CommentLengthMin, CommentLengthMax);
            nations.EndRow();
            addresses.EndRow();
            phones.EndRow();
            balances.EndRow();
            segments.EndRow();
            comments.EndRow();
        }

        return batch;
    }
}
