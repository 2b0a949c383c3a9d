using Vectorized.Storage;
using Vectorized.Storage.Encoding;

namespace Vectorized.Engine.State.Checkpoints;

/// <summary>One frame of a run's blocks and the kinds there are. Part of the format.</summary>
internal readonly ref struct StateFrame(byte kind, ReadOnlySpan<byte> whole)
{
    /// <summary>Numbers that older runs hold and that are gone: count u32, numbers u32.</summary>
    internal const byte Gone = 1;

    /// <summary>Rows of an arrangement: count u32, row ids u32, then a batch (weights are counts).</summary>
    internal const byte Rows = 2;

    /// <summary>Groups: count u32, numbers u32, a batch of keys and string accumulators, accumulators as bytes.</summary>
    internal const byte Groups = 3;

    /// <summary>A leaf page of an ordered set: number u32, entries u32, each payload i64, count i64, key as a run.</summary>
    internal const byte Leaf = 4;

    /// <summary>Words of an operator: count u32, words i64.</summary>
    internal const byte Words = 5;

    /// <summary>A bucket of a run's directory: entries u64 (<see cref="DirectoryEntry"/>). A block of its own.</summary>
    internal const byte Directory = 6;

    /// <summary>
    /// Where a run's directory stands: segments u32, each its first block u32 and log2 of its buckets u32. The last block.
    /// </summary>
    internal const byte DirectoryIndex = 7;

    /// <summary>Whether the frame finds others instead of holding anything.</summary>
    internal bool IsDirectory => Kind is Directory or DirectoryIndex;

    internal byte Kind { get; } = kind;

    /// <summary>The frame with its head.</summary>
    internal ReadOnlySpan<byte> Whole { get; } = whole;

    internal ReadOnlySpan<byte> Body => Whole[FrameBlock.FrameHeadBytes..];

    /// <summary>Takes the next frame off a block; false at its end.</summary>
    internal static bool TryRead(ref ReadOnlySpan<byte> block, out StateFrame frame)
    {
        if (block.IsEmpty)
        {
            frame = default;
            return false;
        }

        var bytes = new ByteReader(block);
        byte kind = bytes.ReadByte();
        int length = bytes.ReadInt32();
        bytes.Take(length);
        frame = new StateFrame(kind, block[..(FrameBlock.FrameHeadBytes + length)]);
        block = block[frame.Whole.Length..];
        return true;
    }

    /// <summary>The body, which must be of a kind.</summary>
    internal ByteReader Require(byte kind) => Kind == kind ? new ByteReader(Body)
        : throw new CorruptionException($"a frame of kind {Kind} stands where {kind} is due");
}
