using Vectorized.Engine.Types;

namespace Vectorized.Tests.Operators.Time;

/// <summary>
/// A random history whose column 0 (int8) has a watermark: after a tick, no change comes with a value below. Values repeat,
/// rows repeat, some are NULL; what is not below the watermark may be taken back.
/// </summary>
internal sealed class WatermarkedHistory(Random random, Func<Random, Row> makeRow, bool appendOnly = false)
{
    private long _front = 100;

    internal ZSet Content { get; } = [];

    /// <summary>As of the last tick.</summary>
    internal long? Watermark { get; private set; }

    internal List<(Row, long)> NextTick()
    {
        var changes = new List<(Row, long)>();
        for (int i = random.Next(8); i > 0; i--)
        {
            var open = Content.Where(p => p.Key[0].IsNull || Watermark is null || p.Key[0].AsInt64 >= Watermark).ToList();
            if (!appendOnly && open.Count > 0 && random.Next(3) == 0)
            {
                var (row, weight) = open[random.Next(open.Count)];
                Change(changes, row, random.Next(2) == 0 ? -weight : -1);
                continue;
            }

            var made = makeRow(random).Values;
            long value = Math.Max(_front + random.Next(-6, 7), Watermark ?? 0);
            made[0] = random.Next(10) == 0 ? Datum.Null(SqlType.Int64) : Datum.OfInt64(value);
            Change(changes, new Row(made), appendOnly ? 1 : random.Next(1, 3));
        }

        _front += random.Next(3);
        if (random.Next(3) != 0)
        {
            Watermark = Math.Max(Watermark ?? 0, _front + random.Next(-5, 3));
        }

        return changes;
    }

    /// <summary>The rows that are final.</summary>
    internal ZSet Below()
    {
        var below = new ZSet();
        foreach (var (row, weight) in Content)
        {
            if (!row[0].IsNull && row[0].AsInt64 < Watermark)
            {
                below.Change(row, weight);
            }
        }

        return below;
    }

    private void Change(List<(Row, long)> changes, Row row, long weight)
    {
        Content.Change(row, weight);
        changes.Add((row, weight));
    }
}
