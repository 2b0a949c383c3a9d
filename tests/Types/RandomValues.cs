using System.Text;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Types;

/// <summary>Random values of any type, extremes and special values among them.</summary>
internal static class RandomValues
{
    internal static readonly SqlType[] Scalars =
    [
        SqlType.Boolean, SqlType.Int16, SqlType.Int32, SqlType.Int64, SqlType.Float32, SqlType.Float64, SqlType.Numeric,
        SqlType.NumericOf(9, 2), SqlType.NumericOf(18, 18), SqlType.NumericOf(38, 10), SqlType.NumericOf(25, 0), SqlType.Varchar,
        SqlType.Bytea, SqlType.Date, SqlType.Time, SqlType.Timestamp, SqlType.TimestampTz, SqlType.Interval, SqlType.Uuid,
        SqlType.Oid, SqlType.Name, SqlType.RegClass,
    ];

    internal static readonly SqlType[] Nested =
    [
        SqlType.ListOf(SqlType.Int32), SqlType.ListOf(SqlType.Varchar), SqlType.ListOf(SqlType.Boolean), SqlType.ListOf(SqlType.Bytea),
        SqlType.ListOf(SqlType.ListOf(SqlType.Int64)), SqlType.ListOf(SqlType.NumericOf(10, 3)), SqlType.ListOf(SqlType.TimestampTz),
        SqlType.StructOf(new StructFields([("a", SqlType.Int32), ("b", SqlType.Varchar), ("c", SqlType.ListOf(SqlType.Varchar)), ("d", SqlType.Float64)])),
        SqlType.ListOf(SqlType.StructOf(new StructFields([("x", SqlType.Boolean), ("y", SqlType.Varchar)]))),
    ];

    private static readonly string[] Strings =
        ["", " ", "a", "NULL", "null", "a b", "a,b", "{}", "()", "\"", "\\", "ä€😀", "x\ty", "line\nbreak", "twelve bytes", "more than twelve bytes of text"];

    internal static Datum Of(SqlType type, Random random, bool canBeNull = false)
    {
        if (canBeNull && random.Next(5) == 0)
        {
            return Datum.Null(type);
        }

        switch (type.Id)
        {
            case TypeId.Boolean: return Datum.OfBoolean(random.Next(2) == 0);
            case TypeId.Int16 or TypeId.Int32 or TypeId.Int64: return Datum.OfRaw(type, Bits(random));
            case TypeId.Oid or TypeId.RegClass: return Datum.OfRaw(type, Bits(random));
            case TypeId.Float32: return Datum.OfFloat32(Float32(random));
            case TypeId.Float64: return Datum.OfFloat64(Float64(random));
            case TypeId.Numeric: return Numeric(type, random);
            case TypeId.Bytea: return Datum.OfBytes(type, Bytes(random));
            case TypeId.Date: return Datum.OfRaw(type, Date(random));
            case TypeId.Time: return Datum.OfRaw(type, random.NextInt64(Temporal.MicrosPerDay + 1));
            case TypeId.Timestamp or TypeId.TimestampTz: return Datum.OfRaw(type, Timestamp(random));
            case TypeId.Interval: return Datum.OfRaw(type, Interval(random).Bits);
            case TypeId.Uuid: return Datum.OfRaw(type, new Int128((ulong)random.NextInt64(), (ulong)random.NextInt64()));
            case TypeId.List: return List(type, random);
            case TypeId.Struct: return Struct(type, random);
            default: return Datum.OfText(type, Text(random));
        }
    }

    internal static string Text(Random random)
    {
        if (random.Next(3) == 0)
        {
            return Strings[random.Next(Strings.Length)];
        }

        var text = new StringBuilder();
        for (int i = random.Next(20); i > 0; i--)
        {
            text.Append(random.Next(10) == 0 ? Strings[random.Next(Strings.Length)] : ((char)random.Next(' ', 127)).ToString());
        }

        return text.ToString();
    }

