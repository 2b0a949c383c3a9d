using System.Text;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Formats;

/// <summary>
/// ENCODE CSV: fields by position, or by a header's names (RFC 4180). An empty field without quotes is NULL, "" an
/// empty string. Options: delimiter (one byte, default comma), without_header (whether the first line of a file is
/// data; the reader of files heeds it).
/// </summary>
internal sealed class CsvDecoder : IRecordDecoder
{
    private readonly IReadOnlyList<(string Name, SqlType Type)> _columns;
    private readonly byte _delimiter = (byte)',';

    /// <summary>By field, its column or -1 for none; null: fields are the columns in order.</summary>
    private readonly int[]? _order;

    /// <summary>Columns that the header does not name: NULL in every row.</summary>
    private readonly int[] _missing = [];

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

    private CsvDecoder(CsvDecoder plain, int[] order)
    {
        _columns = plain._columns;
        _delimiter = plain._delimiter;
        _order = order;
        _missing = [.. Enumerable.Range(0, _columns.Count).Except(order)];
    }

    public IRecordDecoder WithHeader(ReadOnlySpan<byte> header)
    {
        scoped var row = new CsvRow(TrimNewline(header), _delimiter, (byte)'"', (byte)'"');
        var scratch = new TextSink(stackalloc byte[512]);
        var order = new List<int>();
        while (!row.IsAtEnd)
        {
            string name = Encoding.UTF8.GetString(row.Next(ref scratch, out _).Trim((byte)' '));
            int column = ColumnNamed(name);
            if (column >= 0 && order.Contains(column))
            {
                throw new SqlException(SqlState.BadCopyFileFormat, $"the header names \"{name}\" twice");
            }

            order.Add(column);
        }

        scratch.Dispose();
        return order.Exists(column => column >= 0) ? new CsvDecoder(this, [.. order]) : throw new SqlException(
            SqlState.BadCopyFileFormat,
            "the header names none of the columns",
            hint: "If the first line is data, say ENCODE CSV (without_header = 'true').");
    }

    public int FindRecord(ReadOnlySpan<byte> bytes) => new CsvScanner((byte)'"', (byte)'"').FindEnd(bytes);

    public string? Decode(ReadOnlySpan<byte> record, ReadOnlySpan<VectorBuilder> columns)
    {
        scoped var row = new CsvRow(TrimNewline(record), _delimiter, (byte)'"', (byte)'"');
        Span<byte> first = stackalloc byte[512];
        var scratch = new TextSink(first);
        string? reason = null;
        int fieldCount = _order?.Length ?? columns.Length;
        int index = 0;
        for (; index < fieldCount && reason is null && !row.IsAtEnd; index++)
        {
            var field = row.Next(ref scratch, out bool isQuoted);
            int column = _order is null ? index : _order[index];
            if (column < 0)
            {
                continue;
            }

            if (field.IsEmpty && !isQuoted)
            {
                columns[column].AppendNull();
                continue;
            }

            var (name, type) = _columns[column];
            var status = row.IsUnterminated ? ValueStatus.InvalidText
                : TextParse.TryAppend(field, type, TextOptions.Default, columns[column]);
            if (status != ValueStatus.Ok)
            {
                reason = row.IsUnterminated ? $"field \"{name}\": a quote is not closed"
                    : $"field \"{name}\": {ValueErrors.Parsing(status, type, field).Message}";
            }
        }

        scratch.Dispose();
        reason ??= index < fieldCount ? $"the record has {index} fields where {fieldCount} are expected"
            : row.IsAtEnd ? null : $"the record has more than the {fieldCount} fields expected";
        if (reason is null)
        {
            foreach (int column in _missing)
            {
                columns[column].AppendNull();
            }
        }

        return reason;
    }

    private int ColumnNamed(string name)
    {
        int folded = -1;
        for (int i = 0; i < _columns.Count; i++)
        {
            if (_columns[i].Name == name)
            {
                return i;
            }

            folded = folded < 0 && _columns[i].Name.Equals(name, StringComparison.OrdinalIgnoreCase) ? i : folded;
        }

        return folded;
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
