using Vectorized.Engine.Types;

namespace Vectorized.Engine.Columns;

/// <summary>Arrow's Type union, by its numbers in Schema.fbs.</summary>
internal enum ArrowTypeId : byte
{
    None = 0,
    Null = 1,
    Int = 2,
    FloatingPoint = 3,
    Binary = 4,
    Utf8 = 5,
    Bool = 6,
    Decimal = 7,
    Date = 8,
    Time = 9,
    Timestamp = 10,
    Interval = 11,
    FixedSizeBinary = 15,
    LargeBinary = 19,
    LargeUtf8 = 20,
    BinaryView = 23,
    Utf8View = 24,
}

/// <summary>
/// An Arrow type with its parameters: what a column's buffers hold on the wire. Width is bits for integers, bytes for
/// FixedSizeBinary, precision (0 half, 1 single, 2 double) for floats; Unit is Arrow's unit number, the decimal's scale, or
/// signedness (1: signed).
/// </summary>
internal readonly record struct ArrowKind(ArrowTypeId Id, int Width = 0, int Unit = 0, string? Zone = null)
{
    internal const int Microsecond = 2;
    internal const int MonthDayNano = 2;

    internal bool IsView => Id is ArrowTypeId.Utf8View or ArrowTypeId.BinaryView;

    /// <summary>Text whose bytes must be UTF-8.</summary>
    internal bool IsUtf8 => Id is ArrowTypeId.Utf8 or ArrowTypeId.LargeUtf8 or ArrowTypeId.Utf8View;

    /// <summary>How a SQL type goes out.</summary>
    internal static ArrowKind Of(SqlType type) => type.Id switch
    {
        TypeId.Boolean => new(ArrowTypeId.Bool),
        TypeId.Int16 => new(ArrowTypeId.Int, 16, 1),
        TypeId.Int32 => new(ArrowTypeId.Int, 32, 1),
        TypeId.Int64 => new(ArrowTypeId.Int, 64, 1),
        TypeId.Float32 => new(ArrowTypeId.FloatingPoint, 1),
        TypeId.Float64 => new(ArrowTypeId.FloatingPoint, 2),
        TypeId.Numeric => type.NumericForm == NumericForm.Free
            ? new(ArrowTypeId.Utf8View) : new(ArrowTypeId.Decimal, type.Precision, type.Scale),
        TypeId.Date => new(ArrowTypeId.Date),
        TypeId.Time => new(ArrowTypeId.Time, 64, Microsecond),
        TypeId.Timestamp => new(ArrowTypeId.Timestamp, 0, Microsecond),
        TypeId.TimestampTz => new(ArrowTypeId.Timestamp, 0, Microsecond, "UTC"),
        TypeId.Interval => new(ArrowTypeId.Interval, 0, MonthDayNano),
        TypeId.Uuid => new(ArrowTypeId.FixedSizeBinary, 16),
        TypeId.Bytea or TypeId.List or TypeId.Struct or TypeId.Map => new(ArrowTypeId.BinaryView),
        TypeId.Varchar or TypeId.Name or TypeId.InternalChar or TypeId.Unknown or TypeId.Jsonb => new(ArrowTypeId.Utf8View),
        _ when type.IsOidLike => new(ArrowTypeId.Int, 32, 0),
        _ => throw new SqlException(SqlState.FeatureNotSupported, $"type {type} has no Arrow form"),
    };

    /// <summary>The SQL type of a foreign column, the narrowest that holds it; refused by name if there is none.</summary>
    internal SqlType ToSqlType() => (Id, Width, Unit) switch
    {
        (ArrowTypeId.Bool, _, _) => SqlType.Boolean,
        (ArrowTypeId.Int, 8, _) or (ArrowTypeId.Int, 16, 1) => SqlType.Int16,
        (ArrowTypeId.Int, 16, 0) or (ArrowTypeId.Int, 32, 1) => SqlType.Int32,
        (ArrowTypeId.Int, 32, 0) or (ArrowTypeId.Int, 64, 1) => SqlType.Int64,
        (ArrowTypeId.FloatingPoint, 1, _) => SqlType.Float32,
        (ArrowTypeId.FloatingPoint, 2, _) => SqlType.Float64,
        (ArrowTypeId.Decimal, >= 1 and <= 38, >= 0) when Unit <= Width => SqlType.NumericOf(Width, Unit),
        (ArrowTypeId.Date, _, _) => SqlType.Date,
        (ArrowTypeId.Time, 64, Microsecond) => SqlType.Time,
        (ArrowTypeId.Timestamp, _, >= 0 and <= 3) => string.IsNullOrEmpty(Zone) ? SqlType.Timestamp : SqlType.TimestampTz,
        (ArrowTypeId.Interval, _, MonthDayNano) => SqlType.Interval,
        (ArrowTypeId.FixedSizeBinary, 16, _) => SqlType.Uuid,
        (ArrowTypeId.Utf8 or ArrowTypeId.LargeUtf8 or ArrowTypeId.Utf8View, _, _) => SqlType.Varchar,
        (ArrowTypeId.Binary or ArrowTypeId.LargeBinary or ArrowTypeId.BinaryView or ArrowTypeId.FixedSizeBinary, _, _) => SqlType.Bytea,
        _ => throw new SqlException(SqlState.FeatureNotSupported, $"Arrow type {this} is not supported"),
    };

    public override string ToString() => Width == 0 && Unit == 0 ? $"{Id}" : $"{Id}({Width},{Unit})";
}
