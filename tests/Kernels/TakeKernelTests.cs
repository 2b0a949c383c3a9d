using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Kernels;

public sealed class TakeKernelTests
{
    public static TheoryData<SqlType> Types =>
    [
        SqlType.Boolean, SqlType.Int16, SqlType.Int32, SqlType.Int64, SqlType.Float64, SqlType.NumericOf(30, 2),
        SqlType.Varchar, SqlType.Interval,
    ];

    [Theory]
    [MemberData(nameof(Types))]
    public void Take_AnyEncoding_GivesThoseRows(SqlType type)
    {
        using var arena = new Arena();
        for (int length = 1; length < 70; length += 3)
        {
            foreach (int nulls in new[] { 0, 40, 100 })
            {
                var flat = RandomVectors.Create(arena, type, length, nulls, length + nulls);
                var rows = RandomVectors.Rows(flat);
                var random = new Random(length);
                int[] wanted = Enumerable.Range(0, random.Next(0, 100)).Select(_ => random.Next(length)).ToArray();
                var expected = wanted.Select(r => rows[r]);
                Assert.Equal(expected, RandomVectors.Rows(TakeKernel.Take(flat, wanted, arena)));
                var encoded = RandomVectors.Encode(arena, flat);
                Assert.Equal(rows, RandomVectors.Rows(encoded));
                Assert.Equal(expected, RandomVectors.Rows(TakeKernel.Take(encoded, wanted, arena)));
                Assert.Equal(rows, RandomVectors.Rows(TakeKernel.Flatten(encoded, arena)));
                Assert.True(TakeKernel.Flatten(encoded, arena).IsFlat);

                int[] outer = wanted.Select(r => r % 3 == 0 ? -1 : r).ToArray();
                var padded = outer.Select(r => r < 0 ? Datum.Null(type) : rows[r]);
                Assert.Equal(padded, RandomVectors.Rows(TakeKernel.TakeOrNull(flat, outer, arena)));
                Assert.Equal(padded, RandomVectors.Rows(TakeKernel.TakeOrNull(encoded, outer, arena)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Flatten_Constant_RepeatsTheValue(SqlType type)
    {
        using var arena = new Arena();
        var one = RandomVectors.Rows(RandomVectors.Create(arena, type, 1, 0, 3))[0];
        var flat = TakeKernel.Flatten(one.ToConstant(arena, 21), arena);
        Assert.True(flat.IsFlat);
        Assert.Equal(Enumerable.Repeat(one, 21), RandomVectors.Rows(flat));
        var nulls = TakeKernel.Flatten(Datum.Null(type).ToConstant(arena, 9), arena);
        Assert.Equal(Enumerable.Repeat(Datum.Null(type), 9), RandomVectors.Rows(nulls));
    }

    [Fact]
    public void Take_OnlyPresentRows_DropsTheBitmap()
    {
        using var arena = new Arena();
        var vector = RandomVectors.Create(arena, SqlType.Int64, 50, 0, 1);
        Bitmap.Clear(vector.AddValidity(arena), 7);
        Assert.False(TakeKernel.Take(vector, [1, 2, 3], arena).MayHaveNulls);
        Assert.True(TakeKernel.Take(vector, [1, 7], arena).MayHaveNulls);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Concat_AnyLengths_GivesAllRowsInOrder(SqlType type)
    {
        using var arena = new Arena();
        for (int seed = 0; seed < 30; seed++)
        {
            var random = new Random(seed);
            var parts = new Vector[random.Next(1, 6)];
            var expected = new List<Datum>();
            for (int i = 0; i < parts.Length; i++)
            {
                parts[i] = RandomVectors.Create(arena, type, random.Next(0, 40), random.Next(2) * 30, seed + (i * 100));
                if (random.Next(3) == 0)
                {
                    parts[i] = RandomVectors.Encode(arena, parts[i]);
                }

                expected.AddRange(RandomVectors.Rows(parts[i]));
            }

            Assert.Equal(expected, RandomVectors.Rows(ConcatKernel.Concat(type, parts, arena)));
        }
    }
}
