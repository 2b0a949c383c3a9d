namespace Vectorized.Engine.Types;

/// <summary>The SQL types, by family. The numbers are durable (catalog, plans, state): append, never renumber.</summary>
public enum TypeId : byte
{
    /// <summary>The type of an untyped literal or NULL before coercion; leaves the engine as text.</summary>
    Unknown = 0,
    Boolean = 1,
    Int16 = 2,
    Int32 = 3,
    Int64 = 4,
    Float32 = 5,
    Float64 = 6,
    Numeric = 7,
    Varchar = 8,
    Bytea = 9,
    Date = 10,
    Time = 11,
    Timestamp = 12,
    TimestampTz = 13,
    Interval = 14,
    Uuid = 15,

    /// <summary>PostgreSQL's catalog types: oid and reg* are unsigned 32-bit, name is text, "char" one byte of text.</summary>
    Oid = 16,
    Name = 17,
    InternalChar = 18,
    RegClass = 19,
    RegType = 20,
    RegProc = 21,
    RegNamespace = 22,

    Jsonb = 23,
    List = 24,
    Struct = 25,
    Map = 26,
    Void = 27,
}
