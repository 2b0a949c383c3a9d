using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Vectorized.Connectors.Generators;

/// <summary>
/// Uniform letters a..z by the vector: lane i of a 64-bit key is hashed to 32 bits (the two-round multiply-xorshift of
/// C. Wellons, "Prospecting for hash functions", 2018, with half of the key entering each round) and gives two letters,
/// each the integer part of 16 random bits times 26 / 2^16. The same bytes on every machine and vector width.
/// </summary>
internal static class Letters
{
    /// <summary>A call writes whole groups of this many bytes: the target must have room for one more.</summary>
    internal const int GroupBytes = 32;

    private const uint LaneStep = 0x9E3779B9;
    private const uint FirstFactor = 0x7FEB352D;
    private const uint SecondFactor = 0x846CA68B;
    private const uint SeparatorKey = 0x5BD1E995;
    private const ushort SeparatorShare = 5041;

    /// <summary>Writes at least <paramref name="count"/> letters, up to the next whole group.</summary>
    internal static void Fill(Span<byte> target, int count, ulong key)
    {
        // The check covers every store below.
        ref byte first = ref MemoryMarshal.GetReference(target[..((count + GroupBytes - 1) & -GroupBytes)]);
        var low = Vector256.Create((uint)key) + (Vector256.Create(0u, 1, 2, 3, 4, 5, 6, 7) * Vector256.Create(LaneStep));
        var high = Vector256.Create((uint)(key >> 32));
        var half = Vector256.Create(unchecked(8 * LaneStep));
        for (int i = 0; i < count; i += GroupBytes)
        {
            var a = Scale(Hash(low, high));
            var b = Scale(Hash(low + half, high));
            low += half + half;
            (Vector256.Narrow(a, b) + Vector256.Create((byte)'a')).StoreUnsafe(ref Unsafe.Add(ref first, i));
        }
    }

    /// <summary>
    /// As <see cref="Fill"/>, each letter replaced by a separator with probability 1/13 (5041 of 65536).
    /// </summary>
    internal static void FillSpaced(Span<byte> target, int count, ulong key, byte separator)
    {
        Fill(target, count, key);
        ref byte first = ref MemoryMarshal.GetReference(target);
        var low = Vector256.Create((uint)key ^ SeparatorKey)
            + (Vector256.Create(0u, 1, 2, 3, 4, 5, 6, 7) * Vector256.Create(LaneStep));
        var high = Vector256.Create((uint)(key >> 32));
        var half = Vector256.Create(unchecked(8 * LaneStep));
        for (int i = 0; i < count; i += GroupBytes)
        {
            var a = Vector256.LessThan(Hash(low, high).AsUInt16(), Vector256.Create(SeparatorShare));
            var b = Vector256.LessThan(Hash(low + half, high).AsUInt16(), Vector256.Create(SeparatorShare));
            low += half + half;
            var letters = Vector256.LoadUnsafe(ref Unsafe.Add(ref first, i));
            var spaced = Vector256.ConditionalSelect(Vector256.Narrow(a, b), Vector256.Create(separator), letters);
            spaced.StoreUnsafe(ref Unsafe.Add(ref first, i));
        }
    }

    /// <summary>The letter at a place, computed alone: what the vectors must agree with.</summary>
    internal static byte At(ulong key, int index) => (byte)('a' + (Bits(key, index) * 26 >> 16));

    /// <summary>As <see cref="At"/> for spaced text.</summary>
    internal static byte SpacedAt(ulong key, int index, byte separator) =>
        Bits(key ^ SeparatorKey, index) < SeparatorShare ? separator : At(key, index);

    private static uint Bits(ulong key, int index)
    {
        uint lane = (uint)(index >> 1);
        uint x = (uint)key + (lane * LaneStep);
        x ^= x >> 16;
        x *= FirstFactor;
        x ^= x >> 15;
        x ^= (uint)(key >> 32);
        x *= SecondFactor;
        x ^= x >> 16;
        return (index & 1) == 0 ? x & 0xFFFF : x >> 16;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Hash(Vector256<uint> x, Vector256<uint> high)
    {
        x ^= x >> 16;
        x *= Vector256.Create(FirstFactor);
        x ^= x >> 15;
        x ^= high;
        x *= Vector256.Create(SecondFactor);
        return x ^ (x >> 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ushort> Scale(Vector256<uint> x)
    {
        if (Avx2.IsSupported)
        {
            return Avx2.MultiplyHigh(x.AsUInt16(), Vector256.Create((ushort)26));
        }

        var letters = Vector256.Create(26u);
        var even = (x & Vector256.Create(0xFFFFu)) * letters >> 16;
        var odd = (x >> 16) * letters & Vector256.Create(0xFFFF0000u);
        return (even | odd).AsUInt16();
    }
}
