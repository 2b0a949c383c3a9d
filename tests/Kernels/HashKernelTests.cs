using System.Text;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Kernels;

public sealed class HashKernelTests
{
    private const ulong Seed = 0x1234_5678_9ABC_DEF0;

    public static TheoryData<SqlType> Types =>
    [
        SqlType.Boolean, SqlType.Int16, SqlType.Int32, SqlType.Int64, SqlType.Float32, SqlType.Float64, SqlType.Oid,
        SqlType.NumericOf(10, 2), SqlType.NumericOf(10, 0), SqlType.NumericOf(30, 2), SqlType.Numeric, SqlType.Varchar,
        SqlType.Interval, SqlType.Timestamp,
    ];

    [Theory]
    [MemberData(nameof(Types))]
    public void Hash_AnyEncodingAndLength_EqualsRowByRow(SqlType type)
    {
        using var arena = new Arena();
        for (int length = 0; length < 40; length++)
        {
            foreach (int nulls in new[] { 0, 40, 100 })
            {
                var flat = RandomVectors.Create(arena, type, length, nulls, length + nulls);
                ulong[] expected = Enumerable.Range(0, length)
                    .Select(r => type.IsInteger && flat.IsValid(r) ? Sharding.HashOfInteger((long)HashWord.Of(flat, r, Seed))
                        : HashKernel.Mix(Seed ^ (flat.IsValid(r) ? HashWord.Of(flat, r, Seed) : HashKernel.NullWord))).ToArray();
                Assert.Equal(expected, Hash(flat));
                Assert.Equal(expected, Hash(RandomVectors.Encode(arena, flat)));
            }
        }
    }

    [Fact]
    public void Hash_EqualValuesOfOtherForms_AreEqual()
    {
        using var arena = new Arena();
        ulong one = One(arena, Datum.OfInt64(1));
        Assert.Equal(one, One(arena, Datum.OfInt16(1)));
        Assert.Equal(one, One(arena, Datum.OfInt32(1)));
        // A single integer column's hash is its shard and address; inside a longer key integers hash as numerics do.
        Assert.Equal(Sharding.HashOfInteger(1), one);
        ulong folded = Folded(arena, Datum.OfInt64(1));
        Assert.Equal(folded, Folded(arena, Datum.OfRaw(SqlType.NumericOf(10, 2), 100)));
        Assert.Equal(folded, Folded(arena, Datum.OfRaw(SqlType.NumericOf(38, 30), Int128.Parse("1000000000000000000000000000000"))));
        Assert.Equal(One(arena, Datum.OfRaw(SqlType.NumericOf(10, 2), -150)), One(arena, Datum.OfRaw(SqlType.NumericOf(30, 4), -15000)));
        Assert.Equal(One(arena, Datum.OfFloat64(0.0)), One(arena, Datum.OfFloat64(-0.0)));
        Assert.Equal(
            One(arena, Datum.OfFloat64(double.NaN)),
            One(arena, Datum.OfFloat64(BitConverter.UInt64BitsToDouble(0x7FF8_0000_0000_0123))));
        Assert.Equal(One(arena, Datum.OfFloat32(1.5f)), One(arena, Datum.OfFloat64(1.5)));
        Assert.Equal(One(arena, Datum.Null(SqlType.Varchar)), One(arena, Datum.Null(SqlType.Int64)));
        Assert.NotEqual(One(arena, Datum.OfRaw(SqlType.NumericOf(10, 2), 15)), One(arena, Datum.OfRaw(SqlType.NumericOf(10, 1), 15)));
    }

    [Fact]
    public void Hash_Strings_DependOnContentOnly()
    {
        using var arena = new Arena();
        var seen = new HashSet<ulong>();
        for (int length = 0; length < 100; length++)
        {
            byte[] bytes = Encoding.ASCII.GetBytes(new string('x', length));
            var vector = Vector.Allocate(arena, SqlType.Varchar, 2);
            vector.Views[0] = arena.AddString(bytes);
            arena.ReserveString(length % 7, out _, out _);
            vector.Views[1] = arena.AddString(bytes);
            ulong[] hashes = Hash(vector);
            Assert.Equal(hashes[0], hashes[1]);
            Assert.True(seen.Add(hashes[0]));
        }
    }

    [Fact]
    public void Hash_SeveralColumns_DependOnTheirOrder()
    {
        using var arena = new Arena();
        var a = RandomVectors.Create(arena, SqlType.Int64, 100, 0, 1);
        var b = RandomVectors.Create(arena, SqlType.Varchar, 100, 10, 2);
        ulong[] first = new ulong[100];
        ulong[] second = new ulong[100];
        HashKernel.Hash([a, b], 100, Seed, first);
        HashKernel.Hash([b, a], 100, Seed, second);
        Assert.NotEqual(first, second);
        var batch = new Batch().Reset(100, 2);
        batch[0] = b;
        batch[1] = a;
        ulong[] third = new ulong[100];
        HashKernel.Hash(batch, [1, 0], Seed, third);
        Assert.Equal(first, third);
    }

    [Fact]
    public void Hash_DenseIntegers_SpreadOverTopAndLowBits()
    {
        using var arena = new Arena();
        const int count = 1 << 16;
        var keys = Vector.Allocate(arena, SqlType.Int64, count);
        for (int i = 0; i < count; i++)
        {
            keys.Values<long>()[i] = i * 8L;
        }

        var top = new int[64];
        var low = new int[64];
        foreach (ulong hash in Hash(keys))
        {
            top[hash >> 58]++;
            low[hash & 63]++;
        }

        Assert.All(top.Concat(low), n => Assert.InRange(n, 800, 1250));
    }

    [Fact]
    public void Hash_KnownInput_NeverChanges()
    {
        // State files and shards depend on these: a change needs a new format version.
        using var arena = new Arena();
        Assert.Equal(0x0UL, One(arena, Datum.OfInt64(42)) ^ KnownInteger);
        Assert.Equal(0x0UL, One(arena, Datum.OfText("streams are the primary data")) ^ KnownText);
    }

    private const ulong KnownInteger = 42UL << 58;
    private const ulong KnownText = 14277338462082387033;

    private static ulong Folded(Arena arena, Datum value)
    {
        ulong[] hashes = [Seed];
        HashKernel.Fold(value.ToConstant(arena, 1), 1, Seed, hashes);
        return hashes[0];
    }

    private static ulong One(Arena arena, Datum value)
    {
        var column = new VectorBuilder(arena, value.Type);
        value.AppendTo(column);
        return Hash(column.Build())[0];
    }

    private static ulong[] Hash(Vector vector)
    {
        ulong[] hashes = new ulong[vector.Length];
        HashKernel.Hash([vector], vector.Length, Seed, hashes);
        return hashes;
    }
}
