using Vectorized.Engine.Types;

namespace Vectorized.Tests.Operators;

/// <summary>
/// A random history of one input: rows of few distinct values (so that duplicates, ties and key matches abound), NULLs,
/// weights above one, deletions of rows that exist, changes of a row within a tick. Kept beside the net content, from
/// which a naive reference computes what is right. A seed replays it.
/// </summary>
internal sealed class RandomHistory(Random random, IReadOnlyList<SqlType> types, Func<Random, Row> makeRow, bool appendOnly)
{
    internal ZSet Content { get; } = [];

    internal IReadOnlyList<SqlType> Types => types;

    /// <summary>Columns that must stay unique (the stream's key), or null.</summary>
    internal int[]? Key { get; init; }

    internal int WeightMax { get; init; } = 3;

    /// <summary>The next batch; the content moves along.</summary>
    internal List<(Row, long)> NextBatch(int rowsMax)
    {
        var batch = new List<(Row, long)>();
        int count = random.Next(rowsMax + 1);
        while (batch.Count < count)
        {
            if (!appendOnly && Content.Count > 0 && random.Next(100) < 45)
            {
                var (row, weight) = Content.ElementAt(random.Next(Content.Count));
                Apply(batch, row, -(random.Next(3) == 0 ? weight : 1));
                continue;
            }

            var added = makeRow(random);
            if (Key is { } key && Content.Keys.FirstOrDefault(r => r.Pick(key).Equals(added.Pick(key))) is { } old)
            {
                if (appendOnly)
                {
                    count--;
                    continue;
                }

                // An update: sometimes the new version comes before the old one leaves.
                bool newFirst = random.Next(2) == 0;
                if (newFirst)
                {
                    Apply(batch, added, 1);
                }

                Apply(batch, old, -1);
                if (!newFirst)
                {
                    Apply(batch, added, 1);
                }

                continue;
            }

            Apply(batch, added, Key is not null || random.Next(4) != 0 ? 1 : random.Next(1, WeightMax + 1));
        }

        return batch;
    }

    private void Apply(List<(Row, long)> batch, Row row, long weight)
    {
        Content.Change(row, weight);
        batch.Add((row, weight));
    }
}
