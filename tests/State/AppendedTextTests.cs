using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.State;

/// <summary>Rows that only come are written in runs, their texts as they stand one after another.</summary>
public sealed class AppendedTextTests
{
    private static readonly SqlType[] _columns = [SqlType.Varchar, SqlType.Int64, SqlType.Varchar, SqlType.Boolean];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Append_TextsOfAllSizesInAnyOrder_AreWhatWasGiven(int seed)
    {
        var random = new Random(seed);
        using var context = StateContext.Private();
        using var arrangement = new Arrangement(new ArrangementSpec("t", _columns, null, AppendOnly: true), context);
        var expected = new List<string>();
        for (int tick = 1; tick <= 60; tick++)
        {
            using var arena = new Arena();
            var batch = Rows(arena, random);
            for (int row = 0; row < batch.RowCount; row++)
            {
                expected.Add(RandomRows.Text(batch, row));
            }

            arrangement.Apply(batch, tick);
        }

        var rows = new List<string>();
        using var scanned = new Arena();
        var into = new Batch();
        var scan = arrangement.Scan(60, [0, 1, 2, 3]);
        while (scan.Next(into, scanned))
        {
            rows.AddRange(Enumerable.Range(0, into.RowCount).Select(row => RandomRows.Text(into, row)));
            scanned.Reset();
        }

        Assert.Equal(expected, rows);
    }

    private static Batch Rows(Arena arena, Random random)
    {
        int count = random.Next(1, 1500);
        var batch = new Batch().Reset(count, _columns.Length);
        int longest = random.Next(3) switch { 0 => 13, 1 => 200, _ => random.Next(20) == 0 ? 70_000 : 2_000 };
        batch[0] = Texts(arena, random, count, longest, nullEvery: 0);
        batch[1] = Kernels.RandomVectors.Create(arena, SqlType.Int64, count, random.Next(2) * 10, random.Next());
        batch[2] = Texts(arena, random, count, 40, nullEvery: random.Next(2) * 5);
        batch[3] = Kernels.RandomVectors.Create(arena, SqlType.Boolean, count, 0, random.Next());
        if (random.Next(3) == 0)
        {
            // As after a filter or a join: the texts are neighbours no more.
            int[] taken = [.. Enumerable.Range(0, count).Where(_ => random.Next(3) > 0)];
            random.Shuffle(taken);
            var pool = new BatchPool();
            return BatchTake.Take(batch, taken, arena, pool);
        }

        if (random.Next(3) == 0)
        {
            batch[0] = Kernels.RandomVectors.Encode(arena, in batch[0]);
        }

        return batch;
    }

    private static Vector Texts(Arena arena, Random random, int count, int longest, int nullEvery)
    {
        var texts = Vector.Allocate(arena, SqlType.Varchar, count);
        var validity = nullEvery > 0 ? texts.AddValidity(arena) : default;
        Span<byte> text = new byte[longest];
        for (int row = 0; row < count; row++)
        {
            if (nullEvery > 0 && random.Next(nullEvery) == 0)
            {
                Bitmap.Clear(validity, row);
                continue;
            }

            var bytes = text[..random.Next(longest)];
            random.NextBytes(bytes);
            texts.Views[row] = arena.AddString(bytes);
        }

        return texts;
    }
}
