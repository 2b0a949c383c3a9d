using Vectorized.Engine.Columns;

namespace Vectorized.Connectors.Generators.Tpch;

/// <summary>Writes regions and nations.</summary>
internal static class TpchPlaces
{
    internal const int NationCount = 25;

    private const int CommentLengthMin = 28;
    private const int CommentLengthMax = 115;

    private static readonly TpchWords _regions = new("AFRICA|AMERICA|ASIA|EUROPE|MIDDLE EAST");

    private static readonly TpchWords _nations = new(
        "ALGERIA|ARGENTINA|BRAZIL|CANADA|EGYPT|ETHIOPIA|FRANCE|GERMANY|INDIA|INDONESIA|IRAN|IRAQ|JAPAN|JORDAN|KENYA|MOROCCO|"
        + "MOZAMBIQUE|PERU|CHINA|ROMANIA|SAUDI ARABIA|VIETNAM|RUSSIA|UNITED KINGDOM|UNITED STATES");

    private static ReadOnlySpan<byte> RegionOfNation =>
        [0, 1, 1, 1, 4, 0, 3, 3, 2, 2, 4, 4, 2, 4, 0, 0, 0, 1, 2, 3, 4, 2, 3, 3, 1];

    internal static Batch WriteRegions(Arena arena, long from, long to)
    {
        var batch = TpchGenerator.Allocate(arena, TpchTable.Region, (int)(to - from));
        Write(batch, _regions, from, new TpchRandom(1500869201, 2, from), comment: 2);
        return batch;
    }

    internal static Batch WriteNations(Arena arena, long from, long to)
    {
        var batch = TpchGenerator.Allocate(arena, TpchTable.Nation, (int)(to - from));
        Write(batch, _nations, from, new TpchRandom(606179079, 2, from), comment: 3);
        for (int row = 0; row < batch.RowCount; row++)
        {
            batch[2].Values<int>()[row] = RegionOfNation[(int)from + row];
        }

        return batch;
    }

    private static void Write(Batch batch, TpchWords names, long from, TpchRandom comments, int comment)
    {
        for (int row = 0; row < batch.RowCount; row++)
        {
            int key = (int)from + row;
            batch[0].Values<int>()[row] = key;
            batch[1].Views[row] = names[key];
            batch[comment].Views[row] = TpchTextPool.Instance.Cut(ref comments, CommentLengthMin, CommentLengthMax);
            comments.EndRow();
        }
    }
}
