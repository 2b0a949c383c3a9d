using System.Text;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Formats;

public enum CopyFormat : byte
{
    Text,
    Csv,
    Binary,
}

public enum CopyHeader : byte
{
    None,

    /// <summary>The first line is skipped, or written with the columns' names.</summary>
    Present,

    /// <summary>The first line must hold the columns' names.</summary>
    Match,
}

/// <summary>COPY's options, checked and completed with PostgreSQL 15's defaults. Immutable.</summary>
public sealed record CopySettings
{
    public CopyFormat Format { get; private init; }

    public byte Delimiter { get; private init; } = (byte)'\t';

    /// <summary>What stands for NULL.</summary>
    public byte[] Null { get; private init; } = "\\N"u8.ToArray();

    public CopyHeader Header { get; private init; }

    public byte Quote { get; private init; } = (byte)'"';

    public byte Escape { get; private init; } = (byte)'"';

    /// <summary>By column; empty: none.</summary>
    public bool[] ForceQuote { get; private init; } = [];

    public bool[] ForceNotNull { get; private init; } = [];

    public bool[] ForceNull { get; private init; } = [];

    /// <summary>Checks a COPY statement's options against the columns it copies.</summary>
    public static CopySettings Parse(SyntaxList<CopyOption> options, bool isFrom, IReadOnlyList<string> columns)
    {
        var settings = new CopySettings { Format = FormatOf(options) };
        bool isCsv = settings.Format == CopyFormat.Csv;
        if (isCsv)
        {
            settings = settings with { Delimiter = (byte)',', Null = [] };
        }

        bool escapeIsGiven = false;
        var seen = new HashSet<string>();
        foreach (var option in options)
        {
            if (!seen.Add(option.Name))
            {
                throw new SqlException(SqlState.SyntaxError, "conflicting or redundant options", option.Position);
            }

            escapeIsGiven |= option.Name == "escape";
            settings = option.Name switch
            {
                "format" => settings,
                "freeze" => settings,
                "delimiter" => settings with { Delimiter = OneByte(option, "COPY delimiter must be a single one-byte character") },
                "null" => settings with { Null = Encoding.UTF8.GetBytes(option.Value ?? "") },
                "header" => settings with { Header = HeaderOf(option, isFrom) },
                "quote" => settings with { Quote = OneByte(option, "COPY quote must be a single one-byte character") },
                "escape" => settings with { Escape = OneByte(option, "COPY escape must be a single one-byte character") },
                "force_quote" => settings with { ForceQuote = ColumnsOf(option, columns) },
                "force_not_null" => settings with { ForceNotNull = ColumnsOf(option, columns) },
                "force_null" => settings with { ForceNull = ColumnsOf(option, columns) },
                "encoding" => CheckEncoding(option, settings),
                _ => throw new SqlException(SqlState.SyntaxError, $"option \"{option.Name}\" not recognized", option.Position),
            };
        }

        settings = escapeIsGiven ? settings : settings with { Escape = settings.Quote };
        settings.Check(seen, isFrom);
        return settings;
    }

