using System.Buffers.Binary;

namespace Vectorized.Storage.Platform;

/// <summary>
/// A seeded stream of 64-bit words (SplitMix64; Steele, Lea, Flood 2014): the same seed gives the same words on every
/// machine and version, which System.Random does not promise. One thread.
/// </summary>
public sealed class SeededRandom(ulong seed) : IRandomSource
{
    private ulong _state = seed;

    public ulong NextUInt64()
    {
        ulong z = _state += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    /// <summary>Uniform in [0, bound), by the high word of a 128-bit product (Lemire 2019, without the rare rejection).</summary>
    public long Next(long bound) => (long)Math.BigMul(NextUInt64(), (ulong)bound, out _);

    /// <summary>Uniform in [0, 1) with 53 bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    public void Fill(Span<byte> bytes)
    {
        Span<byte> word = stackalloc byte[8];
        while (bytes.Length > 0)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(word, NextUInt64());
            int count = Math.Min(8, bytes.Length);
            word[..count].CopyTo(bytes);
            bytes = bytes[count..];
        }
    }
}
