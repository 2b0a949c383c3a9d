namespace Vectorized.Engine.Types;

/// <summary>How a column's values lie in memory: Arrow's layouts, by width.</summary>
public enum Layout : byte
{
    /// <summary>Bit-packed, least significant bit first (Arrow Bool).</summary>
    Bit,

    /// <summary>2-byte values (int2).</summary>
    Fixed2,

    /// <summary>4-byte values (int4, float4, date as days since 1970-01-01, oid).</summary>
    Fixed4,

    /// <summary>8-byte values (int8, float8, numeric up to 18 digits, time and timestamps in microseconds since 1970).</summary>
    Fixed8,

    /// <summary>16-byte values (numeric up to 38 digits, free numeric, uuid, interval).</summary>
    Fixed16,

    /// <summary>16-byte string views (Arrow Utf8View/BinaryView); nested values stand in them in packed form.</summary>
    View,
}
