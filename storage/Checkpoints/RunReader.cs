using Vectorized.Storage.Objects;

namespace Vectorized.Storage.Checkpoints;

/// <summary>
/// Reads one run. What it gives has been verified against the checksums; damage is a <see cref="CorruptionException"/>
/// that names pack, run and block. A short run is read whole in one request, of a longer one the tail, and then blocks
/// as they are asked for. While it is open its pack is not deleted. Any thread.
/// </summary>
public sealed class RunReader : IDisposable
{
    /// <summary>Runs up to this length are read at once.</summary>
    internal const int WholeBytesMax = 64 << 10;

    /// <summary>Damage is believed once it was read so often: bits also turn over on the way.</summary>
    private const int ReadsMax = 3;

    private readonly IObjectStore _store;
    private readonly RunRef _run;
    private readonly RunBlock[] _blocks;
    private readonly byte[]? _whole;
    private readonly CheckpointRules _rules;
    private Action<long>? _closed;

    internal RunReader(IObjectStore store, RunRef run, CheckpointRules rules, Action<long>? closed = null)
    {
        _store = store;
        _run = run;
        _rules = rules;
        if (run.TailLength < 8 || run.TailLength > run.Length || run.Offset < PackFormat.HeadBytes)
        {
            throw new CorruptionException($"{Name}: {run} is no place of a run");
        }

        bool isWhole = run.Length <= WholeBytesMax;
        byte[] bytes = new byte[isWhole ? run.Length : run.TailLength];
        (_blocks, Head) = Verified(() =>
        {
            Read(run.Length - bytes.Length, bytes);
            return PackFormat.DecodeTail(bytes.AsSpan(bytes.Length - run.TailLength), run, Name);
        });
        _whole = isWhole ? bytes : null;
        _closed = closed;
    }

    /// <summary>The writer's own bytes.</summary>
    public ReadOnlyMemory<byte> Head { get; }

    public int BlockCount => _blocks.Length;

    public RunRef Run => _run;

    private string Name => $"{_store.Name}/{PackFormat.Key(_run.Pack)}";

    public int BlockLength(int block) => _blocks[block].Length;

    /// <summary>Length of consecutive blocks together.</summary>
    public long BlocksLength(int first, int count) =>
        count == 0 ? 0 : _blocks[first + count - 1].Offset + _blocks[first + count - 1].Length - _blocks[first].Offset;

    public byte[] ReadBlock(int block)
    {
        byte[] bytes = new byte[_blocks[block].Length];
        ReadBlocks(block, 1, bytes);
        return bytes;
    }

    /// <summary>Reads a block into a span of exactly its length.</summary>
    public void ReadBlock(int block, Span<byte> into) => ReadBlocks(block, 1, into);

    /// <summary>Reads consecutive blocks, one after another, in one request.</summary>
    public void ReadBlocks(int first, int count, Span<byte> into)
    {
        if (into.Length != BlocksLength(first, count))
        {
            throw new ArgumentException($"{count} blocks have {BlocksLength(first, count)} bytes, not {into.Length}", nameof(into));
        }

        if (count == 0)
        {
            return;
        }

        for (int reads = 1; ; reads++)
        {
            Read(first, into, isFirst: reads == 1);
            if (Damaged(first, count, into) is not { } block)
            {
                return;
            }

            if (reads == ReadsMax)
            {
                throw new CorruptionException(
                    $"{Name}: block {block} of the run at {_run.Offset} is damaged: its checksum differs");
            }
        }
    }

    public void Dispose() => Interlocked.Exchange(ref _closed, null)?.Invoke(_run.Pack);

    private static T Verified<T>(Func<T> read)
    {
        for (int reads = 1; ; reads++)
        {
            try
            {
                return read();
            }
            catch (CorruptionException) when (reads < ReadsMax)
            {
            }
        }
    }

    private void Read(int block, Span<byte> into, bool isFirst)
    {
        long start = _blocks[block].Offset;
        if (_whole is { } whole && isFirst)
        {
            whole.AsSpan((int)start, into.Length).CopyTo(into);
        }
        else
        {
            Read(start, into);
        }
    }

    /// <summary>The first block whose checksum differs.</summary>
    private int? Damaged(int first, int count, ReadOnlySpan<byte> bytes)
    {
        for (int i = first; i < first + count; i++)
        {
            var block = _blocks[i];
            if (!_rules.IsWhole(bytes.Slice((int)(block.Offset - _blocks[first].Offset), block.Length), block.Check))
            {
                return i;
            }
        }

        return null;
    }

    private void Read(long offset, Span<byte> into)
    {
        try
        {
            _store.Read(PackFormat.Key(_run.Pack), _run.Offset + offset, into);
        }
        catch (ObjectStoreException e) when (e.Kind is ObjectErrorKind.Corrupt or ObjectErrorKind.NotFound)
        {
            throw new CorruptionException($"{Name}: the run at {_run.Offset} cannot be read: {e.Message}");
        }
    }
}
