using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using Vectorized.Storage.Encoding;
using Vectorized.Storage.Platform;

namespace Vectorized.Storage.Checkpoints;

/// <summary>
/// The bytes of a manifest, little-endian: magic u64, format u32, then the fields in order (texts and lists with their
/// length as u32), then CRC-32C of everything before. Magic and format keep their place in every later format, so a
/// newer one is refused by name.
/// </summary>
internal static class ManifestCodec
{
    internal const int Format = 1;
    internal const string Folder = "manifest/";

    private const int HeadBytes = 12;
    private const int CheckBytes = 4;

    /// <summary>"VECTMAN1".</summary>
    private const ulong Magic = 0x314E414D_54434556;

    internal static string Key(long sequence) => Folder + sequence.ToString("D16", CultureInfo.InvariantCulture);

    /// <summary>The sequence of a listed key; null: not a manifest's.</summary>
    internal static long? SequenceOf(string key) =>
        long.TryParse(key.AsSpan(Folder.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long sequence)
            && Key(sequence) == key ? sequence : null;

    internal static byte[] Encode(Manifest manifest)
    {
        var into = new ArrayBufferWriter<byte>();
        into.WriteUInt64(Magic);
        into.WriteInt32(Format);
        into.WriteUInt64(manifest.DatabaseId);
        into.WriteInt64(manifest.Sequence);
        into.WriteInt64(manifest.Base);
        into.WriteInt64(manifest.PreviousBase);
        into.WriteInt64(manifest.Term);
        into.WriteUInt64(manifest.WriterId);
        into.WriteInt64(manifest.Attempt);
        into.WriteText(manifest.HostName);
        into.WriteByte((byte)manifest.Durability);
        into.WriteInt64(manifest.Tick);
        WriteRuns(into, manifest.Root is { } root ? [root] : []);
        into.WriteInt32(manifest.Changes.Count);
        foreach (var change in manifest.Changes)
        {
            into.WriteByte((byte)change.Kind);
            into.WriteText(change.Name);
            into.WriteText(change.Schema);
            WriteRuns(into, change.Runs);
        }

        into.WriteInt32(manifest.Packs.Count);
        foreach (var (pack, length) in manifest.Packs)
        {
            into.WriteInt64(pack);
            into.WriteInt64(length);
        }

        into.WriteInt32(manifest.TermStarts.Count);
        foreach (long start in manifest.TermStarts)
        {
            into.WriteInt64(start);
        }

        into.WriteInt32(unchecked((int)Crc32C.Of(into.WrittenSpan)));
        return into.WrittenSpan.ToArray();
    }

    /// <summary>
    /// Raises <see cref="CorruptionException"/> for bytes that are not the manifest of that sequence, whole and of this
    /// format.
    /// </summary>
    internal static Manifest Decode(ReadOnlySpan<byte> bytes, string store, long sequence)
    {
        string name = $"{store}/{Key(sequence)}";
        if (bytes.Length < HeadBytes + CheckBytes || BinaryPrimitives.ReadUInt64LittleEndian(bytes) != Magic)
        {
            throw new CorruptionException($"{name} is no manifest of ours");
        }

        int format = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        if (format != Format)
        {
            throw new CorruptionException(
                $"{name} has manifest format {format}; this program reads format {Format} and leaves the state untouched");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[^CheckBytes..]) != Crc32C.Of(bytes[..^CheckBytes]))
        {
            throw new CorruptionException($"{name} is damaged: its checksum differs");
        }

        var reader = new ByteReader(bytes[HeadBytes..^CheckBytes]);
        var manifest = new Manifest
        {
            DatabaseId = reader.ReadUInt64(),
            Sequence = reader.ReadInt64(),
            Base = reader.ReadInt64(),
            PreviousBase = reader.ReadInt64(),
            Term = reader.ReadInt64(),
            WriterId = reader.ReadUInt64(),
            Attempt = reader.ReadInt64(),
            HostName = reader.ReadText(),
            Durability = (CheckpointDurability)reader.ReadByte(),
            Tick = reader.ReadInt64(),
            Root = ReadRuns(ref reader) is [var root] ? root : null,
            Changes = ReadChanges(ref reader),
            Packs = ReadPacks(ref reader),
            TermStarts = ReadTermStarts(ref reader),
        };
        if (manifest.Sequence != sequence || reader.Remaining > 0)
        {
            throw new CorruptionException($"{name} holds manifest {manifest.Sequence} and {reader.Remaining} bytes more");
        }

        return manifest;
    }

    private static void WriteRuns(ArrayBufferWriter<byte> into, IReadOnlyList<RunRef> runs)
    {
        into.WriteInt32(runs.Count);
        foreach (var run in runs)
        {
            into.WriteInt64(run.Pack);
            into.WriteInt64(run.Offset);
            into.WriteInt64(run.Length);
            into.WriteInt32(run.TailLength);
            into.WriteInt32(unchecked((int)run.TailCheck));
        }
    }

    private static RunRef[] ReadRuns(ref ByteReader reader)
    {
        var runs = new RunRef[ReadCount(ref reader, bytesMin: 32)];
        for (int i = 0; i < runs.Length; i++)
        {
            runs[i] = new RunRef(
                reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt32(), unchecked((uint)reader.ReadInt32()));
        }

        return runs;
    }

    private static StructureChange[] ReadChanges(ref ByteReader reader)
    {
        var changes = new StructureChange[ReadCount(ref reader, bytesMin: 13)];
        for (int i = 0; i < changes.Length; i++)
        {
            var kind = (StructureChangeKind)reader.ReadByte();
            changes[i] = new StructureChange(kind, reader.ReadText(), reader.ReadText(), ReadRuns(ref reader));
        }

        return changes;
    }

    private static KeyValuePair<long, long>[] ReadPacks(ref ByteReader reader)
    {
        var packs = new KeyValuePair<long, long>[ReadCount(ref reader, bytesMin: 16)];
        for (int i = 0; i < packs.Length; i++)
        {
            packs[i] = new(reader.ReadInt64(), reader.ReadInt64());
        }

        return packs;
    }

    private static long[] ReadTermStarts(ref ByteReader reader)
    {
        long[] starts = new long[ReadCount(ref reader, bytesMin: 8)];
        for (int i = 0; i < starts.Length; i++)
        {
            starts[i] = reader.ReadInt64();
        }

        return starts;
    }

    private static int ReadCount(ref ByteReader reader, int bytesMin)
    {
        int count = reader.ReadInt32();
        return count >= 0 && count <= reader.Remaining / bytesMin
            ? count
            : throw new CorruptionException($"stored bytes end early: {count} items are due");
    }
}
