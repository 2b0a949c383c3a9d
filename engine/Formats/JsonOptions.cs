using Vectorized.Engine.Types;

namespace Vectorized.Engine.Formats;

/// <summary>How JSON numbers stand for timestamps with time zone (RisingWave's timestamptz.handling.mode).</summary>
public enum TimestampNumbers : byte
{
    /// <summary>Seconds, milliseconds, micro- or nanoseconds, told apart by magnitude.</summary>
    Guess,
    Milliseconds,
    Microseconds,

    /// <summary>Only strings with an offset (utc_string).</summary>
    TextOnly,

    /// <summary>Only strings without an offset, meant in UTC (utc_without_suffix).</summary>
    TextWithoutOffset,
}

/// <summary>
/// How JSON values become SQL values. The defaults are RisingWave's for FORMAT PLAIN; Debezium's differ. Immutable.
/// </summary>
public sealed record JsonOptions
{
    public static readonly JsonOptions Default = new();

    public static readonly JsonOptions Debezium = new()
    {
        Base64Bytes = true,
        JsonInStrings = true,
        NumbersInStrings = false,
        BooleansAsNumbers = true,
        StructsInStrings = false,
    };

    public TimestampNumbers TimestampTz { get; init; }

    /// <summary>Numbers for time columns are milliseconds, not microseconds.</summary>
    public bool TimeInMilliseconds { get; init; }

    /// <summary>bytea columns come in base64, not in PostgreSQL's hex.</summary>
    public bool Base64Bytes { get; init; }

    /// <summary>jsonb columns come as strings that hold JSON, not as values.</summary>
    public bool JsonInStrings { get; init; }

    /// <summary>"12" is read as a number for integer and float columns (for numeric columns it always is).</summary>
    public bool NumbersInStrings { get; init; } = true;

    /// <summary>0 and 1 are read as booleans.</summary>
    public bool BooleansAsNumbers { get; init; }

    /// <summary>A string that holds a JSON object is read for a row type.</summary>
    public bool StructsInStrings { get; init; } = true;

    /// <summary>Reads the options behind ENCODE JSON; unknown ones and unknown values are 22023.</summary>
    public static JsonOptions Parse(IReadOnlyDictionary<string, string> options)
    {
        var parsed = Default;
        foreach (var (name, value) in options)
        {
            parsed = name switch
            {
                "timestamptz.handling.mode" => parsed with { TimestampTz = TimestampMode(value) },
                "time.handling.mode" => parsed with
                {
                    TimeInMilliseconds = value switch
                    {
                        "milli" => true,
                        "micro" => false,
                        _ => throw Unrecognized(name, value),
                    },
                },
                _ => throw new SqlException(SqlState.InvalidParameterValue, $"ENCODE JSON has no option \"{name}\""),
            };
        }

        return parsed;
    }

    private static TimestampNumbers TimestampMode(string value) => value switch
    {
        "guess_number_unit" => TimestampNumbers.Guess,
        "milli" => TimestampNumbers.Milliseconds,
        "micro" => TimestampNumbers.Microseconds,
        "utc_string" => TimestampNumbers.TextOnly,
        "utc_without_suffix" => TimestampNumbers.TextWithoutOffset,
        _ => throw Unrecognized("timestamptz.handling.mode", value),
    };

    private static SqlException Unrecognized(string name, string value) =>
        new(SqlState.InvalidParameterValue, $"unrecognized {name} value {value}");
}
