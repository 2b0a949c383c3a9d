using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Formats;

/// <summary>
/// ENCODE CSV: fields by position (RFC 4180). An empty field without quotes is NULL, "" an empty string. Options:
/// delimiter (one byte, default comma), without_header (whether the first line of a file is data; the reader of files
/// heeds it).
/// </summary>
internal sealed class CsvDecoder : IRecordDecoder
{
    private readonly IReadOnlyList<(string Name, SqlType Type)> _columns;
    private readonly byte _delimiter = (byte)',';

    internal CsvDecoder(IReadOnlyList<(string Name, SqlType Type)> columns, IReadOnlyDictionary<string, string> options)
    {
        _columns = columns;
        foreach (var (name, value) in options)
        {
            switch (name)
            {
                case "delimiter":
                    _delimiter = Delimiter(value);
                    break;
                case "without_header" when value is "true" or "false":
                    break;
                case "without_header":
                    throw new SqlException(SqlState.InvalidParameterValue, $"without_header is true or false, not \"{value}\"");
                default:
                    throw new SqlException(SqlState.InvalidParameterValue, $"ENCODE CSV has no option \"{name}\"");
            }
        }
    }

    public int FindRecord(ReadOnlySpan<byte> bytes) => new CsvScanner((byte)'"', (byte)'"').FindEnd(bytes);

    public string? Decode(ReadOnlySpan<byte> record, ReadOnlySpan<VectorBuilder> columns)
    {
        scoped var row = new CsvRow(TrimNewline(record), _delimiter, (byte)'"', (byte)'"');
        Span<byte> first = stackalloc byte[512];
        var scratch = new TextSink(first);
        string? reason = null;
        int index = 0;
        for (; index < columns.Length && reason is null && !row.IsAtEnd; index++)
        {
            var field = row.Next(ref scratch, out bool isQuoted);
            if (field.IsEmpty && !isQuoted)
            {
                columns[index].AppendNull();
                continue;
            }

            var (name, type) = _columns[index];
            var status = row.IsUnterminated ? ValueStatus.InvalidText
                : TextParse.TryAppend(field, type, TextOptions.Default, columns[index]);
            if (status != ValueStatus.Ok)
            {
                reason = row.IsUnterminated ? $"field \"{name}\": a quote is not closed"
                    : $"field \"{name}\": {ValueErrors.Parsing(status, type, field).Message}";
            }
        }

        scratch.Dispose();
        return reason is not null ? reason
            : index < columns.Length ? $"the record has {index} fields where {columns.Length} are expected"
            : row.IsAtEnd ? null : $"the record has more than the {columns.Length} fields expected";
    }

    private static ReadOnlySpan<byte> TrimNewline(ReadOnlySpan<byte> record)
    {
        record = record.Length > 0 && record[^1] == '\n' ? record[..^1] : record;
        return record.Length > 0 && record[^1] == '\r' ? record[..^1] : record;
    }

    private static byte Delimiter(string value)
    {
        value = value == "\\t" ? "\t" : value;
        return value.Length == 1 && value[0] < 128 && value[0] is not ('"' or '\n' or '\r')
            ? (byte)value[0]
            : throw new SqlException(SqlState.InvalidParameterValue, $"the delimiter must be one ASCII character, not \"{value}\"");
    }
}
