using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving;

/// <summary>One session setting: how it is named, checked, shown and documented.</summary>
/// <param name="Name">Lower case.</param>
/// <param name="Default">Value at session start.</param>
/// <param name="Description">One line, shown by SHOW ALL.</param>
/// <param name="Reported">The name under which ParameterStatus reports it, or null.</param>
/// <param name="Check">Normalises a value or throws 22023; null accepts any text.</param>
/// <param name="HasEffect">False: accepted for compatibility; SET sends a NOTICE that it has none.</param>
public sealed record Setting(
    string Name, string Default, string Description, string? Reported = null, Func<string, string>? Check = null, bool HasEffect = true)
{
    public string Validate(string value) => Check is null ? value : Check(value);
}

/// <summary>All session settings, declared once: SET validates by it, SHOW ALL prints it, the protocol reports from it.</summary>
public static class SettingTable
{
    public const string ServerVersion = "15.0";

    public static IReadOnlyList<Setting> All { get; } =
    [
        new("application_name", "", "Name the client gives itself.", "application_name"),
        new("client_encoding", "UTF8", "Encoding of text on the wire; UTF8 only.", "client_encoding", CheckEncoding),
        new("client_min_messages", "notice", "Lowest severity of messages sent to the client."),
        new("datestyle", "ISO, MDY", "Output style of dates; ISO only.", "DateStyle", CheckDateStyle),
        new("default_transaction_isolation", "repeatable read", "Accepted; blocks are snapshots of one epoch.", HasEffect: false),
        new("default_transaction_read_only", "off", "Whether transactions start read-only.", "default_transaction_read_only"),
        new("extra_float_digits", "1", "Accepted; floats always print their shortest exact form.", HasEffect: false),
        new("idle_in_transaction_session_timeout", "0", "Time before a session idle in a block is ended; 0: never.", Check: CheckDuration),
        new("idle_session_timeout", "0", "Time before an idle session is ended; 0: never.", Check: CheckDuration),
        new("in_hot_standby", "off", "Always off.", "in_hot_standby"),
        new("integer_datetimes", "on", "Always on.", "integer_datetimes"),
        new("intervalstyle", "postgres", "Output style of intervals.", "IntervalStyle"),
        new("is_superuser", "on", "Whether the user is a superuser.", "is_superuser"),
        new("lock_timeout", "0", "Accepted; nothing waits for a lock.", HasEffect: false),
        new("max_identifier_length", "63", "Bytes of a name that count."),
        new("search_path", "\"$user\", public", "Schemas searched for unqualified names."),
        new("server_encoding", "UTF8", "Encoding of stored text.", "server_encoding"),
        new("server_version", ServerVersion, "The PostgreSQL version this server speaks like.", "server_version"),
        new("server_version_num", "150000", "The same as a number."),
        new("session_authorization", "root", "The session's user.", "session_authorization"),
        new("standard_conforming_strings", "on", "Backslashes in '...' are plain.", "standard_conforming_strings", CheckOn),
        new("statement_timeout", "0", "Time before a statement is cancelled (ms, or with a unit); 0: never.", Check: CheckDuration),
        new("timezone", "UTC", "Zone in which timestamptz is read and shown.", "TimeZone", v => CheckTimeZone(v)),
        new("transaction_isolation", "repeatable read", "Reads of a transaction see one epoch."),
        new("transaction_read_only", "off", "Whether the current transaction may write."),
        new(
            "rw_streaming_over_window_cache_policy", "default", "Accepted; a window's rows are all at hand.",
            HasEffect: false),
        new("bytea_output", "hex", "Output form of bytea; hex only.", Check: CheckByteaOutput),
        new("iceberg_engine_connection", "", "Connection of tables kept in Iceberg; there are none.", Check: CheckNoConnection),
        new(
            Budget.QueryMemory.Setting, "default",
            "Memory one statement may hold, such as 64MiB; default: a quarter of the memory limit.",
            Check: v => ParseMemory(v) > 0 ? v : "default"),
        new("row_security", "on", "Accepted; there are no row policies.", HasEffect: false),
        .. ClusterSettings.All,
    ];

    private static readonly Dictionary<string, Setting> _byName = All.ToDictionary(s => s.Name, StringComparer.Ordinal);

    public static Setting Find(string name) =>
        TryFind(name) ?? throw new SqlException(
            SqlState.UndefinedObject, $"unrecognized configuration parameter \"{name}\"", hint: "SHOW ALL lists the settings.");

    public static Setting? TryFind(string name)
    {
        string lower = name.ToLowerInvariant();
        return _byName.GetValueOrDefault(lower)
            ?? (lower.StartsWith("rw_", StringComparison.Ordinal) ? _byName.GetValueOrDefault(lower[3..]) : null);
    }

