using System.Globalization;
using Vectorized.Engine.Columns;

namespace Vectorized.Connectors.Generators.Tpch;

/// <summary>Writes parts. A name is five colours: the first of a shuffle, no more of which is done.</summary>
internal static class TpchParts
{
    private const int NameWords = 5;
    private const int CommentLengthMin = 5;
    private const int CommentLengthMax = 22;

    private static readonly TpchWords _colours = new(
        "almond|antique|aquamarine|azure|beige|bisque|black|blanched|blue|blush|brown|burlywood|burnished|chartreuse|chiffon|"
        + "chocolate|coral|cornflower|cornsilk|cream|cyan|dark|deep|dim|dodger|drab|firebrick|floral|forest|frosted|gainsboro|ghost|"
        + "goldenrod|green|grey|honeydew|hot|indian|ivory|khaki|lace|lavender|lawn|lemon|light|lime|linen|magenta|maroon|medium|"
        + "metallic|midnight|mint|misty|moccasin|navajo|navy|olive|orange|orchid|pale|papaya|peach|peru|pink|plum|powder|puff|purple|"
        + "red|rose|rosy|royal|saddle|salmon|sandy|seashell|sienna|sky|slate|smoke|snow|spring|steel|tan|thistle|tomato|turquoise|"
        + "violet|wheat|white|yellow");

    private static readonly TpchWords _types = TpchWords.Combine(
        ["STANDARD", "SMALL", "MEDIUM", "LARGE", "ECONOMY", "PROMO"],
        ["ANODIZED", "BURNISHED", "PLATED", "POLISHED", "BRUSHED"],
        ["TIN", "NICKEL", "BRASS", "STEEL", "COPPER"]);

    private static readonly TpchWords _containers = TpchWords.Combine(
        ["SM", "LG", "MED", "JUMBO", "WRAP"], ["CASE", "BOX", "BAG", "JAR", "PACK", "PKG", "CAN", "DRUM"]);

    private static readonly TpchWords _makers =
        new(Enumerable.Range(1, 5).Select(n => "Manufacturer#" + n.ToString(CultureInfo.InvariantCulture)));

    private static readonly TpchWords _brands =
        new(Enumerable.Range(0, 25).Select(n => "Brand#" + (11 + (n / 5 * 10) + (n % 5)).ToString(CultureInfo.InvariantCulture)));

    internal static Batch Write(Arena arena, long from, long to)
    {
        var batch = TpchGenerator.Allocate(arena, TpchTable.Part, (int)(to - from));
        var text = new TextRegion(arena);
        var order = new byte[_colours.Count];
        var names = new TpchRandom(709314158, _colours.Count, from);
        var makers = new TpchRandom(1, 1, from);
        var brands = new TpchRandom(46831694, 1, from);
        var types = new TpchRandom(1841581359, 1, from);
        var sizes = new TpchRandom(1193163244, 1, from);
        var containers = new TpchRandom(727633698, 1, from);
        var comments = new TpchRandom(804159733, 2, from);
        for (int row = 0; row < batch.RowCount; row++)
        {
            int key = (int)from + row + 1;
            int maker = makers.Next(1, 5) - 1;
            batch[0].Values<int>()[row] = key;
            batch[1].Views[row] = Name(ref text, order, ref names);
            batch[2].Views[row] = _makers[maker];
            batch[3].Views[row] = _brands[(maker * 5) + brands.Next(1, 5) - 1];
            batch[4].Views[row] = _types.Pick(ref types);
            batch[5].Values<int>()[row] = sizes.Next(1, 50);
            batch[6].Views[row] = _containers.Pick(ref containers);
            batch[7].Values<long>()[row] = TpchScale.PriceOf(key);
            batch[8].Views[row] = TpchTextPool.Instance.Cut(ref comments, CommentLengthMin, CommentLengthMax);
            names.EndRow();
            makers.EndRow();
            brands.EndRow();
            types.EndRow();
            sizes.EndRow();
            containers.EndRow();
            comments.EndRow();
        }

        return batch;
    }

    private static StringView Name(ref TextRegion text, Span<byte> order, ref TpchRandom random)
    {
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = (byte)i;
        }

        var room = text.Room(NameWords * 16);
        int length = 0;
        for (int i = 0; i < NameWords; i++)
        {
            int other = random.Next(i, order.Length - 1);
            (order[i], order[other]) = (order[other], order[i]);
            var colour = _colours.Bytes(order[i]);
            colour.CopyTo(room[length..]);
            length += colour.Length;
            room[length++] = (byte)' ';
        }

        return text.Close(length - 1);
    }
}
