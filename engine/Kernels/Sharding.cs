using System.Runtime.CompilerServices;

namespace Vectorized.Engine.Kernels;

/// <summary>
/// Which of the 64 shards a key belongs to: a fixed function of its type and value (DESIGN.md section 1.7), the top 6
/// bits of its hash. For a key of one integer column k, sign-extended, the hash is (shard, local address), with shard =
/// (k &amp; 63) XOR the top 6 bits of (k >> 6) * golden ratio, address = k >> 6: unique, dense, without skew on
/// strides. Durable: never change.
/// </summary>
internal static class Sharding
{
    internal const int ShardCount = 64;
    internal const int ShardBits = 6;
    private const int AddressBits = 64 - ShardBits;
    private const ulong AddressMask = (1UL << AddressBits) - 1;
    private const ulong GoldenRatio = 0x9E3779B97F4A7C15;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int ShardOf(ulong hash) => (int)(hash >> AddressBits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong HashOfInteger(long key)
    {
        ulong address = (ulong)(key >> ShardBits);
        ulong shard = ((ulong)key ^ ((address * GoldenRatio) >> AddressBits)) & (ShardCount - 1);
        return (shard << AddressBits) | (address & AddressMask);
    }

    /// <summary>The inverse of <see cref="HashOfInteger"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static long IntegerOf(ulong hash)
    {
        ulong address = (ulong)AddressOf(hash);
        ulong low = ((hash >> AddressBits) ^ ((address * GoldenRatio) >> AddressBits)) & (ShardCount - 1);
        return (long)((address << ShardBits) | low);
    }

    /// <summary>The hash of the single integer key with this shard and local address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong HashOf(int shard, ulong address) => ((ulong)shard << AddressBits) | (address & AddressMask);

    /// <summary>The local address in a single integer key's hash, sign-extended.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static long AddressOf(ulong integerHash) => (long)(integerHash << ShardBits) >> ShardBits;

    /// <summary>Mixes a single integer key's hash for a table that is not addressed directly (a bijection).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Scramble(ulong integerHash, ulong secret)
    {
        ulong z = integerHash ^ secret;
        z = (z ^ (z >> 32)) * 0xD6E8FEB86659FD93UL;
        z = (z ^ (z >> 32)) * 0xD6E8FEB86659FD93UL;
        return z ^ (z >> 32);
    }
}
