using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Vectorized.Engine.Types;

/// <summary>Turns a <see cref="ValueStatus"/> into the error PostgreSQL 15 raises in its place.</summary>
public static class ValueErrors
{
    private const int TextCharactersMax = 1000;

    public static string SqlStateOf(ValueStatus status) => status switch
    {
        ValueStatus.InvalidText => SqlState.InvalidTextRepresentation,
        ValueStatus.OutOfRange or ValueStatus.NumericOverflow => SqlState.NumericValueOutOfRange,
        ValueStatus.InvalidDatetime => SqlState.InvalidDatetimeFormat,
        ValueStatus.DatetimeOverflow => SqlState.DatetimeFieldOverflow,
        ValueStatus.IntervalOverflow => SqlState.IntervalFieldOverflow,
        ValueStatus.UnknownTimeZone => SqlState.InvalidParameterValue,
        ValueStatus.DivisionByZero => SqlState.DivisionByZero,
        ValueStatus.TooLong => SqlState.StringDataRightTruncation,
        ValueStatus.InvalidEncoding => SqlState.CharacterNotInRepertoire,
        ValueStatus.InvalidBinary => SqlState.InvalidBinaryRepresentation,
        ValueStatus.Refused => SqlState.FeatureNotSupported,
        _ => SqlState.InternalError,
    };

    /// <summary>The error for text that could not be read as a value of the type.</summary>
    public static SqlException Parsing(ValueStatus status, SqlType type, ReadOnlySpan<byte> text) =>
        Parsing(status, type, TextOf(text));

    public static SqlException Parsing(ValueStatus status, SqlType type, string text)
    {
        string name = NameInMessages(type);
        return status switch
        {
            ValueStatus.InvalidText when type.Id == TypeId.List => new SqlException(
                SqlState.InvalidTextRepresentation, $"malformed array literal: \"{text}\""),
            ValueStatus.InvalidText when type.Id == TypeId.Struct => new SqlException(
                SqlState.InvalidTextRepresentation, $"malformed record literal: \"{text}\""),
            ValueStatus.InvalidText when type.Id == TypeId.Bytea => new SqlException(
                SqlState.InvalidTextRepresentation, "invalid input syntax for type bytea"),
            ValueStatus.InvalidText when type.Id == TypeId.Jsonb => new SqlException(
                SqlState.InvalidTextRepresentation, "invalid input syntax for type json", detail: $"The input is \"{text}\"."),
            ValueStatus.InvalidText => new SqlException(
                SqlState.InvalidTextRepresentation, $"invalid input syntax for type {name}: \"{text}\""),
            ValueStatus.OutOfRange => new SqlException(SqlState.NumericValueOutOfRange, type.Id switch
            {
                TypeId.Float32 or TypeId.Float64 => $"\"{text}\" is out of range for type {name}",
                TypeId.Numeric => "numeric field overflow",
                _ => $"value \"{text}\" is out of range for type {name}",
            }),
            ValueStatus.NumericOverflow => NumericOverflow(type),
            ValueStatus.InvalidDatetime => new SqlException(
                SqlState.InvalidDatetimeFormat, $"invalid input syntax for type {name}: \"{text}\""),
            ValueStatus.DatetimeOverflow => new SqlException(
                SqlState.DatetimeFieldOverflow, $"date/time field value out of range: \"{text}\""),
            ValueStatus.IntervalOverflow => new SqlException(
                SqlState.IntervalFieldOverflow, $"interval field value out of range: \"{text}\""),
            ValueStatus.UnknownTimeZone => new SqlException(
                SqlState.InvalidParameterValue, $"time zone \"{text}\" not recognized"),
            ValueStatus.TooLong => new SqlException(
                SqlState.StringDataRightTruncation, $"value too long for type {TypeNames.Format(type)}"),
            ValueStatus.InvalidEncoding => new SqlException(
                SqlState.CharacterNotInRepertoire, "invalid byte sequence for encoding \"UTF8\""),
            ValueStatus.Refused => new SqlException(
                SqlState.FeatureNotSupported, $"the value \"{text}\" of type {name} depends on the clock", hint: "Use now()."),
            _ => new SqlException(SqlState.InternalError, $"reading \"{text}\" as {name} ended with {status}"),
        };
    }

    /// <summary>The error for bytes that are no binary value of the type.</summary>
    public static SqlException Binary(ValueStatus status, SqlType type) => status switch
    {
        ValueStatus.InvalidBinary => new SqlException(
            SqlState.InvalidBinaryRepresentation, $"incorrect binary data format for type {NameInMessages(type)}"),
        _ => Operation(status, type),
    };

    /// <summary>The error for an operation whose result is of the type.</summary>
    public static SqlException Operation(ValueStatus status, SqlType type) => status switch
    {
        ValueStatus.DivisionByZero => new SqlException(SqlState.DivisionByZero, "division by zero"),
        ValueStatus.NumericOverflow => NumericOverflow(type),
        ValueStatus.OutOfRange => new SqlException(SqlState.NumericValueOutOfRange, type.Id switch
        {
            TypeId.Float32 or TypeId.Float64 => "value out of range: overflow",
            TypeId.Numeric => "value overflows numeric format",
            _ => $"{NameInMessages(type)} out of range",
        }),
        ValueStatus.DatetimeOverflow or ValueStatus.IntervalOverflow => new SqlException(
            SqlState.DatetimeFieldOverflow, $"{NameInMessages(type)} out of range"),
        ValueStatus.TooLong => new SqlException(
            SqlState.StringDataRightTruncation, $"value too long for type {TypeNames.Format(type)}"),
        ValueStatus.InvalidEncoding => new SqlException(
            SqlState.CharacterNotInRepertoire, "invalid byte sequence for encoding \"UTF8\""),
        _ => new SqlException(SqlStateOf(status), $"{NameInMessages(type)}: {status}"),
    };

    [DoesNotReturn]
    public static void ThrowParsing(ValueStatus status, SqlType type, ReadOnlySpan<byte> text) =>
        throw Parsing(status, type, text);

    [DoesNotReturn]
    public static void ThrowOperation(ValueStatus status, SqlType type) => throw Operation(status, type);

    /// <summary>A type's name as PostgreSQL's input functions print it: without modifiers, time zones abbreviated.</summary>
    private static string NameInMessages(SqlType type) => type.Id switch
    {
        TypeId.Time => "time",
        TypeId.Timestamp => "timestamp",
        TypeId.TimestampTz => "timestamp with time zone",
        _ => TypeNames.Format(type.Base),
    };

    private static SqlException NumericOverflow(SqlType type) => type.Id != TypeId.Numeric || type.Precision == 0
        ? new SqlException(SqlState.NumericValueOutOfRange, "value overflows numeric format")
        : new SqlException(
            SqlState.NumericValueOutOfRange, "numeric field overflow",
            detail: $"A field with precision {type.Precision}, scale {type.Scale} must round to an absolute value less than "
                + (type.Precision == type.Scale ? "1." : $"10^{type.Precision - type.Scale}."));

    private static string TextOf(ReadOnlySpan<byte> text)
    {
        string decoded = Encoding.UTF8.GetString(text[..Math.Min(text.Length, TextCharactersMax)]);
        return text.Length > TextCharactersMax ? decoded + "..." : decoded;
    }
}
