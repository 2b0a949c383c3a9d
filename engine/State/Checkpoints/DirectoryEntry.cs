namespace Vectorized.Engine.State.Checkpoints;

/// <summary>
/// An entry of a run's directory, u64: 32 bits of a key's hash above the number of the block, within the run, that holds the row; or
/// a row id that is gone from older runs, told apart by <see cref="Gone"/> in the place of a block. Rows are found by candidates (the
/// key is compared), ids exactly: their mixing is a bijection. Part of the format.
/// </summary>
internal static class DirectoryEntry
{
    internal const uint Gone = uint.MaxValue;

    internal static ulong OfKey(ulong hash, int block) => (ulong)FragmentOf(hash) << 32 | (uint)block;

    internal static ulong OfGone(uint row) => (ulong)FragmentOf(row) << 32 | Gone;

    /// <summary>A lone integer's hash is its address, so it is mixed (MurmurHash3's finalizer).</summary>
    internal static uint FragmentOf(ulong hash)
    {
        hash = (hash ^ hash >> 33) * 0xFF51_AFD7_ED55_8CCD;
        hash = (hash ^ hash >> 33) * 0xC4CE_B9FE_1A85_EC53;
        return (uint)(hash >> 32);
    }

    internal static uint FragmentOf(uint row)
    {
        row = (row ^ row >> 16) * 0x85EB_CA6B;
        row = (row ^ row >> 13) * 0xC2B2_AE35;
        return row ^ row >> 16;
    }

    /// <summary>Which of 2^log2 buckets, by the upper bits.</summary>
    internal static int BucketOf(ulong entry, int log2) => log2 == 0 ? 0 : (int)(entry >> (64 - log2));
}
