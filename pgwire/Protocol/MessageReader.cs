using System.Buffers.Binary;
using Vectorized.Engine.Types;

namespace Vectorized.Pgwire.Protocol;

/// <summary>
/// Reads the fields of one complete message body in network order. A body that ends early or goes on too long is
/// 08P01 at level ERROR: the framing is intact, so the session goes on.
/// </summary>
internal ref struct MessageReader(ReadOnlySpan<byte> body)
{
    private ReadOnlySpan<byte> _rest = body;

    public readonly int Remaining => _rest.Length;

    public byte ReadByte() => Take(1)[0];

    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public int ReadInt32() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public ReadOnlySpan<byte> ReadBytes(int count) => Take(count);

    /// <summary>The bytes up to a zero byte, which is consumed.</summary>
    public ReadOnlySpan<byte> ReadCString()
    {
        int end = _rest.IndexOf((byte)0);
        if (end < 0)
        {
            throw Violation("invalid string in message");
        }

        var value = _rest[..end];
        _rest = _rest[(end + 1)..];
        return value;
    }

    public readonly void ExpectEnd()
    {
        if (!_rest.IsEmpty)
        {
            throw Violation("invalid message format");
        }
    }

    public static SqlException Violation(string message) => new(SqlState.ProtocolViolation, message);

    private ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)_rest.Length)
        {
            throw Violation("insufficient data left in message");
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