    private void Check(HashSet<string> given, bool isFrom)
    {
        if (Format == CopyFormat.Binary)
        {
            Refuse(given.Contains("delimiter"), "cannot specify DELIMITER in BINARY mode");
            Refuse(given.Contains("null"), "cannot specify NULL in BINARY mode");
            Refuse(given.Contains("header"), "cannot specify HEADER in BINARY mode");
        }

        if (Format != CopyFormat.Csv)
        {
            Refuse(given.Contains("quote"), "COPY quote available only in CSV mode");
            Refuse(given.Contains("escape"), "COPY escape available only in CSV mode");
            Refuse(given.Contains("force_quote"), "COPY force quote available only in CSV mode");
            Refuse(given.Contains("force_not_null"), "COPY force not null available only in CSV mode");
            Refuse(given.Contains("force_null"), "COPY force null available only in CSV mode");
        }

        Refuse(isFrom && given.Contains("force_quote"), "COPY force quote only available using COPY TO");
        Refuse(!isFrom && given.Contains("force_not_null"), "COPY force not null only available using COPY FROM");
        Refuse(!isFrom && given.Contains("force_null"), "COPY force null only available using COPY FROM");
        Refuse(!isFrom && given.Contains("freeze"), "COPY freeze only available using COPY FROM");
        if (Delimiter is (byte)'\n' or (byte)'\r' || Null.AsSpan().IndexOfAny((byte)'\n', (byte)'\r') >= 0)
        {
            throw new SqlException(
                SqlState.InvalidParameterValue, Delimiter is (byte)'\n' or (byte)'\r'
                    ? "COPY delimiter cannot be newline or carriage return"
                    : "COPY null representation cannot use newline or carriage return");
        }

        if (Format == CopyFormat.Text && "\\.abcdefghijklmnopqrstuvwxyz0123456789"u8.Contains(Delimiter))
        {
            throw new SqlException(SqlState.InvalidParameterValue, $"COPY delimiter cannot be \"{(char)Delimiter}\"");
        }

        Refuse(Format == CopyFormat.Csv && Delimiter == Quote, "COPY delimiter and quote must be different");
        Refuse(Null.Contains(Delimiter) && Format != CopyFormat.Binary, "COPY delimiter must not appear in the NULL specification");
        Refuse(Format == CopyFormat.Csv && Null.Contains(Quote), "CSV quote character must not appear in the NULL specification");
    }

    private static void Refuse(bool isWrong, string message)
    {
        if (isWrong)
        {
            throw new SqlException(
                message.StartsWith("cannot specify", StringComparison.Ordinal) ? SqlState.SyntaxError : SqlState.FeatureNotSupported,
                message);
        }
    }

    private static CopyFormat FormatOf(SyntaxList<CopyOption> options)
    {
        foreach (var option in options)
        {
            if (option.Name == "format")
            {
                return option.Value switch
                {
                    "text" => CopyFormat.Text,
                    "csv" => CopyFormat.Csv,
                    "binary" => CopyFormat.Binary,
                    _ => throw new SqlException(
                        SqlState.InvalidParameterValue, $"COPY format \"{option.Value}\" not recognized", option.Position),
                };
            }
        }

        return CopyFormat.Text;
    }

    private static CopyHeader HeaderOf(CopyOption option, bool isFrom) => option.Value?.ToLowerInvariant() switch
    {
        null or "true" or "on" or "1" => CopyHeader.Present,
        "false" or "off" or "0" => CopyHeader.None,
        "match" => isFrom ? CopyHeader.Match : throw new SqlException(
            SqlState.SyntaxError, "cannot use \"match\" with HEADER in COPY TO", option.Position),
        _ => throw new SqlException(SqlState.SyntaxError, "header requires a Boolean value or \"match\"", option.Position),
    };

    private static byte OneByte(CopyOption option, string otherwise) =>
        option.Value is { Length: 1 } value && value[0] is > '\0' and < '\x80'
            ? (byte)value[0] : throw new SqlException(SqlState.FeatureNotSupported, otherwise, option.Position);

    private static bool[] ColumnsOf(CopyOption option, IReadOnlyList<string> columns)
    {
        bool[] forced = new bool[columns.Count];
        if (option.AllColumns)
        {
            Array.Fill(forced, true);
        }

        foreach (string name in option.Columns)
        {
            int index = columns.ToList().IndexOf(name);
            if (index < 0)
            {
                throw new SqlException(
                    SqlState.InvalidColumnReference, $"{option.Name.ToUpperInvariant()} column \"{name}\" not referenced by COPY",
                    option.Position);
            }

            forced[index] = true;
        }

        return forced;
    }

    private static CopySettings CheckEncoding(CopyOption option, CopySettings settings) =>
        option.Value?.Replace("-", "", StringComparison.Ordinal).ToUpperInvariant() is "UTF8" or "UNICODE" ? settings
        : throw new SqlException(
            SqlState.FeatureNotSupported, $"COPY in encoding {option.Value} is not supported", option.Position, hint: "Use UTF8.");
}
