using System.Buffers.Binary;

namespace Vectorized.Storage.Encoding;

/// <summary>Reads what <see cref="ByteWriting"/> wrote, from front to back.</summary>
public ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly int Remaining => _rest.Length;

    public ReadOnlySpan<byte> Take(long count)
    {
        if (count < 0 || count > _rest.Length)
        {
            throw new CorruptionException($"stored bytes end early: {count} are due, {_rest.Length} are there");
        }

        var taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }

    public byte ReadByte() => Take(1)[0];

    public int ReadInt32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public long ReadInt64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public ReadOnlySpan<byte> ReadRun() => Take(ReadInt32());

    public string ReadText() => System.Text.Encoding.UTF8.GetString(ReadRun());
}
