using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using Vectorized.Storage.Encoding;
using Vectorized.Storage.Platform;

namespace Vectorized.Storage.Checkpoints;

/// <summary>
/// The bytes of a pack, little-endian: a head of 32 (magic u64, format u32, pack number i64, reserved u64, CRC-32C of
/// these), then runs one after another. A run is its blocks, opaque and without gaps, then its tail: number of blocks
/// u32, length u32 and CRC-32C of each, then the writer's own head as a run of bytes. A pack's number is its writer's
/// term (high half) and a count: a term has one writer, so no two packs share a number.
/// </summary>
internal static class PackFormat
{
    internal const int Format = 1;
    internal const int HeadBytes = 32;
    internal const string Folder = "pack/";

    /// <summary>"VECTPAK1".</summary>
    private const ulong Magic = 0x314B4150_54434556;

    internal static string Key(long pack) => Folder + pack.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>The number of a listed key; null: not a pack's.</summary>
    internal static long? NumberOf(string key) =>
        long.TryParse(key.AsSpan(Folder.Length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long pack)
            && Key(pack) == key ? pack : null;

    internal static long Number(long term, long count) => term << 32 | count;

    internal static long TermOf(long pack) => pack >> 32;

    internal static byte[] Head(long pack)
    {
        byte[] head = new byte[HeadBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(head, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(8), Format);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(12), pack);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(28), Crc32C.Of(head.AsSpan(0, 28)));
        return head;
    }

    internal static void CheckHead(ReadOnlySpan<byte> head, string name, long pack)
    {
        if (BinaryPrimitives.ReadUInt64LittleEndian(head) != Magic)
        {
            throw new CorruptionException($"{name} is no pack of ours");
        }

        int format = BinaryPrimitives.ReadInt32LittleEndian(head[8..]);
        if (format != Format)
        {
            throw new CorruptionException($"{name} has pack format {format}; this program reads format {Format}");
        }

        if (!head.SequenceEqual(Head(pack)))
        {
            throw new CorruptionException($"{name}: the pack's head is damaged or another pack's");
        }
    }

    internal static byte[] EncodeTail(IReadOnlyList<RunBlock> blocks, ReadOnlySpan<byte> head)
    {
        var into = new ArrayBufferWriter<byte>(8 + (8 * blocks.Count) + head.Length);
        into.WriteInt32(blocks.Count);
        foreach (var block in blocks)
        {
            into.WriteInt32(block.Length);
            into.WriteInt32(unchecked((int)block.Check));
        }

        into.WriteRun(head);
        return into.WrittenSpan.ToArray();
    }

    /// <summary>Blocks with their offsets from the run's begin, and the writer's head.</summary>
    internal static (RunBlock[] Blocks, byte[] Head) DecodeTail(ReadOnlySpan<byte> tail, RunRef run, string name)
    {
        if (Crc32C.Of(tail) != run.TailCheck)
        {
            throw new CorruptionException($"{name}: the run at {run.Offset} is damaged: its tail's checksum differs");
        }

        var reader = new ByteReader(tail);
        var blocks = new RunBlock[Math.Clamp(reader.ReadInt32(), 0, reader.Remaining / 8)];
        long offset = 0;
        for (int i = 0; i < blocks.Length; i++)
        {
            blocks[i] = new RunBlock(offset, reader.ReadInt32(), unchecked((uint)reader.ReadInt32()));
            offset += blocks[i].Length;
        }

        byte[] head = reader.ReadRun().ToArray();
        return offset == run.Length - run.TailLength && reader.Remaining == 0
            ? (blocks, head)
            : throw new CorruptionException($"{name}: the run at {run.Offset} has {offset} bytes of blocks in {run.Length}");
    }
}

/// <summary>A block of a run: offset from the run's begin, length, CRC-32C.</summary>
internal readonly record struct RunBlock(long Offset, int Length, uint Check);
