using System.Buffers.Binary;
using System.Globalization;
using Vectorized.Storage.Platform;

namespace Vectorized.Storage.Log;

/// <summary>
/// A batch of records as an object `log/NUMBER`, named for its first record: a head of 64 bytes (magic, version u32, records u32, database
/// id, first number, term, writer, checksum of what follows u32, flags u32, checksum of the head u32), then each record's length u32 and
/// payload. Flag 1: a fence, one number without a record; what follows its head is its writer's host name. Little-endian, CRC-32C.
/// </summary>
internal static class ObjectLogFormat
{
    internal const int HeadBytes = 64;
    internal const uint Version = 1;

    /// <summary>"VECTOLG1".</summary>
    private const ulong Magic = 0x31474C4F_54434556;

    internal const string Folder = "log/";

    internal static string Key(ulong firstNumber) => Folder + firstNumber.ToString("D16", CultureInfo.InvariantCulture);

    /// <summary>The number of a key; null: none of ours.</summary>
    internal static ulong? NumberOf(string key) =>
        key.StartsWith(Folder, StringComparison.Ordinal)
            && ulong.TryParse(key.AsSpan(Folder.Length), NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) ? number : null;

    internal static void WriteHead(Span<byte> batch, in ObjectLogHead head)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(batch, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(batch[8..], Version);
        BinaryPrimitives.WriteUInt32LittleEndian(batch[12..], head.Records);
        BinaryPrimitives.WriteUInt64LittleEndian(batch[16..], head.DatabaseId);
        BinaryPrimitives.WriteUInt64LittleEndian(batch[24..], head.First);
        BinaryPrimitives.WriteInt64LittleEndian(batch[32..], head.Term);
        BinaryPrimitives.WriteUInt64LittleEndian(batch[40..], head.Writer);
        BinaryPrimitives.WriteUInt32LittleEndian(batch[48..], Crc32C.Of(batch[HeadBytes..]));
        BinaryPrimitives.WriteUInt32LittleEndian(batch[52..], head.IsFence ? 1u : 0u);
        BinaryPrimitives.WriteUInt32LittleEndian(batch[60..], Crc32C.Of(batch[..60]));
    }

    internal static ObjectLogHead ReadHead(ReadOnlySpan<byte> batch, ulong databaseId, string name)
    {
        if (batch.Length < HeadBytes || BinaryPrimitives.ReadUInt64LittleEndian(batch) != Magic
            || BinaryPrimitives.ReadUInt32LittleEndian(batch[60..]) != Crc32C.Of(batch[..60]))
        {
            throw new CorruptionException($"{name} is damaged or no batch of log records");
        }

        uint version = BinaryPrimitives.ReadUInt32LittleEndian(batch[8..]);
        if (version != Version)
        {
            throw new CorruptionException($"{name} has log format {version}; this program reads format {Version} and leaves it untouched");
        }

        ulong id = BinaryPrimitives.ReadUInt64LittleEndian(batch[16..]);
        if (id != databaseId)
        {
            throw new CorruptionException($"{name} belongs to database {id:x16}, not to {databaseId:x16}");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(batch[48..]) != Crc32C.Of(batch[HeadBytes..]))
        {
            throw new CorruptionException($"{name}: its records are damaged");
        }

        return new ObjectLogHead(
            BinaryPrimitives.ReadUInt32LittleEndian(batch[12..]),
            id,
            BinaryPrimitives.ReadUInt64LittleEndian(batch[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(batch[32..]),
            BinaryPrimitives.ReadUInt64LittleEndian(batch[40..]),
            BinaryPrimitives.ReadUInt32LittleEndian(batch[52..]) != 0);
    }
}

/// <summary>The head of a batch. A fence has one number and no record.</summary>
internal readonly record struct ObjectLogHead(uint Records, ulong DatabaseId, ulong First, long Term, ulong Writer, bool IsFence)
{
    internal ulong Next => First + (IsFence ? 1 : Records);
}
