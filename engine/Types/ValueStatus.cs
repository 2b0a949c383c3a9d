namespace Vectorized.Engine.Types;

/// <summary>
/// How a conversion or an operation on one value ended. Parsers and kernels return it instead of throwing per row;
/// <see cref="ValueErrors"/> words it as PostgreSQL does.
/// </summary>
public enum ValueStatus : byte
{
    Ok,

    /// <summary>22P02: the text is not a value of the type.</summary>
    InvalidText,

    /// <summary>22003: out of the type's range.</summary>
    OutOfRange,

    /// <summary>22003: a numeric does not fit its declared precision, or the widest form of numeric.</summary>
    NumericOverflow,

    /// <summary>22007: the text is no date or time.</summary>
    InvalidDatetime,

    /// <summary>22008: a date or time whose field or value is out of range.</summary>
    DatetimeOverflow,

    /// <summary>22015: an interval whose field is out of range.</summary>
    IntervalOverflow,

    /// <summary>22023: a time zone nobody knows.</summary>
    UnknownTimeZone,

    /// <summary>22012.</summary>
    DivisionByZero,

    /// <summary>22001: longer than varchar(n) admits.</summary>
    TooLong,

    /// <summary>22021: bytes that are not UTF-8, or a NUL character.</summary>
    InvalidEncoding,

    /// <summary>22P03: a binary value of the wrong length or form.</summary>
    InvalidBinary,

    /// <summary>0A000: a form of input this engine refuses by name (today, now, ...: they would read the clock).</summary>
    Refused,
}
