using System.Runtime.InteropServices;
using Vectorized.Storage;
using Vectorized.Storage.Checkpoints;

namespace Vectorized.Engine.State.Checkpoints;

/// <summary>
/// A run with its directory, open for look-ups (<see cref="DirectoryWriter"/> says how it is laid out). What is read is not kept.
/// Any thread.
/// </summary>
internal sealed class RunDirectory : IDisposable
{
    private readonly RunReader _run;
    private readonly (int First, int Log2)[] _segments;

    private RunDirectory(RunReader run, (int First, int Log2)[] segments)
    {
        _run = run;
        _segments = segments;
    }

    /// <summary>Null: the run was written without a directory. The run is the directory's then.</summary>
    internal static RunDirectory? TryOpen(RunReader run)
    {
        if (run.BlockCount == 0)
        {
            return null;
        }

        ReadOnlySpan<byte> last = run.ReadBlock(run.BlockCount - 1);
        if (!StateFrame.TryRead(ref last, out var frame) || frame.Kind != StateFrame.DirectoryIndex)
        {
            return null;
        }

        var bytes = frame.Require(StateFrame.DirectoryIndex);
        var segments = new (int First, int Log2)[bytes.ReadInt32()];
        for (int i = 0; i < segments.Length; i++)
        {
            segments[i] = (bytes.ReadInt32(), bytes.ReadInt32());
            if (segments[i].First < 0 || segments[i].Log2 is < 0 or > 30 || segments[i].First + (1L << segments[i].Log2) >= run.BlockCount)
            {
                throw new CorruptionException("a run's directory lies beyond its blocks");
            }
        }

        return new RunDirectory(run, segments);
    }

    /// <summary>Adds the blocks that may hold a row of a key with the hash.</summary>
    internal void FindBlocks(ulong hash, List<int> blocks)
    {
        uint fragment = DirectoryEntry.FragmentOf(hash);
        ulong wanted = (ulong)fragment << 32;
        for (int i = 0; i < _segments.Length; i++)
        {
            foreach (ulong entry in Bucket(i, wanted))
            {
                int block = (int)(uint)entry;
                if ((uint)(entry >> 32) == fragment && (uint)entry != DirectoryEntry.Gone && !blocks.Contains(block))
                {
                    blocks.Add(block);
                }
            }
        }
    }

    /// <summary>Whether the run says that a row of older runs is gone.</summary>
    internal bool IsGone(uint row)
    {
        ulong wanted = DirectoryEntry.OfGone(row);
        for (int i = 0; i < _segments.Length; i++)
        {
            if (Bucket(i, wanted).Contains(wanted))
            {
                return true;
            }
        }

        return false;
    }

    internal byte[] ReadBlock(int block) => block < _run.BlockCount ? _run.ReadBlock(block)
        : throw new CorruptionException("a run's directory names a block that is not there");

    public void Dispose() => _run.Dispose();

    private ReadOnlySpan<ulong> Bucket(int segment, ulong entry)
    {
        var (first, log2) = _segments[segment];
        byte[] bytes = _run.ReadBlock(first + DirectoryEntry.BucketOf(entry, log2));
        ReadOnlySpan<byte> block = bytes;
        if (!StateFrame.TryRead(ref block, out var frame))
        {
            throw new CorruptionException("a bucket of a run's directory is missing");
        }

        _ = frame.Require(StateFrame.Directory);
        return MemoryMarshal.Cast<byte, ulong>(bytes.AsSpan(FrameBlock.FrameHeadBytes, frame.Body.Length));
    }
}
