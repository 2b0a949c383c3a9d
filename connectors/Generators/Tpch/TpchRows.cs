using Vectorized.Engine.Columns;

namespace Vectorized.Connectors.Generators.Tpch;

/// <summary>A table as a generated source of one split, never paced.</summary>
internal sealed class TpchRows(TpchSettings settings, int[] places) : IRowGenerator
{
    private readonly TpchGenerator _generator = new(settings.Scale);

    public int SplitCount => 1;

    public bool IsPaced => false;

    public long? StartMicros => null;

    public long EndOf(int split) => _generator.PositionCount(settings.Table);

    public long NextRow(int split, long position) => position;

    public long PositionsFor(int rowCount) => Math.Max(rowCount / TpchGenerator.RowsPerPositionMax(settings.Table), 1);

    public OwnedBatch Generate(int split, long from, long to)
    {
        var all = _generator.Generate(settings.Table, from, to);
        var chosen = new Batch().Reset(all.Batch.RowCount, places.Length);
        for (int i = 0; i < places.Length; i++)
        {
            chosen[i] = all.Batch[places[i]];
        }

        return new OwnedBatch(chosen, all.Arena);
    }

    public long DueAfter(int split, long start, long elapsedNanos) => long.MaxValue;

    public long DueTime(int split, long start, long position) => 0;
}
