using Vectorized.Storage;
using Vectorized.Storage.Encoding;

namespace Vectorized.Engine.Dataflow.Checkpoints;

/// <summary>
/// What a checkpoint holds besides structures. Format u8; hash seed; parts; tick, its now; the log's last record it covers; then
/// lists: feeds, gates, row ids, row errors of views.
/// </summary>
internal sealed class CheckpointRoot
{
    /// <summary>From 2 on runs of rows may have directories.</summary>
    private const byte Format = 2;
    private const byte FormatOldest = 1;

    internal ulong HashSeed { get; init; }

    /// <summary>Parts the state is cut into; the number of workers it was made with.</summary>
    internal int Parts { get; init; }

    internal long Tick { get; init; }

    internal long NowMicros { get; init; }

    /// <summary>Records of the log up to this one are in the state.</summary>
    internal ulong LogNumber { get; init; }

    internal List<FeedState> Feeds { get; } = [];

    /// <summary>By relation: a gate's own bytes.</summary>
    internal List<(int RelationId, byte[] Gate)> Gates { get; } = [];

    /// <summary>By table: the next id of a row without primary key.</summary>
    internal List<(int TableId, long Next)> RowIds { get; } = [];

    /// <summary>By view: evaluations that failed over a row, and the last message.</summary>
    internal List<(int RelationId, long Count, string Last)> RowErrors { get; } = [];

    /// <summary>A source or table fed by a connector.</summary>
    internal sealed record FeedState(
        int SourceId, bool IsOpen, string Failure, long RowsRead, long Rejected, IReadOnlyList<(string Split, long Position)> Positions);

    internal byte[] Encode()
    {
        var into = new System.Buffers.ArrayBufferWriter<byte>();
        into.WriteByte(Format);
        into.WriteUInt64(HashSeed);
        into.WriteInt32(Parts);
        into.WriteInt64(Tick);
        into.WriteInt64(NowMicros);
        into.WriteUInt64(LogNumber);
        into.WriteInt32(Feeds.Count);
        foreach (var feed in Feeds)
        {
            into.WriteInt32(feed.SourceId);
            into.WriteByte(feed.IsOpen ? (byte)1 : (byte)0);
            into.WriteText(feed.Failure);
            into.WriteInt64(feed.RowsRead);
            into.WriteInt64(feed.Rejected);
            into.WriteInt32(feed.Positions.Count);
            foreach (var (split, position) in feed.Positions)
            {
                into.WriteText(split);
                into.WriteInt64(position);
            }
        }

        into.WriteInt32(Gates.Count);
        foreach (var (id, gate) in Gates)
        {
            into.WriteInt32(id);
            into.WriteRun(gate);
        }

        into.WriteInt32(RowIds.Count);
        foreach (var (id, next) in RowIds)
        {
            into.WriteInt32(id);
            into.WriteInt64(next);
        }

        into.WriteInt32(RowErrors.Count);
        foreach (var (id, count, last) in RowErrors)
        {
            into.WriteInt32(id);
            into.WriteInt64(count);
            into.WriteText(last);
        }

        return into.WrittenSpan.ToArray();
    }

    internal static CheckpointRoot Decode(ReadOnlySpan<byte> encoded)
    {
        var bytes = new ByteReader(encoded);
        byte format = bytes.ReadByte();
        if (format is < FormatOldest or > Format)
        {
            throw new CorruptionException(
                $"a checkpoint's root has format {format}; this program reads formats {FormatOldest} to {Format}");
        }

        var root = new CheckpointRoot
        {
            HashSeed = bytes.ReadUInt64(),
            Parts = bytes.ReadInt32(),
            Tick = bytes.ReadInt64(),
            NowMicros = bytes.ReadInt64(),
            LogNumber = bytes.ReadUInt64(),
        };
        for (int i = bytes.ReadInt32(); i > 0; i--)
        {
            root.Feeds.Add(ReadFeed(ref bytes));
        }

        for (int i = bytes.ReadInt32(); i > 0; i--)
        {
            root.Gates.Add((bytes.ReadInt32(), bytes.ReadRun().ToArray()));
        }

        for (int i = bytes.ReadInt32(); i > 0; i--)
        {
            root.RowIds.Add((bytes.ReadInt32(), bytes.ReadInt64()));
        }

        for (int i = bytes.ReadInt32(); i > 0; i--)
        {
            root.RowErrors.Add((bytes.ReadInt32(), bytes.ReadInt64(), bytes.ReadText()));
        }

        return root;
    }

    private static FeedState ReadFeed(ref ByteReader bytes)
    {
        int id = bytes.ReadInt32();
        bool isOpen = bytes.ReadByte() != 0;
        string failure = bytes.ReadText();
        long read = bytes.ReadInt64();
        long rejected = bytes.ReadInt64();
        var positions = new List<(string, long)>();
        for (int i = bytes.ReadInt32(); i > 0; i--)
        {
            positions.Add((bytes.ReadText(), bytes.ReadInt64()));
        }

        return new FeedState(id, isOpen, failure, read, rejected, positions);
    }
}
