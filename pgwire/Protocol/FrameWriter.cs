using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Vectorized.Pgwire.Protocol;

/// <summary>
/// Writes one message whose size is known: type, length, then fields in network order straight into the output's
/// memory. <see cref="End"/> must follow the last field; a size announced wrongly is a bug and throws.
/// </summary>
internal ref struct FrameWriter
{
    private readonly IBufferWriter<byte> _output;
    private readonly Span<byte> _span;
    private int _used;

    public FrameWriter(IBufferWriter<byte> output, byte type, int bodyBytes)
    {
        _output = output;
        _span = output.GetSpan(5 + bodyBytes)[..(5 + bodyBytes)];
        _span[0] = type;
        BinaryPrimitives.WriteInt32BigEndian(_span[1..], 4 + bodyBytes);
        _used = 5;
    }

    public void WriteByte(byte value) => _span[_used++] = value;

    public void WriteInt16(short value)
    {
        BinaryPrimitives.WriteInt16BigEndian(_span[_used..], value);
        _used += 2;
    }

    public void WriteInt32(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(_span[_used..], value);
        _used += 4;
    }

    public void WriteUInt32(uint value) => WriteInt32((int)value);

    public void WriteBytes(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_span[_used..]);
        _used += bytes.Length;
    }

    /// <summary>UTF-8 and a zero byte.</summary>
    public void WriteCString(string text)
    {
        _used += TextEncoding.UTF8.GetBytes(text, _span[_used..]);
        WriteByte(0);
    }

    public readonly void End()
    {
        if (_used != _span.Length)
        {
            throw new InvalidOperationException($"a message of {_span.Length} bytes was announced and {_used} were written");
        }

        _output.Advance(_used);
    }

    /// <summary>Bytes <see cref="WriteCString"/> takes.</summary>
    public static int CStringBytes(string text) => TextEncoding.UTF8.GetByteCount(text) + 1;
}
