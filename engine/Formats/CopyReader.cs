using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Formats;

/// <summary>
/// COPY FROM: bytes in pieces that end anywhere become rows of a batch. Whole records are read where they lie; only a
/// record that crosses pieces is copied. Errors are <see cref="SqlException"/>s with CONTEXT (COPY t, line n, column c),
/// after which the reader is done. One thread.
/// </summary>
public abstract class CopyReader
{
    private const int RecordBytesMax = 256 << 20;

    private byte[] _pending = [];
    private int _pendingCount;

    private protected CopyReader(string table, IReadOnlyList<(string Name, SqlType Type)> columns, TextOptions options)
    {
        Table = table;
        Columns = columns;
        Options = options;
    }

    /// <summary>Rows read so far.</summary>
    public long RowCount { get; private set; }

    /// <summary>The end mark was read; what follows is ignored.</summary>
    public bool IsAtEnd { get; private protected set; }

    private protected string Table { get; }

    private protected IReadOnlyList<(string Name, SqlType Type)> Columns { get; }

    private protected TextOptions Options { get; }

    /// <summary>The number of the line being read, from 1.</summary>
    private protected long Line { get; set; }

    public static CopyReader Create(
        CopySettings settings, string table, IReadOnlyList<(string Name, SqlType Type)> columns, TextOptions options) =>
        settings.Format switch
        {
            CopyFormat.Csv => new CopyCsvReader(settings, table, columns, options),
            CopyFormat.Binary => new CopyBinaryReader(table, columns, options),
            _ => new CopyTextReader(settings, table, columns, options),
        };

    /// <summary>Takes a piece; the rows it completes are ended in the batch, whose columns are this reader's.</summary>
    public void Read(ReadOnlySpan<byte> piece, BatchBuilder rows)
    {
        if (_pendingCount > 0)
        {
            Keep(piece);
            int used = ReadRecords(_pending.AsSpan(0, _pendingCount), rows);
            _pendingCount -= used;
            _pending.AsSpan(used, _pendingCount).CopyTo(_pending);
            return;
        }

        Keep(piece[ReadRecords(piece, rows)..]);
    }

    /// <summary>The pieces are all there: reads a last record without a newline and complains of half ones.</summary>
    public void Complete(BatchBuilder rows)
    {
        if (!IsAtEnd)
        {
            ReadLast(_pending.AsSpan(0, _pendingCount), rows);
        }

        _pendingCount = 0;
    }

    /// <summary>The end of the first record with its terminator, or 0; as <see cref="CsvScanner.FindEnd"/>.</summary>
    private protected abstract int FindEnd(ReadOnlySpan<byte> bytes);

    /// <summary>Reads one record with its terminator; false if it was none (a header, the end).</summary>
    private protected abstract bool ReadRecord(ReadOnlySpan<byte> record, BatchBuilder rows);

    private protected abstract void ReadLast(ReadOnlySpan<byte> rest, BatchBuilder rows);

    private protected void EndRow(BatchBuilder rows)
    {
        rows.EndRow();
        RowCount++;
    }

    private protected SqlException MissingData(int column, ReadOnlySpan<byte> line) => new(
        SqlState.BadCopyFileFormat, $"missing data for column \"{Columns[column].Name}\"")
    { Context = LineContext(line) };

    private protected SqlException ExtraData(ReadOnlySpan<byte> line) => new(
        SqlState.BadCopyFileFormat, "extra data after last expected column")
    { Context = LineContext(line) };

    private protected SqlException BadValue(ValueStatus status, int column, ReadOnlySpan<byte> text)
    {
        var error = ValueErrors.Parsing(status, Columns[column].Type, text);
        return new SqlException(error.SqlState, error.Message, 0, error.Hint, error.Detail)
        {
            Context = $"COPY {Table}, line {Line}, column {Columns[column].Name}: \"{Shown(text)}\"",
        };
    }

    private protected string LineContext(ReadOnlySpan<byte> line) => $"COPY {Table}, line {Line}: \"{Shown(line)}\"";

    private static string Shown(ReadOnlySpan<byte> text)
    {
        const int BytesMax = 100;
        string shown = System.Text.Encoding.UTF8.GetString(text[..Math.Min(text.Length, BytesMax)].TrimEnd("\r\n"u8));
        return text.Length > BytesMax ? shown + "..." : shown;
    }

    private int ReadRecords(ReadOnlySpan<byte> bytes, BatchBuilder rows)
    {
        int start = 0;
        while (!IsAtEnd)
        {
            int length = FindEnd(bytes[start..]);
            if (length == 0)
            {
                return start;
            }

            Line++;
            if (ReadRecord(bytes.Slice(start, length), rows))
            {
                EndRow(rows);
            }

            start += length;
        }

        return bytes.Length;
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if ((long)_pendingCount + bytes.Length > RecordBytesMax)
        {
            throw new SqlException(
                SqlState.ProgramLimitExceeded, $"a record exceeds the limit of {RecordBytesMax >> 20} MB")
            {
                Context = $"COPY {Table}, line {Line + 1}",
            };
        }

        if (_pending.Length - _pendingCount < bytes.Length)
        {
            Array.Resize(ref _pending, Math.Max(_pending.Length * 2, _pendingCount + bytes.Length));
        }

        bytes.CopyTo(_pending.AsSpan(_pendingCount));
        _pendingCount += bytes.Length;
    }
}
