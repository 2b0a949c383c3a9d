using System.Buffers.Binary;
using System.Text;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Columns;

/// <summary>
/// A table inside a FlatBuffer that may come from anywhere: every access is checked, bytes that are no FlatBuffer raise
/// 22P03. Slots as in <see cref="FlatBufferBuilder"/>.
/// </summary>
internal readonly ref struct FlatTable
{
    private readonly ReadOnlySpan<byte> _buffer;
    private readonly int _position;
    private readonly int _vtable;
    private readonly int _vtableBytes;

    private FlatTable(ReadOnlySpan<byte> buffer, int position)
    {
        _buffer = buffer;
        _position = position;
        _vtable = position - Int32(buffer, position);
        _vtableBytes = UInt16(buffer, _vtable);
    }

    internal static FlatTable Root(ReadOnlySpan<byte> buffer) => new(buffer, Int32(buffer, 0));

    internal static SqlException Corrupt(string what) =>
        new(SqlState.InvalidBinaryRepresentation, $"invalid Arrow IPC stream: {what}");

    internal byte Byte(int slot, byte otherwise = 0) => Field(slot) is > 0 and var at ? At(at, 1)[0] : otherwise;

    internal bool Bool(int slot) => Byte(slot) != 0;

    internal short Int16(int slot, short otherwise = 0) =>
        Field(slot) is > 0 and var at ? BinaryPrimitives.ReadInt16LittleEndian(At(at, 2)) : otherwise;

    internal int Int32(int slot, int otherwise = 0) => Field(slot) is > 0 and var at ? Int32(_buffer, at) : otherwise;

    internal long Int64(int slot) => Field(slot) is > 0 and var at ? BinaryPrimitives.ReadInt64LittleEndian(At(at, 8)) : 0;

    internal bool Has(int slot) => Field(slot) > 0;

    /// <summary>A table referred to; <see cref="Has"/> must hold.</summary>
    internal FlatTable Table(int slot) => new(_buffer, Follow(Field(slot)));

    internal string String(int slot)
    {
        if (Field(slot) is not (> 0 and var field))
        {
            return "";
        }

        int at = Follow(field);
        return Encoding.UTF8.GetString(At(at + 4, Int32(_buffer, at)));
    }

    /// <summary>Elements of a vector of at least a byte each, which bounds what a caller allocates by it.</summary>
    internal int VectorCount(int slot)
    {
        int count = Field(slot) is > 0 and var at ? Int32(_buffer, Follow(at)) : 0;
        return (uint)count <= (uint)_buffer.Length ? count : throw Corrupt("a list of the metadata has an impossible length");
    }

    internal FlatTable VectorTable(int slot, int index)
    {
        int element = Element(slot, index, 4);
        return new FlatTable(_buffer, Follow(element));
    }

    internal long VectorInt64(int slot, int index) => BinaryPrimitives.ReadInt64LittleEndian(At(Element(slot, index, 8), 8));

    /// <summary>An element of a vector of structs of two int64.</summary>
    internal (long First, long Second) VectorPair(int slot, int index)
    {
        var bytes = At(Element(slot, index, 16), 16);
        return (BinaryPrimitives.ReadInt64LittleEndian(bytes), BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]));
    }

    private static int Int32(ReadOnlySpan<byte> buffer, int at) => (uint)at > (uint)(buffer.Length - 4) || buffer.Length < 4
        ? throw Corrupt("an offset leads out of the metadata") : BinaryPrimitives.ReadInt32LittleEndian(buffer[at..]);

    private static int UInt16(ReadOnlySpan<byte> buffer, int at) => (uint)at > (uint)(buffer.Length - 2) || buffer.Length < 2
        ? throw Corrupt("an offset leads out of the metadata") : BinaryPrimitives.ReadUInt16LittleEndian(buffer[at..]);

    private ReadOnlySpan<byte> At(int position, int length) =>
        position < 0 || length < 0 || position > _buffer.Length - length
            ? throw Corrupt("an offset leads out of the metadata") : _buffer.Slice(position, length);

    private int Field(int slot)
    {
        int entry = 4 + (2 * slot);
        int offset = entry + 2 > _vtableBytes ? 0 : UInt16(_buffer, _vtable + entry);
        return offset == 0 ? 0 : _position + offset;
    }

    private int Follow(int at)
    {
        long target = (long)at + (uint)Int32(_buffer, at);
        return target <= _buffer.Length ? (int)target : throw Corrupt("an offset leads out of the metadata");
    }

    private int Element(int slot, int index, int bytes)
    {
        int vector = Follow(Field(slot));
        long at = vector + 4L + ((long)index * bytes);
        return (uint)index < (uint)Int32(_buffer, vector) && at <= _buffer.Length - bytes
            ? (int)at : throw Corrupt("a list of the metadata is too short");
    }
}
