using System.Runtime.CompilerServices;
using Vectorized.Engine.Kernels;

namespace Vectorized.Engine.State;

/// <summary>
/// Which worker part owns a shard: runs of neighbouring shards, so that a part's state on disk is one range.
/// </summary>
internal static class ShardMap
{
    internal const int ShardCount = Sharding.ShardCount;

    /// <summary>The shard of a key by its hash (see <see cref="HashKernel"/>).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int ShardOfHash(ulong hash) => Sharding.ShardOf(hash);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int PartOf(int shard, int partCount) => (int)((uint)shard * (uint)partCount / ShardCount);

    /// <summary>The first shard of a part; of the part after the last, the number of shards.</summary>
    internal static int FirstShardOf(int part, int partCount) => ((part * ShardCount) + partCount - 1) / partCount;
}
