using System.Buffers.Binary;
using System.Text;

namespace Vectorized.Engine.Columns;

/// <summary>
/// Writes the FlatBuffers that Arrow IPC's metadata is made of: from the end to the start, so that what is referred to
/// exists first. Offsets it hands out count from the buffer's end. Tables, strings, vectors of scalars, offsets and
/// structs; no deduplication of vtables. (FlatBuffers internals, "Format Details".) Reusable after <see cref="Clear"/>.
/// </summary>
internal sealed class FlatBufferBuilder
{
    private byte[] _buffer = new byte[1024];
    private int _start;
    private int _alignment = 1;
    private int _objectStart;
    private int[] _slots = new int[16];
    private int _slotCount;

    internal FlatBufferBuilder() => Clear();

    private int Offset => _buffer.Length - _start;

    internal void Clear()
    {
        _start = _buffer.Length;
        _alignment = 1;
    }

    internal int CreateString(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Put((byte)0);
        Align(4, bytes.Length);
        _start -= bytes.Length;
        bytes.CopyTo(_buffer, _start);
        Put(bytes.Length);
        return Offset;
    }

    internal int CreateOffsets(ReadOnlySpan<int> offsets)
    {
        StartVector(4, offsets.Length, 4);
        for (int i = offsets.Length - 1; i >= 0; i--)
        {
            PutOffset(offsets[i]);
        }

        return EndVector(offsets.Length);
    }

    internal int CreateInt64s(ReadOnlySpan<long> values)
    {
        StartVector(8, values.Length, 8);
        for (int i = values.Length - 1; i >= 0; i--)
        {
            Put(values[i]);
        }

        return EndVector(values.Length);
    }

    /// <summary>A vector of structs of two int64 each (FieldNode, Buffer).</summary>
    internal int CreatePairs(IReadOnlyList<(long First, long Second)> pairs)
    {
        StartVector(16, pairs.Count, 8);
        for (int i = pairs.Count - 1; i >= 0; i--)
        {
            Put(pairs[i].Second);
            Put(pairs[i].First);
        }

        return EndVector(pairs.Count);
    }

    internal void StartTable(int slots)
    {
        if (_slots.Length < slots)
        {
            _slots = new int[slots];
        }

        Array.Clear(_slots);
        _slotCount = slots;
        _objectStart = Offset;
    }

    internal void Add(int slot, byte value)
    {
        Put(value);
        _slots[slot] = Offset;
    }

    internal void Add(int slot, bool value) => Add(slot, value ? (byte)1 : (byte)0);

    internal void Add(int slot, short value)
    {
        Put(value);
        _slots[slot] = Offset;
    }

    internal void Add(int slot, int value)
    {
        Put(value);
        _slots[slot] = Offset;
    }

    internal void Add(int slot, long value)
    {
        Put(value);
        _slots[slot] = Offset;
    }

    internal void AddOffset(int slot, int offset)
    {
        PutOffset(offset);
        _slots[slot] = Offset;
    }

    internal int EndTable()
    {
        Put(0);
        int table = Offset;
        for (int i = _slotCount - 1; i >= 0; i--)
        {
            Put((short)(_slots[i] == 0 ? 0 : table - _slots[i]));
        }

        Put((short)(table - _objectStart));
        Put((short)((_slotCount + 2) * 2));
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_buffer.Length - table), Offset - table);
        return table;
    }

    /// <summary>The finished buffer, valid until the builder is used again.</summary>
    internal ReadOnlySpan<byte> Finish(int root)
    {
        Align(_alignment, 4);
        PutOffset(root);
        return _buffer.AsSpan(_start);
    }

    private void StartVector(int elementBytes, int count, int alignment)
    {
        Align(4, elementBytes * count);
        Align(alignment, elementBytes * count);
    }

    private int EndVector(int count)
    {
        Put(count);
        return Offset;
    }

    private void PutOffset(int offset)
    {
        Align(4, 0);
        Put(Offset - offset + 4);
    }

    private void Put(byte value)
    {
        Align(1, 0);
        _buffer[--_start] = value;
    }

    private void Put(short value)
    {
        Align(2, 0);
        _start -= 2;
        BinaryPrimitives.WriteInt16LittleEndian(_buffer.AsSpan(_start), value);
    }

    private void Put(int value)
    {
        Align(4, 0);
        _start -= 4;
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_start), value);
    }

    private void Put(long value)
    {
        Align(8, 0);
        _start -= 8;
        BinaryPrimitives.WriteInt64LittleEndian(_buffer.AsSpan(_start), value);
    }

    /// <summary>
    /// Pads so that, once <paramref name="more"/> bytes are written, the place is a multiple of the size; makes room for both.
    /// </summary>
    private void Align(int size, int more)
    {
        _alignment = Math.Max(_alignment, size);
        int padding = -(Offset + more) & (size - 1);
        while (_start < padding + more + size)
        {
            byte[] larger = new byte[_buffer.Length * 2];
            int used = Offset;
            _buffer.AsSpan(_start).CopyTo(larger.AsSpan(larger.Length - used));
            _buffer = larger;
            _start = larger.Length - used;
        }

        _buffer.AsSpan(_start - padding, padding).Clear();
        _start -= padding;
    }
}
