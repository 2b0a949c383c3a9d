using System.Globalization;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Types;

namespace Vectorized.Connectors.Generators;

/// <summary>
/// The options of connector = 'datagen', as RisingWave's: `fields.COLUMN.kind` (sequence or random), start and end, min
/// and max, length, seed, max_past, max_past_mode, basetime; `datagen.rows.per.second`, `datagen.split.num`.
/// </summary>
internal sealed record DatagenSettings(IReadOnlyList<DatagenField> Fields, int SplitCount, long RowsPerSecond)
{
    private const long NumberMaxByDefault = short.MaxValue;
    private const double NumberMax = 1e15;
    private const long DayMicros = 86_400_000_000;
    private const string Prefix = "fields.";
    private const string Element = "._";
    private const int ElementsMax = 1 << 16;
    private const int LengthByDefault = 10;
    private const int LengthMax = 1 << 20;

    internal static DatagenSettings Parse(SourceDefinition definition)
    {
        var options = new SourceOptions(DatagenConnector.ConnectorName, definition);
        long rate = options.Int64("datagen.rows.per.second", 10, 1, 1_000_000_000_000);
        int splits = options.Int32("datagen.split.num", 1, 1, 1024);
        int ordinal = 0;
        var fields = new List<DatagenField>();
        foreach (var column in definition.Columns)
        {
            fields.Add(Field(options, Prefix + column.Name, column.Type, (double)splits / rate, ref ordinal));
        }

        options.RefuseUnknown();
        return new DatagenSettings(fields, splits, rate);
    }

    /// <summary>
    /// The generator of a column, or of a member of a nested one: `fields.list._`, `fields.row.member`.
    /// </summary>
    private static DatagenField Field(
        SourceOptions options, string path, SqlType type, double secondsPerRow, ref int ordinal)
    {
        if (type.Id == TypeId.Struct)
        {
            var members = new DatagenField[type.Fields!.Items.Count];
            for (int i = 0; i < members.Length; i++)
            {
                var (name, memberType) = type.Fields.Items[i];
                members[i] = Field(options, $"{path}.{name}", memberType, secondsPerRow, ref ordinal);
            }

            return new StructField(type.Fields, members);
        }

        if (type.Id == TypeId.List)
        {
            int length = options.Int32(path + ".length", 1, 0, ElementsMax);
            return new ListField(
                type.Element!, Field(options, path + Element, type.Element!, secondsPerRow / Math.Max(length, 1), ref ordinal), length);
        }

        return Single(options, path + ".", type, secondsPerRow, ++ordinal);
    }

    private static DatagenField Single(
        SourceOptions options, string prefix, SqlType type, double secondsPerRow, int ordinal)
    {
        string kind = options.OneOf(prefix + "kind", "sequence", "random") ?? "random";
        // Columns without a seed differ from each other, and splits do.
        ulong seed = (ulong)options.Int64(prefix + "seed", 0, 0, long.MaxValue) + ((ulong)ordinal << 32);
        bool isNumber = type.IsInteger || type.Id is TypeId.Float32 or TypeId.Float64;
        if (kind == "sequence" && !isNumber)
        {
            throw options.Invalid(prefix + "kind", kind, $"'random' for values of type {type}");
        }

        if (isNumber)
        {
            return Number(options, prefix, type, kind == "sequence", seed);
        }

        return type.Id switch
        {
            TypeId.Varchar => new RandomTextField(options.Int32(prefix + "length", LengthByDefault, 0, LengthMax), seed),
            TypeId.Timestamp or TypeId.TimestampTz => Time(options, prefix, secondsPerRow, seed),
            _ => throw new SqlException(
                SqlState.FeatureNotSupported,
                $"connector \"datagen\" makes no values of type {type} ({prefix.TrimEnd('.')})",
                hint: "It knows smallint, integer, bigint, real, double precision, varchar, timestamp, timestamptz, and lists "
                    + "and structs of these."),
        };
    }

    private static DatagenField Number(SourceOptions options, string prefix, SqlType type, bool sequence, ulong seed)
    {
        string low = prefix + (sequence ? "start" : "min");
        string high = prefix + (sequence ? "end" : "max");
        if (!type.IsInteger)
        {
            double from = Double(options, low, 0);
            double to = Double(options, high, NumberMaxByDefault);
            if (from > to || Math.Max(Math.Abs(from), Math.Abs(to)) > NumberMax)
            {
                throw options.Invalid(high, to.ToString(CultureInfo.InvariantCulture), $"at least {low}, both within 1e15");
            }

            double fraction = from - Math.Floor(from);
            return sequence
                ? new SequenceField((long)Math.Floor(from), (long)Math.Floor(to - fraction), fraction)
                : new RandomFloatField(from, to, seed);
        }

        var (min, max) = type.Id switch
        {
            TypeId.Int16 => (short.MinValue, short.MaxValue),
            TypeId.Int32 => (int.MinValue, int.MaxValue),
            _ => (long.MinValue, long.MaxValue),
        };
        long first = options.Int64(low, 0, min, max);
        long last = options.Int64(high, Math.Max(NumberMaxByDefault, first), first, max);
        return sequence ? new SequenceField(first, last, 0) : new RandomIntegerField(first, last, seed);
    }

    private static double Double(SourceOptions options, string name, double otherwise)
    {
        if (options.Text(name) is not { } text)
        {
            return otherwise;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value : throw options.Invalid(name, text, "a number");
    }

    private static RandomTimeField Time(SourceOptions options, string prefix, double secondsPerRow, ulong seed)
    {
        string spanText = options.Text(prefix + "max_past") ?? "1d";
        long span = Durations.Parse(spanText) ?? throw options.Invalid(prefix + "max_past", spanText, "a span such as '2h 30min'");
        bool relative = options.OneOf(prefix + "max_past_mode", "absolute", "relative") == "relative";
        string baseText = options.Required(prefix + BaseTime, "2026-01-01T00:00:00Z");
        const DateTimeStyles Style = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (!DateTime.TryParse(baseText, CultureInfo.InvariantCulture, Style, out var moment))
        {
            throw options.Invalid(prefix + BaseTime, baseText, "a time such as '2026-01-01T00:00:00Z'");
        }

        return new RandomTimeField(
            (moment - DateTime.UnixEpoch).Ticks / 10, Math.Min(span, 36500 * DayMicros), relative ? secondsPerRow * 1e6 : 0, seed);
    }

    /// <summary>
    /// The option that holds the base of random times; a definition gets the time of its creation there.
    /// </summary>
    internal const string BaseTime = "basetime";

    /// <summary>The definition with its creation time as base of every time column that has none.</summary>
    internal static SourceDefinition WithBaseTimes(SourceDefinition definition, long nowMicros)
    {
        var options = new Dictionary<string, string>(definition.Options, StringComparer.Ordinal);
        string now = DateTime.UnixEpoch.AddTicks(nowMicros * 10).ToString("O", CultureInfo.InvariantCulture);
        foreach (string path in definition.Columns.SelectMany(column => TimePaths(Prefix + column.Name, column.Type)))
        {
            options.TryAdd($"{path}.{BaseTime}", now);
        }

        return definition with { Options = options };
    }

    private static IEnumerable<string> TimePaths(string path, SqlType type) => type.Id switch
    {
        TypeId.Timestamp or TypeId.TimestampTz => [path],
        TypeId.List => TimePaths(path + Element, type.Element!),
        TypeId.Struct => type.Fields!.Items.SelectMany(field => TimePaths($"{path}.{field.Name}", field.Type)),
        _ => [],
    };
}
