using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Formats;

/// <summary>
/// ENCODE JSON: an object a record, its members the columns by name (<see cref="FieldNames"/>). A missing member is
/// NULL, the last of a repeated one counts, unknown ones are skipped; a value of the wrong kind makes the record
/// malformed. In files a record is a line.
/// </summary>
public sealed class JsonDecoder : IRecordDecoder
{
    private static readonly JsonReaderOptions _readerOptions = new() { MaxDepth = 256 };

    private readonly FieldNames _names;
    private readonly JsonColumn[] _columns;

    /// <summary>By column: twice the number of the record that last had it, plus 1 if its name matched exactly.</summary>
    private readonly long[] _seen;
    private long _record;

    public JsonDecoder(IReadOnlyList<(string Name, SqlType Type)> columns, JsonOptions options)
    {
        _names = new FieldNames(columns.Select(c => c.Name));
        _columns = [.. columns.Select(c => new JsonColumn(c.Name, c.Type, options))];
        _seen = new long[columns.Count];
    }

    public int FindRecord(ReadOnlySpan<byte> bytes) => bytes.IndexOf((byte)'\n') + 1;

    public string? Decode(ReadOnlySpan<byte> record, ReadOnlySpan<VectorBuilder> columns)
    {
        int start = record.IndexOfAnyExcept(" \t\r\n"u8);
        if (start < 0 || record[start] != '{')
        {
            return start < 0 ? "the record is empty" : "the record is not a JSON object";
        }

        if (!Utf8.IsValid(record))
        {
            return "the record is not valid UTF-8";
        }

        try
        {
            var reader = new Utf8JsonReader(record, _readerOptions);
            reader.Read();
            string? reason = DecodeObject(ref reader, record, columns);
            if (reason is null)
            {
                // Anything behind the object is an error of the reader's.
                reader.Read();
            }

            return reason;
        }
        catch (JsonException e)
        {
            return "the record is not valid JSON: " + e.Message;
        }
        catch (InvalidOperationException)
        {
            return "the record has a string that is not valid Unicode";
        }
    }

    /// <summary>
    /// As <see cref="Decode"/>, for an object inside an envelope: the reader stands on its first brace and is left on
    /// the last one. Throws the reader's exceptions for JSON that is not.
    /// </summary>
    /// <param name="reader">A reader over <paramref name="document"/>.</param>
    /// <param name="document">All of the JSON text, valid UTF-8.</param>
    /// <param name="columns">Builders of the columns this decoder was made for.</param>
    public string? DecodeObject(ref Utf8JsonReader reader, ReadOnlySpan<byte> document, ReadOnlySpan<VectorBuilder> columns)
    {
        long record = ++_record * 2;
        int found = 0;
        int guess = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int index = FindColumn(ref reader, guess, out bool isExact);
            reader.Read();
            if (index < 0)
            {
                reader.Skip();
                continue;
            }

            guess = index + 1;
            ref long seen = ref _seen[index];
            if (seen < record)
            {
                found++;
            }
            else if (seen > record && !isExact)
            {
                reader.Skip();
                continue;
            }
            else
            {
                columns[index].Truncate(columns[index].Length - 1);
            }

            seen = record + (isExact ? 1 : 0);
            var status = _columns[index].Append(ref reader, document, columns[index]);
            if (status != ValueStatus.Ok)
            {
                return _columns[index].Reason(ref reader, document, status);
            }
        }

        if (found < _columns.Length)
        {
            for (int i = 0; i < _columns.Length; i++)
            {
                if (_seen[i] < record)
                {
                    columns[i].AppendNull();
                }
            }
        }

        return null;
    }

    private int FindColumn(ref Utf8JsonReader reader, int guess, out bool isExact)
    {
        if (!reader.ValueIsEscaped)
        {
            return _names.Find(reader.ValueSpan, guess, out isExact);
        }

        Span<byte> name = stackalloc byte[256];
        isExact = false;
        return reader.ValueSpan.Length > name.Length ? -1 : _names.Find(name[..reader.CopyString(name)], guess, out isExact);
    }
}
