using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using Vectorized.Engine.Columns;
using Vectorized.Storage.Encoding;

namespace Vectorized.Engine.State.Checkpoints;

/// <summary>
/// Writes a run's directory beside its rows: segments of at most <see cref="EntriesMax"/> entries, each cut into 2^n buckets by
/// the entries' upper bits, a bucket a block of its own with one frame of entries; the run's last block says where segments start.
/// So a reader finds a key's row with one short read a segment. One thread, in step with the run's output.
/// </summary>
internal sealed class DirectoryWriter(DirectoryKey key) : IDisposable
{
    private const int EntriesMax = 1 << 21;
    private const int BucketEntries = 1 << 12;

    private readonly List<(int First, int Log2)> _segments = [];
    private ulong[] _entries = ArrayPool<ulong>.Shared.Rent(BucketEntries);
    private int _count;

    /// <summary>The rows are about to go into the output's block. All of the key's columns are in the batch.</summary>
    internal void AddRows(RunOutput output, Batch rows, Arena arena)
    {
        var mark = arena.Position;
        int block = output.BlockNumber;
        foreach (ulong hash in KeyHashing.Of(rows, key.Columns, key.HashSeed, arena))
        {
            Add(DirectoryEntry.OfKey(hash, block));
        }

        arena.Release(mark);
    }

    internal void AddGone(ReadOnlySpan<uint> rows)
    {
        foreach (uint row in rows)
        {
            Add(DirectoryEntry.OfGone(row));
        }
    }

    /// <summary>Between two frames of the run: writes a segment when it is full.</summary>
    internal void Step(RunOutput output)
    {
        if (_count >= EntriesMax)
        {
            WriteSegment(output);
        }
    }

    /// <summary>Everything the run holds is out.</summary>
    internal void End(RunOutput output)
    {
        if (_count > 0)
        {
            WriteSegment(output);
        }

        var index = new ArrayBufferWriter<byte>(sizeof(int) + (8 * _segments.Count));
        index.WriteInt32(_segments.Count);
        foreach (var (first, log2) in _segments)
        {
            index.WriteInt32(first);
            index.WriteInt32(log2);
        }

        output.AppendBlock(StateFrame.DirectoryIndex, index.WrittenSpan);
    }

    public void Dispose()
    {
        ArrayPool<ulong>.Shared.Return(_entries);
        _entries = [];
    }

    private void Add(ulong entry)
    {
        if (_count == _entries.Length)
        {
            ulong[] grown = ArrayPool<ulong>.Shared.Rent(_count * 2);
            _entries.AsSpan(0, _count).CopyTo(grown);
            ArrayPool<ulong>.Shared.Return(_entries);
            _entries = grown;
        }

        _entries[_count++] = entry;
    }

    private void WriteSegment(RunOutput output)
    {
        int log2 = _count <= BucketEntries ? 0 : BitOperations.Log2((uint)(_count - 1) / BucketEntries) + 1;
        int[] ends = Partition(_entries.AsSpan(0, _count), log2);
        output.Flush();
        _segments.Add((output.BlockNumber, log2));
        int start = 0;
        foreach (int end in ends)
        {
            output.AppendBlock(StateFrame.Directory, MemoryMarshal.AsBytes(_entries.AsSpan(start, end - start)));
            start = end;
        }

        _count = 0;
    }

    /// <summary>Groups entries by bucket in place (American flag sort, McIlroy et al. 1993); gives each bucket's end.</summary>
    private static int[] Partition(Span<ulong> entries, int log2)
    {
        int[] ends = new int[1 << log2];
        foreach (ulong entry in entries)
        {
            ends[DirectoryEntry.BucketOf(entry, log2)]++;
        }

        int[] next = new int[ends.Length];
        for (int i = 1; i < ends.Length; i++)
        {
            next[i] = ends[i - 1];
            ends[i] += ends[i - 1];
        }

        for (int bucket = 0; bucket < ends.Length; bucket++)
        {
            while (next[bucket] < ends[bucket])
            {
                ref ulong entry = ref entries[next[bucket]];
                int target = DirectoryEntry.BucketOf(entry, log2);
                if (target == bucket)
                {
                    next[bucket]++;
                }
                else
                {
                    (entry, entries[next[target]]) = (entries[next[target]], entry);
                    next[target]++;
                }
            }
        }

        return ends;
    }
}
