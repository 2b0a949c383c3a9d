using System.Buffers.Binary;
using System.Globalization;
using Vectorized.Storage.Platform;

namespace Vectorized.Storage.Log;

/// <summary>
/// The bytes of a log. A segment file is named for its first record's number and opens with a header of 32 bytes: magic,
/// format version, database id, first number, checksum. Records follow without gaps: a head of 32 bytes (payload length u64,
/// number u64, number of the last record known durable when this one was written u64, checksum of the payload u32, checksum of
/// the head before it u32), then the payload. All little-endian; checksums are CRC-32C.
/// </summary>
internal static class LogFormat
{
    internal const int SegmentHeadBytes = 32;
    internal const int RecordHeadBytes = 32;
    internal const uint Version = 1;
    internal const string Pattern = "*.log";

    /// <summary>"VECTLOG1".</summary>
    private const ulong Magic = 0x31474F4C_54434556;

    internal static string FileName(ulong firstNumber) => firstNumber.ToString("D16", CultureInfo.InvariantCulture) + ".log";

    internal static void WriteSegmentHead(Span<byte> into, ulong databaseId, ulong firstNumber)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(into, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(into[8..], Version);
        BinaryPrimitives.WriteUInt64LittleEndian(into[12..], databaseId);
        BinaryPrimitives.WriteUInt64LittleEndian(into[20..], firstNumber);
        BinaryPrimitives.WriteUInt32LittleEndian(into[28..], Crc32C.Of(into[..28]));
    }

    /// <summary>The first record's number; an unknown version or another database's segment is refused by name.</summary>
    internal static ulong ReadSegmentHead(ReadOnlySpan<byte> head, ulong databaseId, string file)
    {
        if (head.Length < SegmentHeadBytes || BinaryPrimitives.ReadUInt64LittleEndian(head) != Magic)
        {
            throw new CorruptionException($"{file} is not a log segment of ours");
        }

        uint version = BinaryPrimitives.ReadUInt32LittleEndian(head[8..]);
        if (version != Version)
        {
            throw new CorruptionException($"{file} has log format {version}; this program reads format {Version} and leaves it untouched");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(head[28..]) != Crc32C.Of(head[..28]))
        {
            throw new CorruptionException($"{file}: the segment's head is damaged");
        }

        ulong id = BinaryPrimitives.ReadUInt64LittleEndian(head[12..]);
        return id == databaseId
            ? BinaryPrimitives.ReadUInt64LittleEndian(head[20..])
            : throw new CorruptionException($"{file} belongs to database {id:x16}, not to {databaseId:x16}");
    }

    internal static void WriteRecordHead(Span<byte> into, LogRecordHead head)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(into, (ulong)head.PayloadBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(into[8..], head.Number);
        BinaryPrimitives.WriteUInt64LittleEndian(into[16..], head.DurableBefore);
        BinaryPrimitives.WriteUInt32LittleEndian(into[24..], head.PayloadChecksum);
        BinaryPrimitives.WriteUInt32LittleEndian(into[28..], Crc32C.Of(into[..28]));
    }

    /// <summary>False when the bytes are no head (torn, damaged or the end).</summary>
    internal static bool TryReadRecordHead(ReadOnlySpan<byte> bytes, out LogRecordHead head)
    {
        head = default;
        if (bytes.Length < RecordHeadBytes || BinaryPrimitives.ReadUInt32LittleEndian(bytes[28..]) != Crc32C.Of(bytes[..28]))
        {
            return false;
        }

        head = new LogRecordHead(
            (long)BinaryPrimitives.ReadUInt64LittleEndian(bytes),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..]));
        return head.PayloadBytes >= 0;
    }
}

/// <summary>A record's head.</summary>
internal readonly record struct LogRecordHead(long PayloadBytes, ulong Number, ulong DurableBefore, uint PayloadChecksum);
