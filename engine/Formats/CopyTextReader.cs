using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Formats;

/// <summary>COPY's text format: a line a row, backslash escapes, \N for NULL, \. for the end.</summary>
internal sealed class CopyTextReader(
    CopySettings settings, string table, IReadOnlyList<(string Name, SqlType Type)> columns, TextOptions options)
    : CopyReader(table, columns, options)
{
    /// <summary>How far the unfinished line was looked at, and whether its last byte was an escaping backslash.</summary>
    private int _scanned;
    private bool _isEscaped;
    private bool _headerIsDue = settings.Header != CopyHeader.None;

    private protected override int FindEnd(ReadOnlySpan<byte> bytes)
    {
        while (_scanned < bytes.Length)
        {
            if (_isEscaped)
            {
                _isEscaped = false;
                _scanned++;
                continue;
            }

            int next = bytes[_scanned..].IndexOfAny((byte)'\n', (byte)'\\');
            if (next < 0)
            {
                _scanned = bytes.Length;
                break;
            }

            _scanned += next + 1;
            if (bytes[_scanned - 1] == '\n')
            {
                int end = _scanned;
                _scanned = 0;
                return end;
            }

            _isEscaped = true;
        }

        return 0;
    }

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

        if (line.Contains((byte)'\r'))
        {
            throw new SqlException(
                SqlState.BadCopyFileFormat, "literal carriage return found in data",
                hint: "Use \"\\r\" to represent carriage return.")
            {
                Context = LineContext(line),
            };
        }

        if (_headerIsDue)
        {
            _headerIsDue = false;
            CheckHeader(line);
            return false;
        }

        Span<byte> first = stackalloc byte[512];
        var unescaped = new TextSink(first);
        var rest = line;
        bool isLast = false;
        for (int column = 0; column < Columns.Count; column++)
        {
            if (isLast)
            {
                unescaped.Dispose();
                throw MissingData(column, line);
            }

            var field = NextField(ref rest, out isLast, out bool hasEscapes);
            if (field.SequenceEqual(settings.Null))
            {
                rows[column].AppendNull();
                continue;
            }

            if (hasEscapes)
            {
                Unescape(field, ref unescaped);
                field = unescaped.Written;
            }

            var status = TextParse.TryAppend(field, Columns[column].Type, Options, rows[column]);
            if (status != ValueStatus.Ok)
            {
                var error = BadValue(status, column, field);
                unescaped.Dispose();
                throw error;
            }
        }

        unescaped.Dispose();
        if (!isLast && Columns.Count > 0)
        {
            throw ExtraData(line);
        }

        return true;
    }

    private void CheckHeader(ReadOnlySpan<byte> line)
    {
        if (settings.Header != CopyHeader.Match)
        {
            return;
        }

        string[] names = System.Text.Encoding.UTF8.GetString(line).Split((char)settings.Delimiter);
        CopyHeaders.Check(names, Columns, LineContext(line));
    }

    /// <summary>The bytes up to an unescaped delimiter.</summary>
    private ReadOnlySpan<byte> NextField(ref ReadOnlySpan<byte> rest, out bool isLast, out bool hasEscapes)
    {
        int at = 0;
        hasEscapes = false;
        while (true)
        {
            int next = rest[at..].IndexOfAny(settings.Delimiter, (byte)'\\');
            if (next < 0)
            {
                isLast = true;
                return rest;
            }

            at += next;
            if (rest[at] != '\\')
            {
                var field = rest[..at];
                rest = rest[(at + 1)..];
                isLast = false;
                return field;
            }

            hasEscapes = true;
            at = Math.Min(at + 2, rest.Length);
        }
    }

    private static void Unescape(ReadOnlySpan<byte> field, ref TextSink target)
    {
        target.Clear();
        for (int i = 0; i < field.Length; i++)
        {
            byte b = field[i];
            if (b != '\\' || i + 1 == field.Length)
            {
                target.WriteByte(b);
                continue;
            }

            b = field[++i];
            switch (b)
            {
                case (byte)'b': target.WriteByte(8); break;
                case (byte)'f': target.WriteByte(12); break;
                case (byte)'n': target.WriteByte(10); break;
                case (byte)'r': target.WriteByte(13); break;
                case (byte)'t': target.WriteByte(9); break;
                case (byte)'v': target.WriteByte(11); break;
                case >= (byte)'0' and <= (byte)'7': target.WriteByte(Octal(field, ref i)); break;
                case (byte)'x' when i + 1 < field.Length && char.IsAsciiHexDigit((char)field[i + 1]):
                    target.WriteByte(Hex(field, ref i));
                    break;
                default: target.WriteByte(b); break;
            }
        }
    }

    private static byte Octal(ReadOnlySpan<byte> field, ref int at)
    {
        int value = field[at] - '0';
        for (int digits = 1; digits < 3 && at + 1 < field.Length && field[at + 1] is >= (byte)'0' and <= (byte)'7'; digits++)
        {
            value = (value * 8) + field[++at] - '0';
        }

        return (byte)value;
    }

    private static byte Hex(ReadOnlySpan<byte> field, ref int at)
    {
        int value = 0;
        for (int digits = 0; digits < 2 && at + 1 < field.Length && char.IsAsciiHexDigit((char)field[at + 1]); digits++)
        {
            byte digit = field[++at];
            value = (value * 16) + (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        }

        return (byte)value;
    }
}
