using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Vectorized.Storage.Platform;

/// <summary>The machine's cryptographic randomness.</summary>
internal sealed class SystemRandom : IRandomSource
{
    public ulong NextUInt64()
    {
        Span<byte> bytes = stackalloc byte[8];
        RandomNumberGenerator.Fill(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    public void Fill(Span<byte> bytes) => RandomNumberGenerator.Fill(bytes);
}
