using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;
using Vectorized.Storage;
using Vectorized.Storage.Encoding;

namespace Vectorized.Engine.Columns;

/// <summary>
/// A batch as bytes that need nothing else but its types: what tick records and stored runs hold. Columns stand in their memory
/// layout, little-endian; long strings are gathered behind their views, whose place counts from there. Layout: rows u32,
/// columns u16, flags u8 (1: weights), weights; then by column: layout u8, flags u8 (1: validity), validity, values, and for
/// views the length of the strings u32 and the strings. Every length is checked when read: bytes are trusted only as far
/// as the checksum that the caller verified.
/// </summary>
internal static unsafe class BatchCodec
{
    private const byte HasWeights = 1;
    private const byte HasValidity = 1;

    internal static void Write(IBufferWriter<byte> into, Batch batch, Arena scratch)
    {
        Span<byte> head = into.GetSpan(7);
        BinaryPrimitives.WriteUInt32LittleEndian(head, (uint)batch.RowCount);
        BinaryPrimitives.WriteUInt16LittleEndian(head[4..], checked((ushort)batch.ColumnCount));
        head[6] = batch.HasWeights ? HasWeights : (byte)0;
        into.Advance(7);
        if (batch.HasWeights)
        {
            into.Write(MemoryMarshal.AsBytes(batch.Weights));
        }

        for (int column = 0; column < batch.ColumnCount; column++)
        {
            var mark = scratch.Position;
            Write(into, TakeKernel.Flatten(batch[column], scratch));
            scratch.Release(mark);
        }
    }

    /// <summary>Reads one batch off the front of the bytes into arena memory.</summary>
    internal static Batch Read(ref ByteReader bytes, IReadOnlyList<SqlType> types, Arena arena)
    {
        var head = bytes.Take(7);
        int rows = checked((int)BinaryPrimitives.ReadUInt32LittleEndian(head));
        int columns = BinaryPrimitives.ReadUInt16LittleEndian(head[4..]);
        if (columns != types.Count)
        {
            throw Corrupt($"{columns} columns stand where {types.Count} are due");
        }

        var batch = new Batch().Reset(rows, columns);
        if ((head[6] & HasWeights) != 0)
        {
            var weights = arena.Allocate<long>(rows);
            bytes.Take((long)rows * sizeof(long)).CopyTo(MemoryMarshal.AsBytes(weights));
            batch.SetWeights(weights);
        }

        for (int column = 0; column < columns; column++)
        {
            batch[column] = Read(ref bytes, types[column], rows, arena);
        }

        return batch;
    }

    private static void Write(IBufferWriter<byte> into, in Vector vector)
    {
        Span<byte> head = into.GetSpan(2);
        head[0] = (byte)vector.Type.Layout;
        head[1] = vector.MayHaveNulls ? HasValidity : (byte)0;
        into.Advance(2);
        if (vector.MayHaveNulls)
        {
            CanonicalValues.WriteBits(into, vector.Validity, [], vector.Length);
        }

        if (vector.Type.Layout != Layout.View)
        {
            WriteFixed(into, vector);
            return;
        }

        long heap = 0;
        foreach (ref var view in vector.Views)
        {
            Span<byte> place = into.GetSpan(sizeof(StringView));
            MemoryMarshal.Write(place, view.IsInline ? view : StringView.Reference(StringView.Bytes(in view), 0, checked((int)heap)));
            into.Advance(sizeof(StringView));
            heap += view.IsInline ? 0 : view.Length;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(into.GetSpan(4), checked((uint)heap));
        into.Advance(4);
        foreach (ref var view in vector.Views)
        {
            if (!view.IsInline)
            {
                into.Write(StringView.Bytes(in view));
            }
        }
    }

    private static void WriteFixed(IBufferWriter<byte> into, in Vector vector)
    {
        var values = new ReadOnlySpan<byte>(vector.ValuesPointer, TakeKernel.ByteCount(vector.Type, vector.Length));
        ReadOnlySpan<byte> validity = vector.MayHaveNulls ? vector.Validity : [];
        if (vector.Type.Layout == Layout.Bit)
        {
            CanonicalValues.WriteBits(into, values, validity, vector.Length);
        }
        else if (vector.MayHaveNulls)
        {
            CanonicalValues.Write(into, values, validity, vector.Type.Width, vector.Length);
        }
        else
        {
            into.Write(values);
        }
    }

    private static Vector Read(ref ByteReader bytes, SqlType type, int rows, Arena arena)
    {
        var head = bytes.Take(2);
        if (head[0] != (byte)type.Layout)
        {
            throw Corrupt($"a column of layout {head[0]} stands where {type} is due");
        }

        byte* validity = null;
        if ((head[1] & HasValidity) != 0)
        {
            validity = arena.AllocateBytes(Bitmap.BytesFor(rows));
            bytes.Take(Bitmap.BytesFor(rows)).CopyTo(new Span<byte>(validity, Bitmap.BytesFor(rows)));
        }

        int valueBytes = TakeKernel.ByteCount(type, rows);
        byte* values = arena.AllocateBytes(valueBytes);
        bytes.Take(valueBytes).CopyTo(new Span<byte>(values, valueBytes));
        if (type.Layout == Layout.View)
        {
            var strings = bytes.Take(BinaryPrimitives.ReadUInt32LittleEndian(bytes.Take(4)));
            foreach (ref var view in new Span<StringView>(values, rows))
            {
                if (view.IsInline)
                {
                    if (view.Length < 0)
                    {
                        throw Corrupt("a string has a negative length");
                    }

                    continue;
                }

                if (view.Offset < 0 || (long)view.Offset + view.Length > strings.Length)
                {
                    throw Corrupt("a string lies beyond its column");
                }

                view = arena.AddString(strings.Slice(view.Offset, view.Length));
            }
        }

        return Vector.Over(type, rows, values, validity);
    }

    private static CorruptionException Corrupt(string what) => new($"a stored batch is damaged: {what}");
}
