using Vectorized.Engine.Types;

namespace Vectorized.Engine.Formats;

/// <summary>The encodings records come in: checks ENCODE and its options against columns, makes decoders.</summary>
public static class RecordFormats
{
    /// <summary>
    /// A decoder for records of an encoding. Throws <see cref="SqlException"/> for encodings, options or column types
    /// that it does not take.
    /// </summary>
    /// <param name="encode">JSON, CSV or BYTES, upper case.</param>
    /// <param name="options">Options behind ENCODE, names in lower case.</param>
    /// <param name="columns">What a record gives values for, in order.</param>
    public static IRecordDecoder Create(
        string encode, IReadOnlyDictionary<string, string> options, IReadOnlyList<(string Name, SqlType Type)> columns) =>
        encode switch
        {
            "JSON" => new JsonDecoder(columns, JsonOptions.Parse(options)),
            "CSV" => new CsvDecoder(columns, options),
            "BYTES" => new BytesDecoder(options, columns),
            _ => throw new SqlException(
                SqlState.FeatureNotSupported, $"ENCODE {encode} is not supported", hint: "Use ENCODE JSON, CSV or BYTES."),
        };
}
