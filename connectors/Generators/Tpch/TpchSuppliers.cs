using Vectorized.Engine.Columns;

namespace Vectorized.Connectors.Generators.Tpch;

/// <summary>
/// Writes suppliers. In about one comment of a thousand stand complaints or recommendations of customers.
/// </summary>
internal static class TpchSuppliers
{
    private const int CommentLengthMin = 25;
    private const int CommentLengthMax = 100;
    private const int RemarkRange = 10_000;
    private const int RemarksInRange = 10;
    private const int ComplaintPercent = 50;

    private static ReadOnlySpan<byte> Customer => "Customer "u8;

    internal static Batch Write(Arena arena, long from, long to)
    {
        var batch = TpchGenerator.Allocate(arena, TpchTable.Supplier, (int)(to - from));
        var text = new TextRegion(arena);
        var addresses = new TpchRandom(706178559, TpchText.AddressDraws, from);
        var nations = new TpchRandom(110356601, 1, from);
        var phones = new TpchRandom(884434366, TpchText.PhoneDraws, from);
        var balances = new TpchRandom(962338209, 1, from);
        var comments = new TpchRandom(1341315363, 2, from);
        var remarks = new TpchRandom(202794285, 1, from);
        var gaps = new TpchRandom(263032577, 1, from);
        var places = new TpchRandom(715851524, 1, from);
        var kinds = new TpchRandom(753643799, 1, from);
        for (int row = 0; row < batch.RowCount; row++)
        {
            int nation = nations.Next(0, TpchPlaces.NationCount - 1);
            batch[0].Values<int>()[row] = (int)from + row + 1;
            batch[1].Views[row] = TpchText.Numbered(ref text, "Supplier#"u8, from + row + 1);
            batch[2].Views[row] = TpchText.Address(ref text, ref addresses);
            batch[3].Values<int>()[row] = nation;
            batch[4].Views[row] = TpchText.Phone(ref text, ref phones, nation);
            batch[5].Values<long>()[row] = balances.Next(-99_999, 999_999);
            batch[6].Views[row] = TpchTextPool.Instance.Cut(ref comments, CommentLengthMin, CommentLengthMax);
            if (remarks.Next(1, RemarkRange) <= RemarksInRange)
            {
                batch[6].Views[row] = Remark(ref text, batch[6].Bytes(row), ref gaps, ref places, ref kinds);
            }

            nations.EndRow();
            addresses.EndRow();
            phones.EndRow();
            balances.EndRow();
            comments.EndRow();
            remarks.EndRow();
            gaps.EndRow();
            places.EndRow();
            kinds.EndRow();
        }

        return batch;
    }

    private static StringView Remark(
        ref TextRegion text, ReadOnlySpan<byte> comment, ref TpchRandom gaps, ref TpchRandom places, ref TpchRandom kinds)
    {
        var room = text.Room(comment.Length);
        comment.CopyTo(room);
        int spare = comment.Length - Customer.Length - "Complaints".Length;
        int gap = gaps.Next(0, spare);
        int place = places.Next(0, spare - gap);
        var remark = kinds.Next(0, 100) < ComplaintPercent ? "Complaints"u8 : "Recommends"u8;
        Customer.CopyTo(room[place..]);
        remark.CopyTo(room[(place + Customer.Length + gap)..]);
        return text.Close(comment.Length);
    }
}
