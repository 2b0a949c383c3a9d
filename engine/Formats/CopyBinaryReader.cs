using System.Buffers.Binary;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Formats;

/// <summary>
/// COPY's binary format: a signature, flags and an extension, then tuples of (int16 count, (int32 length, bytes)*), then
/// a count of -1. The header is read as a record of its own; tuples count as lines.
/// </summary>
internal sealed class CopyBinaryReader(string table, IReadOnlyList<(string Name, SqlType Type)> columns, TextOptions options)
    : CopyReader(table, columns, options)
{
    private const int FixedHeaderBytes = 19;

    private bool _headerIsRead;

    private protected override int FindEnd(ReadOnlySpan<byte> bytes) => _headerIsRead ? FindTupleEnd(bytes) : FindHeaderEnd(bytes);

    private protected override bool ReadRecord(ReadOnlySpan<byte> record, BatchBuilder rows)
    {
        if (!_headerIsRead)
        {
            _headerIsRead = true;
            Line--;
            return false;
        }

        if (BinaryPrimitives.ReadInt16BigEndian(record) == -1)
        {
            IsAtEnd = true;
            return false;
        }

        int at = 2;
        for (int column = 0; column < Columns.Count; column++)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(record[at..]);
            at += 4;
            if (length < 0)
            {
                rows[column].AppendNull();
                continue;
            }

            var status = BinaryParse.TryAppend(record.Slice(at, length), Columns[column].Type, rows[column]);
            if (status != ValueStatus.Ok)
            {
                var error = ValueErrors.Binary(status, Columns[column].Type);
                throw new SqlException(error.SqlState, error.Message)
                {
                    Context = $"COPY {Table}, line {Line}, column {Columns[column].Name}",
                };
            }

            at += length;
        }

        return true;
    }

    private protected override void ReadLast(ReadOnlySpan<byte> rest, BatchBuilder rows)
    {
        if (!_headerIsRead)
        {
            throw Wrong("COPY file signature not recognized");
        }

        if (!rest.IsEmpty)
        {
            throw Wrong("unexpected EOF in COPY data");
        }
    }

    private int FindHeaderEnd(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> signature = [.. "PGCOPY\n"u8, 0xFF, (byte)'\r', (byte)'\n', 0];
        int known = Math.Min(bytes.Length, signature.Length);
        if (!bytes[..known].SequenceEqual(signature[..known]))
        {
            throw Wrong("COPY file signature not recognized");
        }

        if (bytes.Length < FixedHeaderBytes)
        {
            return 0;
        }

        int flags = BinaryPrimitives.ReadInt32BigEndian(bytes[11..]);
        int extension = BinaryPrimitives.ReadInt32BigEndian(bytes[15..]);
        if (flags != 0 || extension < 0)
        {
            throw Wrong(flags != 0 ? "unrecognized critical flags in COPY file header" : "invalid COPY file header (wrong length)");
        }

        return bytes.Length - FixedHeaderBytes >= extension ? FixedHeaderBytes + extension : 0;
    }

    private int FindTupleEnd(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 2)
        {
            return 0;
        }

        int count = BinaryPrimitives.ReadInt16BigEndian(bytes);
        if (count == -1)
        {
            return 2;
        }

        if (count != Columns.Count)
        {
            throw Wrong($"row field count is {count}, expected {Columns.Count}");
        }

        int at = 2;
        for (int i = 0; i < count; i++)
        {
            if (bytes.Length - at < 4)
            {
                return 0;
            }

            int length = BinaryPrimitives.ReadInt32BigEndian(bytes[at..]);
            at += 4;
            if (length < -1)
            {
                throw Wrong("invalid field size");
            }

            if (length > bytes.Length - at)
            {
                return 0;
            }

            at += Math.Max(length, 0);
        }

        return at;
    }

    private SqlException Wrong(string message) => new(SqlState.BadCopyFileFormat, message) { Context = $"COPY {Table}, line {Line + 1}" };
}
