using Vectorized.Storage.Checkpoints;

namespace Vectorized.Tests.Checkpoints;

/// <summary>
/// What checkpoints should hold: every version ever attempted, by its tick (each attempt has its own), which one is
/// committed, and which may be. Blocks are never alike, so content tells versions apart.
/// </summary>
internal sealed class CheckpointModel(Random random)
{
    private readonly Dictionary<long, Dictionary<string, List<byte[]>>> _versions = new() { [0] = [] };
    private readonly HashSet<long> _maybe = [];
    private readonly Dictionary<RunRef, int> _blocksOf = [];
    private int _blocks;
    private long _ticks;

    /// <summary>The tick of the version known to be committed.</summary>
    internal long Committed { get; private set; }

    /// <summary>As much is known, and from here on apart.</summary>
    internal CheckpointModel Clone()
    {
        var clone = new CheckpointModel(random) { Committed = Committed, _ticks = _ticks, _blocks = _blocks };
        clone._maybe.UnionWith(_maybe);
        foreach (var (tick, version) in _versions)
        {
            clone._versions[tick] = version;
        }

        foreach (var (run, count) in _blocksOf)
        {
            clone._blocksOf[run] = count;
        }

        return clone;
    }

    /// <summary>
    /// Puts random changes into a draft upon the version committed, commits it, and notes what is known afterwards.
    /// </summary>
    internal void Commit(CheckpointStore store)
    {
        using var draft = store.Begin();
        Meet(store.State);
        var content = _versions[Committed].ToDictionary(v => v.Key, v => v.Value.ToList());
        for (int i = random.Next(4); i >= 0; i--)
        {
            Change(store, draft, content);
        }

        long tick = ++_ticks;
        _versions[tick] = content;
        _maybe.Add(tick);
        draft.Commit(tick);
        Committed = tick;
        _maybe.Clear();
        Meet(store.State);
    }

    /// <summary>
    /// A state that was opened, or settled, is the version committed or one that may be; from now on it is known.
    /// </summary>
    internal void Meet(CheckpointState state)
    {
        Check(state);
        Committed = state.Tick;
        _maybe.Clear();
    }

    /// <summary>A state seen by a reader is one of those.</summary>
    internal void Check(CheckpointState state)
    {
        Assert.True(
            state.Tick == Committed || _maybe.Contains(state.Tick),
            $"the state is of tick {state.Tick}; {Committed} is committed, [{string.Join(", ", _maybe)}] may be");
        Assert.Equal(_versions[state.Tick].Keys.Order(), state.Structures.Keys.Order());
    }

    /// <summary>Every byte a state refers to is what was written.</summary>
    internal void CheckContent(CheckpointStore store)
    {
        var state = store.State;
        Check(state);
        foreach (var (name, blocks) in _versions[state.Tick])
        {
            Assert.Equal(blocks, CheckpointHarness.Read(store, name));
        }
    }

    private void Change(CheckpointStore store, CheckpointDraft draft, Dictionary<string, List<byte[]>> content)
    {
        var state = store.State;
        string name = "s" + random.Next(4);
        switch (random.Next(10))
        {
            case 0:
                draft.Remove(name);
                content.Remove(name);
                break;
            case 1 or 2 when content.ContainsKey(name) && _versions[state.Tick].GetValueOrDefault(name) is { } before
                && state.Structures[name].Runs.Count > 1 && before.SequenceEqual(content[name]):
                Merge(store, draft, state.Structures[name].Runs, name, content);
                break;
            case 3:
                var replaced = NewBlocks();
                draft.Replace(name, "s", [Write(draft, replaced)]);
                content[name] = replaced;
                break;
            default:
                var added = NewBlocks();
                draft.Add(name, "s", Write(draft, added));
                content[name] = [.. content.GetValueOrDefault(name) ?? [], .. added];
                break;
        }
    }

    /// <summary>The oldest runs become one, the others stay.</summary>
    private void Merge(
        CheckpointStore store, CheckpointDraft draft, IReadOnlyList<RunRef> runs, string name, Dictionary<string, List<byte[]>> content)
    {
        int kept = random.Next(runs.Count);
        // Blocks of the runs that stay stand at the end.
        int blocksKept = 0;
        for (int i = runs.Count - kept; i < runs.Count; i++)
        {
            blocksKept += _blocksOf[runs[i]];
        }

        var merged = content[name][..^blocksKept];
        if (random.Next(2) == 0)
        {
            draft.Replace(name, "s", [Write(draft, merged), .. runs.Skip(runs.Count - kept)]);
            return;
        }

        // As one that was written beside checkpoints.
        var side = store.BeginPack();
        try
        {
            var run = Write(side, merged);
            draft.Take(side);
            draft.Replace(name, "s", [run, .. runs.Skip(runs.Count - kept)]);
        }
        catch
        {
            side.Dispose();
            throw;
        }
    }

    private RunRef Write(CheckpointDraft draft, List<byte[]> blocks) => Write(draft.OwnPack, blocks);

    private RunRef Write(PackDraft pack, List<byte[]> blocks)
    {
        var run = CheckpointHarness.WriteRun(pack, [.. blocks]);
        _blocksOf[run] = blocks.Count;
        return run;
    }

    private List<byte[]> NewBlocks()
    {
        var blocks = new List<byte[]>();
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            byte[] block = new byte[4 + random.Next(random.Next(4) == 0 ? 3_000 : 60)];
            random.NextBytes(block);
            BitConverter.TryWriteBytes(block, ++_blocks);
            blocks.Add(block);
        }

        return blocks;
    }
}
