namespace Vectorized.Fuzz.Generation;

/// <summary>The types the generator knows.</summary>
internal enum Kind : byte
{
    Bool,
    Int2,
    Int4,
    Int8,
    Numeric,
    Float8,
    Text,
    Date,
    Timestamp,
    Interval,
    IntArray,
    Real,
    Time,
    TimestampTz,
    Bytea,
    Jsonb,
}

internal static class Kinds
{
    internal static readonly Kind[] All = Enum.GetValues<Kind>();

    internal static readonly Kind[] Numbers = [Kind.Int2, Kind.Int4, Kind.Int8, Kind.Numeric, Kind.Float8];

    internal static readonly Kind[] Integers = [Kind.Int2, Kind.Int4, Kind.Int8];

    /// <summary>How both databases spell the type.</summary>
    internal static string Name(this Kind kind) => kind switch
    {
        Kind.Bool => "boolean",
        Kind.Int2 => "smallint",
        Kind.Int4 => "integer",
        Kind.Int8 => "bigint",
        Kind.Numeric => "numeric",
        Kind.Float8 => "double precision",
        Kind.Text => "varchar",
        Kind.Date => "date",
        Kind.Timestamp => "timestamp",
        Kind.Interval => "interval",
        Kind.Real => "real",
        Kind.Time => "time",
        Kind.TimestampTz => "timestamptz",
        Kind.Bytea => "bytea",
        Kind.Jsonb => "jsonb",
        _ => "integer[]",
    };

    /// <summary>The largest magnitude of an integer kind; elsewhere the one arithmetic stays below to be exact.</summary>
    internal static double Limit(this Kind kind) => kind switch
    {
        Kind.Int2 => short.MaxValue,
        Kind.Int4 => int.MaxValue,
        Kind.Int8 => 9.2e18,
        Kind.Numeric => 1e18,
        Kind.Float8 => 1e12,
        Kind.Text or Kind.Bytea => 120,
        Kind.Date or Kind.Timestamp or Kind.TimestampTz => 50_000,
        Kind.Interval or Kind.Time or Kind.Real => 1e6,
        Kind.Jsonb => 200,
        _ => 40,
    };

    internal static bool IsInteger(this Kind kind) => kind is Kind.Int2 or Kind.Int4 or Kind.Int8;

    internal static bool IsNumber(this Kind kind) => kind is >= Kind.Int2 and <= Kind.Float8;
}
