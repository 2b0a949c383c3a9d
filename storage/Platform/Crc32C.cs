using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Vectorized.Storage.Platform;

/// <summary>
/// CRC-32C (Castagnoli polynomial, RFC 3720 appendix B.4), by the processor's instruction where there is one. Feed pieces
/// in order: <c>Append(Append(0, a), b)</c> is the checksum of a followed by b.
/// </summary>
public static class Crc32C
{
    private const uint Polynomial = 0x82F63B78;
    private static readonly uint[] _table = MakeTable();

    public static uint Of(ReadOnlySpan<byte> bytes) => Append(0, bytes);

    public static uint Append(uint checksum, ReadOnlySpan<byte> bytes)
    {
        uint crc = ~checksum;
        if (Sse42.X64.IsSupported)
        {
            ulong wide = crc;
            foreach (ulong word in MemoryMarshal.Cast<byte, ulong>(bytes))
            {
                wide = Sse42.X64.Crc32(wide, word);
            }

            crc = (uint)wide;
            bytes = bytes[(bytes.Length & ~7)..];
        }
        else if (Crc32.Arm64.IsSupported)
        {
            foreach (ulong word in MemoryMarshal.Cast<byte, ulong>(bytes))
            {
                crc = Crc32.Arm64.ComputeCrc32C(crc, word);
            }

            bytes = bytes[(bytes.Length & ~7)..];
        }

        return ~Plain(crc, bytes);
    }

    /// <summary>The scalar reference.</summary>
    internal static uint Reference(ReadOnlySpan<byte> bytes) => ~Plain(~0u, bytes);

    private static uint Plain(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            crc = _table[(byte)(crc ^ value)] ^ (crc >> 8);
        }

        return crc;
    }

    private static uint[] MakeTable()
    {
        uint[] table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            uint crc = i;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ Polynomial : crc >> 1;
            }

            table[i] = crc;
        }

        return table;
    }
}
