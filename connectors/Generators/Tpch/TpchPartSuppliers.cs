using Vectorized.Engine.Columns;

namespace Vectorized.Connectors.Generators.Tpch;

/// <summary>Writes which suppliers have a part: four rows a part.</summary>
internal static class TpchPartSuppliers
{
    internal const int PerPart = 4;

    private const int CommentLengthMin = 49;
    private const int CommentLengthMax = 198;

    internal static Batch Write(TpchScale scale, Arena arena, long from, long to)
    {
        var batch = TpchGenerator.Allocate(arena, TpchTable.PartSupp, (int)(to - from) * PerPart);
        var quantities = new TpchRandom(1671059989, PerPart, from);
        var costs = new TpchRandom(1051288424, PerPart, from);
        var comments = new TpchRandom(1961692154, 2 * PerPart, from);
        for (int row = 0; row < batch.RowCount; row++)
        {
            int part = (int)from + (row / PerPart) + 1;
            batch[0].Values<int>()[row] = part;
            batch[1].Values<int>()[row] = scale.SupplierOf(part, row % PerPart);
            batch[2].Values<int>()[row] = quantities.Next(1, 9999);
            batch[3].Values<long>()[row] = costs.Next(100, 100_000);
            batch[4].Views[row] = TpchTextPool.Instance.Cut(ref comments, CommentLengthMin, CommentLengthMax);
        }

        return batch;
    }
}
