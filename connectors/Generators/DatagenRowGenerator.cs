using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow.Sources;

namespace Vectorized.Connectors.Generators;

/// <summary>
/// The rows of connector = 'datagen': positions are a split's row numbers. The first second's rows are due at once.
/// </summary>
internal sealed class DatagenRowGenerator(DatagenSettings settings, IReadOnlyList<SourceColumn> columns) : IRowGenerator
{
    private const double NanosPerSecond = 1e9;

    /// <summary>So that a row is due at its own due time in spite of rounding.</summary>
    private const double RoundingSlack = 1e-6;

    private WantedColumns _wanted = WantedColumns.All;

    public int SplitCount => settings.SplitCount;

    public void Want(WantedColumns columns) => _wanted = columns;

    public bool IsPaced => true;

    public long? StartMicros => null;

    public long EndOf(int split) => settings.Fields.Min(field => field.RowCount(split, SplitCount));

    public long NextRow(int split, long position) => position;

    public long PositionsFor(int rowCount) => rowCount;

    public OwnedBatch Generate(int split, long from, long to)
    {
        int count = (int)(to - from);
        var rows = OwnedBatch.Rent();
        var batch = rows.Batch.Reset(count, columns.Count);
        for (int i = 0; i < columns.Count; i++)
        {
            if (!_wanted[i])
            {
                batch[i] = Vector.Absent(columns[i].Type, count);
                continue;
            }

            batch[i] = Vector.Allocate(rows.Arena, columns[i].Type, count);
            settings.Fields[i].Fill(ref batch[i], rows.Arena, split, SplitCount, from);
        }

        return rows;
    }

    public long DueAfter(int split, long start, long elapsedNanos)
    {
        double rows = Burst(split) + (elapsedNanos / NanosPerRow) + RoundingSlack;
        return start + (long)Math.Min(rows, long.MaxValue / 2);
    }

    public long DueTime(int split, long start, long position) =>
        (long)Math.Clamp(Math.Ceiling((position - start + 1 - Burst(split)) * NanosPerRow), 0, long.MaxValue / 4);

    private double NanosPerRow => NanosPerSecond * SplitCount / settings.RowsPerSecond;

    /// <summary>
    /// Rows due at once: a second's share of one split, the remainder going to the first ones, as in RisingWave.
    /// </summary>
    private long Burst(int split) =>
        (settings.RowsPerSecond / SplitCount) + (settings.RowsPerSecond % SplitCount > split ? 1 : 0);
}