    private static long Bits(Random random) => random.Next(4) switch
    {
        0 => random.Next(-10, 10),
        1 => random.Next(2) == 0 ? long.MaxValue : long.MinValue,
        _ => random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64),
    };

    private static float Float32(Random random) => random.Next(8) switch
    {
        0 => float.NaN,
        1 => float.PositiveInfinity,
        2 => -0f,
        3 => random.Next(1000),
        _ => BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue)) is var x && float.IsNaN(x) ? 1.5f : x,
    };

    private static double Float64(Random random) => random.Next(8) switch
    {
        0 => double.NaN,
        1 => double.NegativeInfinity,
        2 => -0.0,
        3 => random.Next(100000) / 100.0,
        _ => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)) is var x && double.IsNaN(x) ? 1.5 : x,
    };

    private static Datum Numeric(SqlType type, Random random)
    {
        if (type.NumericForm == NumericForm.Free)
        {
            return Datum.OfRaw(type, random.Next(10) switch
            {
                0 => FreeNumeric.NaN.Bits,
                1 => FreeNumeric.NegativeInfinity.Bits,
                2 => FreeNumeric.Create(random.Next(2) == 0, FreeNumeric.CoefficientMax, random.Next(29)).Bits,
                _ => FreeNumeric.Create(random.Next(2) == 0, (ulong)random.NextInt64() >> random.Next(64), random.Next(29)).Bits,
            });
        }

        var bound = NumericForms.Bound(type.Precision);
        var wide = new Int128((ulong)random.NextInt64() >> random.Next(64), (ulong)random.NextInt64()) % bound;
        return Datum.OfRaw(type, random.Next(8) == 0 ? bound - 1 : random.Next(2) == 0 ? wide : -wide);
    }

    private static byte[] Bytes(Random random)
    {
        byte[] bytes = new byte[random.Next(30)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static int Date(Random random) => random.Next(8) switch
    {
        0 => Temporal.DateInfinity,
        1 => Temporal.DateNegativeInfinity,
        2 => random.Next(2) == 0 ? Temporal.DateMin : Temporal.DateMax,
        3 => random.Next(Temporal.DateMin, Temporal.DateMax),
        _ => random.Next(-30000, 30000),
    };

    private static long Timestamp(Random random) => random.Next(8) switch
    {
        0 => Temporal.TimestampInfinity,
        1 => Temporal.TimestampNegativeInfinity,
        2 => random.Next(2) == 0 ? Temporal.TimestampMin : Temporal.TimestampMax,
        3 => random.NextInt64(Temporal.TimestampMin, Temporal.TimestampMax),
        4 => random.Next(0, int.MaxValue) * Temporal.MicrosPerSecond,
        _ => random.NextInt64(0, 2_000_000_000_000_000),
    };

    private static IntervalValue Interval(Random random) => random.Next(4) switch
    {
        0 => new(random.Next(-100, 100), random.Next(-100, 100), random.NextInt64(-100_000_000_000, 100_000_000_000)),
        1 => new(0, 0, random.NextInt64(long.MinValue, long.MaxValue)),
        2 => new(int.MaxValue, int.MinValue, long.MinValue),
        _ => new(random.Next(int.MinValue, int.MaxValue), random.Next(3), random.Next(3) * Temporal.MicrosPerHour),
    };

    private static Datum List(SqlType type, Random random)
    {
        var builder = new PackedBuilder();
        for (int i = random.Next(6); i > 0; i--)
        {
            builder.Append(Of(type.Element!, random, canBeNull: true));
        }

        return Datum.OfBytes(type, builder.ToList());
    }

    private static Datum Struct(SqlType type, Random random)
    {
        var builder = new PackedBuilder();
        foreach (var (_, field) in type.Fields!.Items)
        {
            builder.Append(Of(field, random, canBeNull: true));
        }

        return Datum.OfBytes(type, builder.ToStruct());
    }
}
