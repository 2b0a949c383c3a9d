using System.Buffers;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;
using Vectorized.Storage;
using Vectorized.Storage.Encoding;

namespace Vectorized.Engine.Dataflow.Recovery;

/// <summary>
/// A tick record as bytes: format u8, number, now and seed of 8 bytes each, source advances, decisions about splits, views that
/// stop (from format 3 on), the definition if any, table writes, each with whether its keys were new (from format 4 on). The
/// writes come last, so that positions can be read without them; their types are those of the catalog before the tick.
/// </summary>
internal static class TickRecordCodec
{
    private const byte Format = 4;
    private const byte FormatOldest = 2;

    internal static void Write(IBufferWriter<byte> into, TickRecord record, Arena scratch)
    {
        into.WriteByte(Format);
        into.WriteInt64(record.Number);
        into.WriteInt64(record.NowMicros);
        into.WriteUInt64(record.Seed);
        into.WriteInt32(record.Advances.Count);
        foreach (var advance in record.Advances)
        {
            into.WriteInt32(advance.SourceId);
            into.WriteText(advance.Split);
            into.WriteInt64(advance.Position);
            into.WriteInt32(advance.RowCount);
        }

        into.WriteInt32(record.Splits.Count);
        foreach (var split in record.Splits)
        {
            into.WriteInt32(split.RelationId);
            into.WriteText(split.Split);
            into.WriteByte(split.IsIdle ? (byte)1 : (byte)0);
        }

        into.WriteInt32(record.Stops.Count);
        foreach (var stop in record.Stops)
        {
            into.WriteInt32(stop.ViewId);
            into.WriteInt32(stop.Step);
            into.WriteText(stop.Reason);
        }

        into.WriteByte(record.Definition is null ? (byte)0 : (byte)1);
        if (record.Definition is { } definition)
        {
            into.WriteText(definition.Text);
            into.WriteRun(definition.CatalogChange);
        }

        into.WriteInt32(record.Writes.Count);
        foreach (var write in record.Writes)
        {
            into.WriteInt32(write.TableId);
            into.WriteByte(write.AreNew ? (byte)1 : (byte)0);
            BatchCodec.Write(into, write.Delta, scratch);
        }
    }

    /// <summary>The record without its writes, and the reader that stands before them.</summary>
    internal static TickRecord ReadHead(ref ByteReader bytes)
    {
        byte format = bytes.ReadByte();
        if (format is < FormatOldest or > Format)
        {
            throw new CorruptionException(
                $"a tick record has format {format}; this program reads formats {FormatOldest} to {Format}");
        }

        var record = new TickRecord
        {
            Format = format,
            Number = bytes.ReadInt64(),
            NowMicros = bytes.ReadInt64(),
            Seed = bytes.ReadUInt64(),
        };
        int advances = bytes.ReadInt32();
        for (int i = 0; i < advances; i++)
        {
            record.Advances.Add(new SourceAdvance(bytes.ReadInt32(), bytes.ReadText(), bytes.ReadInt64(), bytes.ReadInt32()));
        }

        int splits = bytes.ReadInt32();
        for (int i = 0; i < splits; i++)
        {
            record.Splits.Add(new SplitDecision(bytes.ReadInt32(), bytes.ReadText(), bytes.ReadByte() != 0));
        }

        int stops = format >= 3 ? bytes.ReadInt32() : 0;
        for (int i = 0; i < stops; i++)
        {
            record.Stops.Add(new ViewStop(bytes.ReadInt32(), bytes.ReadInt32(), bytes.ReadText()));
        }

        if (bytes.ReadByte() != 0)
        {
            record.Definition = new DefinitionEntry(bytes.ReadText(), bytes.ReadRun().ToArray());
        }

        return record;
    }

    /// <summary>Adds the writes, in arena memory.</summary>
    internal static void ReadWrites(
        ref ByteReader bytes, TickRecord record, Func<int, IReadOnlyList<SqlType>> typesOf, Arena arena)
    {
        int writes = bytes.ReadInt32();
        for (int i = 0; i < writes; i++)
        {
            int table = bytes.ReadInt32();
            bool areNew = record.Format >= 4 && bytes.ReadByte() != 0;
            record.Writes.Add(new TableWrite(table, BatchCodec.Read(ref bytes, typesOf(table), arena), areNew));
        }

        if (bytes.Remaining > 0)
        {
            throw new CorruptionException($"tick record {record.Number} is followed by {bytes.Remaining} bytes that belong to nothing");
        }
    }
}
