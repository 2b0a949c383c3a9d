using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.State;

public sealed class ArrangementTests
{
    private static readonly SqlType[] _columns = [SqlType.Int64, SqlType.Varchar, SqlType.Int32];

    [Fact]
    public void Apply_UpdateOfAKey_BeforeAndAfterTheTickSeeTheirOwn()
    {
        using var context = StateContext.Private();
        using var arrangement = new Arrangement(new ArrangementSpec("t", _columns, [0], Indexes: [[0], [2]]), context);
        using var first = Rows((1, 1L, "one", 7), (1, 2L, "two, which is a long string", 7));
        arrangement.Apply(first.Batch, 1);
        using var second = Rows((1, 1L, "uno", 8), (-1, 1L, "one", 7));
        arrangement.Apply(second.Batch, 2);

        Assert.Equal("1 one 7|2 two, which is a long string 7", Scan(arrangement, 1));
        Assert.Equal("1 uno 8|2 two, which is a long string 7", Scan(arrangement, 2));
        Assert.Equal("one", Lookup(arrangement, 0, 1L, Stamp.Before(2)));
        Assert.Equal("uno", Lookup(arrangement, 0, 1L, Stamp.After(2)));
        Assert.Equal(2, arrangement.LiveRows);
    }

    [Fact]
    public void Apply_RetractionOfAMissingRow_IsABrokenInvariant()
    {
        using var context = StateContext.Private();
        using var arrangement = new Arrangement(new ArrangementSpec("orders", _columns, [0]), context);
        using var delta = Rows((-1, 1L, "one", 7));
        var error = Assert.Throws<SqlException>(() => arrangement.Apply(delta.Batch, 1));
        Assert.Equal(SqlState.InternalError, error.SqlState);
        Assert.Contains("orders", error.Message, StringComparison.Ordinal);
    }

    private static OwnedBatch Rows(params (long Weight, long Key, string Text, int Number)[] rows)
    {
        var builder = new BatchBuilder(_columns);
        foreach (var (weight, key, text, number) in rows)
        {
            builder[0].Append(key);
            builder[1].AppendBytes(System.Text.Encoding.UTF8.GetBytes(text));
            builder[2].Append(number);
            builder.EndRow(weight);
        }

        return builder.Build();
    }

    private static string Scan(Arrangement arrangement, long tick)
    {
        using var arena = new Arena();
        var batch = new Batch();
        var scan = arrangement.Scan(tick, [0, 1, 2]);
        var rows = new List<string>();
        while (scan.Next(batch, arena))
        {
            for (int i = 0; i < batch.RowCount; i++)
            {
                rows.Add(Datum.FromVector(batch[0], i).AsInt64 + " " + Datum.FromVector(batch[1], i).AsText + " "
                    + Datum.FromVector(batch[2], i).AsInt32);
            }
        }

        rows.Sort(StringComparer.Ordinal);
        return string.Join('|', rows);
    }

    private static string Lookup(Arrangement arrangement, int index, long key, Stamp stamp)
    {
        using var arena = new Arena();
        using var matches = new MatchList();
        var keys = new Batch().Reset(1, 1);
        keys[0] = Datum.OfInt64(key).ToConstant(arena, 1);
        var hashes = new ulong[1];
        HashKernel.Hash(keys, [0], 0, hashes);
        var cursor = default(ProbeCursor);
        Assert.False(arrangement.Probe(index, keys, [0], hashes, stamp, ref cursor, matches));
        return Datum.FromVector(arrangement.Gather(matches.RowIds, 1, arena), 0).AsText;
    }
}
