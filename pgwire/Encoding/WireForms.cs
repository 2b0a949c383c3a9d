using System.Buffers.Binary;

namespace Vectorized.Pgwire.Encoding;

// The binary forms of fixed-width types (PostgreSQL's send functions), network order. Dates and times count from
// 2000-01-01 on the wire and from 1970-01-01 here; infinities stand at the ends of the integer's range on both sides.

internal readonly struct Int16Form : IWireForm<short>
{
    public static int Bytes => 2;

    public static void Write(short value, Span<byte> into) => BinaryPrimitives.WriteInt16BigEndian(into, value);
}

/// <summary>int4, float4 (by its bits), oid and its kin.</summary>
internal readonly struct Int32Form : IWireForm<int>
{
    public static int Bytes => 4;

    public static void Write(int value, Span<byte> into) => BinaryPrimitives.WriteInt32BigEndian(into, value);
}

/// <summary>int8, float8 (by its bits), time.</summary>
internal readonly struct Int64Form : IWireForm<long>
{
    public static int Bytes => 8;

    public static void Write(long value, Span<byte> into) => BinaryPrimitives.WriteInt64BigEndian(into, value);
}

internal readonly struct DateForm : IWireForm<int>
{
    private const int EpochDays = 10_957;

    public static int Bytes => 4;

    public static void Write(int value, Span<byte> into) => BinaryPrimitives.WriteInt32BigEndian(
        into, value is int.MinValue or int.MaxValue ? value : value - EpochDays);
}

/// <summary>timestamp and timestamptz.</summary>
internal readonly struct TimestampForm : IWireForm<long>
{
    private const long EpochMicros = 10_957L * 86_400_000_000;

    public static int Bytes => 8;

    public static void Write(long value, Span<byte> into) => BinaryPrimitives.WriteInt64BigEndian(
        into, value is long.MinValue or long.MaxValue ? value : value - EpochMicros);
}
