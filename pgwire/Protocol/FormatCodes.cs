using System.Buffers.Binary;
using Vectorized.Engine.Types;

namespace Vectorized.Pgwire.Protocol;

/// <summary>Format codes of Bind: none means all text, one means the same for all, else one each.</summary>
internal readonly ref struct FormatCodes(ReadOnlySpan<byte> codes)
{
    private readonly ReadOnlySpan<byte> _codes = codes;

    public int Count => _codes.Length / 2;

    /// <summary>The codes as they came, for comparing.</summary>
    public ReadOnlySpan<byte> Bytes => _codes;

    public bool IsBinary(int index)
    {
        int count = Count;
        return count != 0 && BinaryPrimitives.ReadInt16BigEndian(_codes[((count == 1 ? 0 : index) * 2)..]) == 1;
    }

    /// <summary>Reads a count and its codes; 22023 for a code that is neither 0 nor 1.</summary>
    public static FormatCodes Read(scoped ref MessageReader reader)
    {
        var codes = reader.ReadBytes(reader.ReadUInt16() * 2);
        for (int i = 0; i < codes.Length; i += 2)
        {
            short code = BinaryPrimitives.ReadInt16BigEndian(codes[i..]);
            if ((ushort)code > 1)
            {
                throw new SqlException(SqlState.InvalidParameterValue, $"unsupported format code: {code}");
            }
        }

        return new FormatCodes(codes);
    }
}
