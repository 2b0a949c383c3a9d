using System.Text;
using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.State;

public sealed class NormalizedKeyTests
{
    /// <summary>Values of each type in ascending order; equal neighbours share an inner array.</summary>
    public static TheoryData<string> Kinds => [.. _values.Keys];

    private static readonly Dictionary<string, (SqlType Type, Datum[][] Ascending)> _values = new()
    {
        ["boolean"] = (SqlType.Boolean, Each(Datum.OfBoolean(false), Datum.OfBoolean(true))),
        ["smallint"] = (SqlType.Int16, Each(Datum.OfInt16(short.MinValue), Datum.OfInt16(-1), Datum.OfInt16(0), Datum.OfInt16(300))),
        ["integer"] = (SqlType.Int32, Each(Datum.OfInt32(int.MinValue), Datum.OfInt32(-1), Datum.OfInt32(0), Datum.OfInt32(70000))),
        ["bigint"] = (SqlType.Int64, Each(Datum.OfInt64(long.MinValue), Datum.OfInt64(-5), Datum.OfInt64(5), Datum.OfInt64(long.MaxValue))),
        ["oid"] = (SqlType.Oid, Each(Datum.OfRaw(SqlType.Oid, 1), Datum.OfRaw(SqlType.Oid, 0xFFFFFFF0))),
        ["real"] = (SqlType.Float32, Floats(v => Datum.OfFloat32((float)v))),
        ["double"] = (SqlType.Float64, Floats(Datum.OfFloat64)),
        ["decimal18"] = (SqlType.NumericOf(10, 2), Each(Datum.OfRaw(SqlType.NumericOf(10, 2), -5), Datum.OfRaw(SqlType.NumericOf(10, 2), 17))),
        ["decimal38"] = (SqlType.NumericOf(38, 2), Each(
            Datum.OfRaw(SqlType.NumericOf(38, 2), Int128.MinValue / 4), Datum.OfRaw(SqlType.NumericOf(38, 2), -1),
            Datum.OfRaw(SqlType.NumericOf(38, 2), 1), Datum.OfRaw(SqlType.NumericOf(38, 2), Int128.MaxValue / 4))),
        ["numeric"] = (SqlType.Numeric,
        [
            [Tagged(2, true)], [Free(-79228162514264337593543950335m)], [Free(-1000m), Free(-1000.00m)], [Free(-999.99m)], [Free(-0.001m)],
            [Free(0m), Free(0.000m)], [Free(0.0000000000000000000000000001m)], [Free(0.5m), Free(0.50m)], [Free(0.51m)], [Free(9m)], [Free(10m), Free(10.0m)],
            [Free(10.1m)], [Free(79228162514264337593543950335m)], [Tagged(2, false)], [Tagged(1, false)],
        ]),
        ["interval"] = (SqlType.Interval,
        [
            [Interval(-1, 0, 0)], [Interval(0, 0, -1)], [Interval(0, 0, 0)], [Interval(0, 1, -1)], [Interval(0, 1, 0), Interval(0, 0, 86_400_000_000)],
            [Interval(1, 0, 0), Interval(0, 30, 0)], [Interval(int.MaxValue, int.MaxValue, long.MaxValue)],
        ]),
        ["varchar"] = (SqlType.Varchar, Each(
            Datum.OfText(""), Datum.OfText("a"), Datum.OfText("a\0"), Datum.OfText("a\0b"), Datum.OfText("a\u0001"), Datum.OfText("aa"),
            Datum.OfText("ab, and more than twelve bytes"), Datum.OfText("b"), Datum.OfText("ä"))),
        ["bytea"] = (SqlType.Bytea, Each(
            Datum.OfBytes(SqlType.Bytea, [0]), Datum.OfBytes(SqlType.Bytea, [0, 0]), Datum.OfBytes(SqlType.Bytea, [0, 255]),
            Datum.OfBytes(SqlType.Bytea, [255]), Datum.OfBytes(SqlType.Bytea, [255, 255]))),
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Encode_EveryPair_OrdersAsSql(string kind)
    {
        var (type, ascending) = _values[kind];
        foreach (bool descending in new[] { false, true })
        {
            foreach (bool nullsFirst in new[] { false, true })
            {
                // A second column tells the end of the first.
                SqlType[] types = [type, SqlType.Int32];
                var builder = new BatchBuilder(types);
                var places = new List<int>();
                for (int place = -1; place < ascending.Length; place++)
                {
                    foreach (var value in place < 0 ? [Datum.Null(type)] : ascending[place])
                    {
                        value.AppendTo(builder[0]);
                        builder[1].Append(7);
                        builder.EndRow();
                        places.Add(place < 0 ? (nullsFirst ? -1000 : 1000) : descending ? -place : place);
                    }
                }

                using var batch = builder.Build();
                using var keys = new NormalizedKeys();
                new NormalizedKeyEncoder(types, [new SortKey(0, descending, nullsFirst), new SortKey(1, false, false)])
                    .Encode(batch.Batch, keys);
                for (int a = 0; a < places.Count; a++)
                {
                    for (int b = 0; b < places.Count; b++)
                    {
                        Assert.Equal(Math.Sign(places[a].CompareTo(places[b])), Math.Sign(keys[a].SequenceCompareTo(keys[b])));
                    }
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void PrefixLength_EveryValue_EndsWithItsColumn(string kind)
    {
        var (type, ascending) = _values[kind];
        CheckPrefixes(type, [.. ascending.SelectMany(v => v), Datum.Null(type)]);
        var list = SqlType.ListOf(type);
        CheckPrefixes(list, [.. ascending.Select(v => List(list, v)), List(list, [Datum.Null(type), ascending[0][0]]), Datum.Null(list)]);
    }

    private static Datum List(SqlType list, Datum[] items)
    {
        var builder = new PackedBuilder();
        foreach (var item in items)
        {
            if (item.IsNull)
            {
                builder.AppendNull(list.Element!);
            }
            else
            {
                builder.Append(item);
            }
        }

        return Datum.OfBytes(list, builder.ToList());
    }

    private static void CheckPrefixes(SqlType type, List<Datum> values)
    {
        foreach (bool descending in new[] { false, true })
        {
            SqlType[] types = [type, SqlType.Int32];
            var builder = new BatchBuilder(types);
            foreach (var value in values)
            {
                value.AppendTo(builder[0]);
                Datum.OfInt32(values.Count).AppendTo(builder[1]);
                builder.EndRow(1);
            }

            using var batch = builder.Build();
            using var keys = new NormalizedKeys();
            var encoder = new NormalizedKeyEncoder(types, [new SortKey(0, descending, true), new SortKey(1, false, false)]);
            encoder.Encode(batch.Batch, keys);
            for (int row = 0; row < values.Count; row++)
            {
                Assert.Equal(keys[row].Length - 1 - sizeof(int), encoder.PrefixLength(keys[row], 1));
                Assert.Equal(keys[row].Length, encoder.PrefixLength(keys[row], 2));
            }
        }
    }

    private static Datum[][] Each(params Datum[] values) => [.. values.Select(v => new[] { v })];

    private static Datum[][] Floats(Func<double, Datum> of) =>
    [
        [of(double.NegativeInfinity)], [of(-1e30)], [of(-1)], [of(-1e-30)], [of(-0.0), of(0.0)], [of(1e-30)], [of(1)], [of(1.5)],
        [of(double.PositiveInfinity)], [of(double.NaN), of(-double.NaN)],
    ];

    private static Datum Free(decimal value) =>
        Datum.OfRaw(SqlType.Numeric, System.Runtime.CompilerServices.Unsafe.BitCast<decimal, Int128>(value));

    private static Datum Tagged(int tag, bool negative) => Datum.OfRaw(SqlType.Numeric, (uint)tag | (negative ? 0x80000000u : 0u));

    private static Datum Interval(int months, int days, long micros) => Datum.OfRaw(
        SqlType.Interval, new Int128((ulong)micros, ((ulong)(uint)days << 32) | (uint)months));
}
