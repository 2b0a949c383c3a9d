using System.Buffers;
using System.Buffers.Binary;

namespace Vectorized.Storage.Encoding;

/// <summary>Little-endian values into a buffer writer. Strings and runs carry their length as u32 before them.</summary>
public static class ByteWriting
{
    public static void WriteByte(this IBufferWriter<byte> into, byte value)
    {
        into.GetSpan(1)[0] = value;
        into.Advance(1);
    }

    public static void WriteInt32(this IBufferWriter<byte> into, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(into.GetSpan(4), value);
        into.Advance(4);
    }

    public static void WriteInt64(this IBufferWriter<byte> into, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(into.GetSpan(8), value);
        into.Advance(8);
    }

    public static void WriteUInt64(this IBufferWriter<byte> into, ulong value) => into.WriteInt64(unchecked((long)value));

    public static void WriteRun(this IBufferWriter<byte> into, ReadOnlySpan<byte> bytes)
    {
        into.WriteInt32(bytes.Length);
        into.Write(bytes);
    }

    public static void WriteText(this IBufferWriter<byte> into, string text)
    {
        int bytes = System.Text.Encoding.UTF8.GetByteCount(text);
        into.WriteInt32(bytes);
        System.Text.Encoding.UTF8.GetBytes(text, into.GetSpan(bytes));
        into.Advance(bytes);
    }
}
