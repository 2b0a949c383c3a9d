using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Formats;

/// <summary>
/// COPY's CSV format: quoted fields may hold newlines and delimiters; the null string counts only without quotes; a line
/// of \. alone ends the data.
/// </summary>
internal sealed class CopyCsvReader(
    CopySettings settings, string table, IReadOnlyList<(string Name, SqlType Type)> columns, TextOptions options)
    : CopyReader(table, columns, options)
{
    private CsvScanner _scanner = new(settings.Quote, settings.Escape);
    private bool _headerIsDue = settings.Header != CopyHeader.None;

    private protected override int FindEnd(ReadOnlySpan<byte> bytes) => _scanner.FindEnd(bytes);

    private protected override void ReadLast(ReadOnlySpan<byte> rest, BatchBuilder rows)
    {
        if (rest.IsEmpty)
        {
            return;
        }

        Line++;
        if (ReadRecord(rest, rows))
        {
            EndRow(rows);
        }
    }

    private protected override bool ReadRecord(ReadOnlySpan<byte> record, BatchBuilder rows)
    {
        var line = record[^1] == '\n' ? record[..^1] : record;
        line = line.Length > 0 && line[^1] == '\r' ? line[..^1] : line;
        if (line.SequenceEqual("\\."u8))
        {
            IsAtEnd = true;
            return false;
        }

        Span<byte> first = stackalloc byte[512];
        var scratch = new TextSink(first);
        try
        {
            if (_headerIsDue)
            {
                _headerIsDue = false;
                CheckHeader(line, ref scratch);
            }
            else
            {
                ReadFields(line, rows, ref scratch);
                Line += record.Count((byte)'\n') - 1;
                return true;
            }
        }
        finally
        {
            scratch.Dispose();
        }

        return false;
    }

    private void ReadFields(ReadOnlySpan<byte> line, BatchBuilder rows, ref TextSink scratch)
    {
        var row = new CsvRow(line, settings.Delimiter, settings.Quote, settings.Escape);
        for (int column = 0; column < Columns.Count; column++)
        {
            if (row.IsAtEnd)
            {
                throw MissingData(column, line);
            }

            var field = row.Next(ref scratch, out bool isQuoted);
            if (row.IsUnterminated)
            {
                throw new SqlException(SqlState.BadCopyFileFormat, "unterminated CSV quoted field") { Context = LineContext(line) };
            }

            bool isNull = field.SequenceEqual(settings.Null)
                && (isQuoted ? Forced(settings.ForceNull, column) : !Forced(settings.ForceNotNull, column));
            if (isNull)
            {
                rows[column].AppendNull();
                continue;
            }

            var status = TextParse.TryAppend(field, Columns[column].Type, Options, rows[column]);
            if (status != ValueStatus.Ok)
            {
                throw BadValue(status, column, field);
            }
        }

        if (!row.IsAtEnd && Columns.Count > 0)
        {
            throw ExtraData(line);
        }
    }

    private static bool Forced(bool[] forced, int column) => forced.Length > 0 && forced[column];

    private void CheckHeader(ReadOnlySpan<byte> line, ref TextSink scratch)
    {
        if (settings.Header != CopyHeader.Match)
        {
            return;
        }

        var names = new List<string>();
        var row = new CsvRow(line, settings.Delimiter, settings.Quote, settings.Escape);
        while (!row.IsAtEnd)
        {
            names.Add(System.Text.Encoding.UTF8.GetString(row.Next(ref scratch, out _)));
        }

        CopyHeaders.Check([.. names], Columns, LineContext(line));
    }
}
