using Vectorized.Storage.Objects;
using Vectorized.Storage.Platform;

namespace Vectorized.Storage.Checkpoints;

/// <summary>
/// Reads everything a store's newest checkpoint refers to and verifies every checksum: manifests, packs' heads, runs'
/// tails, blocks. Changes nothing; a server may be writing meanwhile.
/// </summary>
public sealed class CheckpointCheck
{
    private const int TriesMax = 20;
    private const int PieceBytesMax = 4 << 20;

    private readonly IObjectStore _store;
    private readonly HashSet<long> _goodPacks = [];
    private readonly HashSet<RunRef> _goodRuns = [];
    private readonly List<string> _problems = [];
    private long _blocks;
    private long _bytes;

    private CheckpointCheck(IObjectStore store) => _store = store;

    /// <summary>Checks a store. Failures of the store itself, not of what it holds, are raised.</summary>
    public static CheckpointReport Run(IObjectStore store, Host host)
    {
        var check = new CheckpointCheck(store);
        CheckpointReport? last = null;
        for (int tries = 0; tries < TriesMax; tries++)
        {
            CheckpointState state;
            try
            {
                state = ManifestReading.Load(store, host, CheckpointRules.Right)?.State ?? CheckpointState.Empty;
            }
            catch (CorruptionException e)
            {
                return new CheckpointReport { Problems = [e.Message] };
            }

            // What is wrong with a state that is the newest no more may be that its successor's packs replaced its own.
            if (last is not null && last.Sequence == state.Sequence)
            {
                return last;
            }

            last = check.Report(state);
            if (last.Problems.Count == 0)
            {
                return last;
            }
        }

        return last!;
    }

    /// <summary>Verifies what a state refers to.</summary>
    internal static CheckpointReport Verify(IObjectStore store, CheckpointState state) => new CheckpointCheck(store).Report(state);

    /// <summary>What was found good before is not read again.</summary>
    private CheckpointReport Report(CheckpointState state)
    {
        _problems.Clear();
        foreach (var (pack, length) in state.Packs.OrderBy(p => p.Key))
        {
            int before = _problems.Count;
            if (!_goodPacks.Contains(pack))
            {
                Pack(pack, length);
            }

            if (_problems.Count == before)
            {
                _goodPacks.Add(pack);
            }
        }

        int runs = 0;
        foreach (var (owner, run) in state.AllRuns())
        {
            runs++;
            int before = _problems.Count;
            if (!_goodRuns.Contains(run))
            {
                Run(owner, run);
            }

            if (_problems.Count == before)
            {
                _goodRuns.Add(run);
            }
        }

        return new CheckpointReport
        {
            Sequence = state.Sequence,
            Term = state.Term,
            Tick = state.Tick,
            Structures = state.Structures.Count,
            Packs = state.Packs.Count,
            Runs = runs,
            Blocks = _blocks,
            Bytes = _bytes,
            Problems = [.. _problems],
        };
    }

    private void Pack(long pack, long length)
    {
        string name = $"{_store.Name}/{PackFormat.Key(pack)}";
        long? found = _store.Head(PackFormat.Key(pack))?.Length;
        if (found != length)
        {
            _problems.Add(found is null ? $"{name} is missing" : $"{name} has {found} bytes, its manifest says {length}");
            return;
        }

        byte[] head = new byte[PackFormat.HeadBytes];
        try
        {
            _store.Read(PackFormat.Key(pack), 0, head);
            PackFormat.CheckHead(head, name, pack);
        }
        catch (CorruptionException e)
        {
            _problems.Add(e.Message);
        }
        catch (ObjectStoreException e) when (e.Kind == ObjectErrorKind.NotFound)
        {
            // It went since it was looked for: then the state is the newest no more.
            _problems.Add($"{name} is missing");
        }
    }

    private void Run(string owner, RunRef run)
    {
        try
        {
            using var reader = new RunReader(_store, run, CheckpointRules.Right);
            _bytes += run.Length;
            byte[] bytes = [];
            for (int first = 0, count; first < reader.BlockCount; first += count)
            {
                count = 1;
                while (first + count < reader.BlockCount && reader.BlocksLength(first, count + 1) <= PieceBytesMax)
                {
                    count++;
                }

                int length = checked((int)reader.BlocksLength(first, count));
                bytes = bytes.Length < length ? new byte[length] : bytes;
                Blocks(owner, reader, first, count, bytes.AsSpan(0, length));
            }
        }
        catch (CorruptionException e)
        {
            _problems.Add($"{owner}: {e.Message}");
        }
    }

    private void Blocks(string owner, RunReader reader, int first, int count, Span<byte> bytes)
    {
        _blocks += count;
        try
        {
            reader.ReadBlocks(first, count, bytes);
        }
        catch (CorruptionException) when (count > 1)
        {
            // Each bad one by name.
            for (int i = first; i < first + count; i++)
            {
                Blocks(owner, reader, i, 1, bytes[..reader.BlockLength(i)]);
            }

            _blocks -= count;
        }
        catch (CorruptionException e)
        {
            _problems.Add($"{owner}: {e.Message}");
        }
    }
}

/// <summary>
/// What a check has read, and what is wrong, each with the names of object, structure, run and block.
/// </summary>
public sealed record CheckpointReport
{
    public long Sequence { get; init; }

    public long Term { get; init; }

    public long Tick { get; init; }

    public int Structures { get; init; }

    public int Packs { get; init; }

    public int Runs { get; init; }

    public long Blocks { get; init; }

    public long Bytes { get; init; }

    public IReadOnlyList<string> Problems { get; init; } = [];
}