    public static ZoneRules ParseTimeZone(string name) => ZoneRules.Find(name) ?? throw new SqlException(
        SqlState.InvalidParameterValue, $"invalid value for parameter \"TimeZone\": \"{name}\"");

    public static IReadOnlyList<string> ParseList(string value) =>
        [.. value.Split(',').Select(p => p.Trim().Trim('"')).Where(p => p.Length > 0)];

    /// <summary>A duration setting in milliseconds: a number (of milliseconds), or with a unit: us, ms, s, min, h, d.</summary>
    public static long ParseMilliseconds(string value) => TryParseMilliseconds(value, out long milliseconds)
        ? milliseconds
        : throw new SqlException(
            SqlState.InvalidParameterValue, $"invalid value for a duration: \"{value}\"",
            hint: "Valid units for this parameter are \"us\", \"ms\", \"s\", \"min\", \"h\", and \"d\".");

    /// <summary>A size of memory in bytes; 0 for `default` and for 0.</summary>
    internal static long ParseMemory(string value) => value.Equals("default", StringComparison.OrdinalIgnoreCase)
        ? 0
        : Budget.MemorySize.TryParse(value) ?? throw new SqlException(
            SqlState.InvalidParameterValue, $"invalid value for parameter \"{Budget.QueryMemory.Setting}\": \"{value}\"",
            hint: "A size is wanted, such as 64MiB or 1GiB, or default.");

    private static bool TryParseMilliseconds(string value, out long milliseconds)
    {
        string text = value.Trim();
        int digits = text.AsSpan().IndexOfAnyExcept("0123456789.".AsSpan());
        string unit = digits < 0 ? "ms" : text[digits..].Trim();
        double factor = unit switch
        {
            "us" => 0.001,
            "ms" => 1,
            "s" => 1000,
            "min" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => double.NaN,
        };
        bool isNumber = double.TryParse(
            digits < 0 ? text : text[..digits], System.Globalization.CultureInfo.InvariantCulture, out double number);
        double result = Math.Round(number * factor);
        bool isValid = isNumber && result is >= 0 and <= int.MaxValue;
        milliseconds = isValid ? (long)result : 0;
        return isValid;
    }

    private static string CheckDuration(string value)
    {
        ParseMilliseconds(value);
        return value;
    }

    /// <summary>SET TIME ZONE INTERVAL '+05:30' HOUR TO MINUTE: east is positive there, and negative in zone names.</summary>
    private static string? FromInterval(string value)
    {
        const string Start = "INTERVAL '";
        int end = value.LastIndexOf('\'');
        if (!value.StartsWith(Start, StringComparison.OrdinalIgnoreCase) || end <= Start.Length)
        {
            return null;
        }

        string offset = value[Start.Length..end];
        return offset.TrimStart('+', '-').Trim('0', ':').Length == 0 ? "UTC"
            : offset[0] == '-' ? $"UTC+{offset[1..]}" : $"UTC-{offset.TrimStart('+')}";
    }

    private static string CheckTimeZone(string value)
    {
        string zone = value.Equals("default", StringComparison.OrdinalIgnoreCase) ? "UTC" : FromInterval(value) ?? value;
        return ParseTimeZone(zone).Name;
    }

    private static string CheckEncoding(string value) => value.Trim('\'').ToUpperInvariant().Replace("-", "") switch
    {
        "UTF8" or "UNICODE" or "SQLASCII" or "SQL_ASCII" => "UTF8",
        _ => throw new SqlException(
            SqlState.InvalidParameterValue,
            $"invalid value for parameter \"client_encoding\": \"{value}\"",
            hint: "Only UTF8 is supported."),
    };

    private static string CheckDateStyle(string value) => value.StartsWith("iso", StringComparison.OrdinalIgnoreCase)
        ? "ISO, MDY"
        : throw new SqlException(SqlState.FeatureNotSupported, $"DateStyle \"{value}\" is not supported", hint: "Only ISO is.");

    private static string CheckByteaOutput(string value) => value.Equals("hex", StringComparison.OrdinalIgnoreCase)
        ? "hex"
        : throw new SqlException(SqlState.FeatureNotSupported, $"bytea_output \"{value}\" is not supported", hint: "Only hex is.");

    private static string CheckNoConnection(string value) => value.Length == 0
        ? ""
        : throw new SqlException(SqlState.UndefinedObject, $"Catalog error: connection \"{value}\" does not exist");

    private static string CheckOn(string value) => value.ToLowerInvariant() is "on" or "true" or "1"
        ? "on"
        : throw new SqlException(SqlState.FeatureNotSupported, "standard_conforming_strings can only be on");
}
