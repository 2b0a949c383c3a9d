using Vectorized.Engine.Dataflow.Recovery;
using Vectorized.Engine.State;
using Vectorized.Engine.State.Checkpoints;
using Vectorized.Storage;
using Vectorized.Storage.Checkpoints;

namespace Vectorized.Engine.Dataflow.Checkpoints;

/// <summary>
/// One checkpoint: the captures of all structures at one published tick, held by a pin. Drained by the lane, then written by a
/// thread, which owns it from then on. Invariant: what is written is the state after the tick, whatever ticks are executed
/// meanwhile.
/// </summary>
internal sealed class CheckpointRound
{
    /// <summary>The structure that holds the catalog and the names of all structures.</summary>
    internal const string CatalogName = "catalog";

    private readonly List<(string Name, IPersistent Item, StateCapture Capture)> _captures = [];
    private readonly HashSet<string> _live = new(StringComparer.Ordinal);
    private readonly CheckpointRoot _root;
    private readonly byte[]? _catalog;
    private readonly ReadPin _pin;
    private readonly DurabilityHook? _hook;
    private int _drained;

    /// <param name="graph">All parts.</param>
    /// <param name="pin">Of the tick, the round's from now on.</param>
    /// <param name="root">Complete.</param>
    /// <param name="catalog">What the catalog's structure holds; null: what it held before.</param>
    /// <param name="whole">Nothing written before counts.</param>
    /// <param name="hook">Tests' own.</param>
    internal CheckpointRound(
        DataflowGraph graph, ReadPin pin, CheckpointRoot root, byte[]? catalog, bool whole, DurabilityHook? hook = null)
    {
        _pin = pin;
        _hook = hook;
        _root = root;
        _catalog = catalog;
        foreach (var part in graph.Parts)
        {
            foreach (var (name, item) in part.State.Registry.Items)
            {
                string full = NameOf(name, part.Context.Part);
                _live.Add(full);
                if (item.Capture(whole, hook?.CapturedAt(root.Tick) ?? root.Tick) is { } capture)
                {
                    _captures.Add((full, item, capture));
                }
            }
        }
    }

    internal long Tick => _root.Tick;

    internal ulong LogNumber => _root.LogNumber;

    /// <summary>Set by the writing thread when it is done, with what stopped it, if anything did.</summary>
    internal volatile bool IsDone;

    internal Exception? Failure { get; private set; }

    /// <summary>What kept the log's covered part or dead packs from being deleted: the checkpoint is durable all the same.</summary>
    internal Exception? CleaningFailure { get; private set; }

    internal long BytesWritten { get; private set; }

    internal static string NameOf(string name, int part) => $"{name}/{part}";

    /// <summary>Takes some more from live state; true when all is taken. Main lane, between ticks.</summary>
    internal bool Drain(int entriesMax)
    {
        if (_drained < _captures.Count && _captures[_drained].Capture.Drain(entriesMax))
        {
            _drained++;
        }

        return _drained == _captures.Count;
    }

    /// <summary>Writes and commits, then cuts the log. Any thread; <see cref="IsDone"/> is set at the end, whatever happens.</summary>
    internal void Write(CheckpointStore store, Action<ulong> cutLog)
    {
        try
        {
            Commit(store);
            Clean(store, cutLog);
        }
        catch (Exception e)
        {
            Failure = e;
        }
        finally
        {
            _pin.Dispose();
            IsDone = true;
        }
    }

    private void Clean(CheckpointStore store, Action<ulong> cutLog)
    {
        try
        {
            cutLog(LogNumber);
            store.CollectGarbage();
        }
        catch (StorageException e)
        {
            CleaningFailure = e;
        }
    }

    private void Commit(CheckpointStore store)
    {
        using var draft = store.Begin();
        var output = new RunOutput(draft);
        var before = store.State.Structures;
        foreach (string name in before.Keys)
        {
            if (name != CatalogName && !_live.Contains(name))
            {
                draft.Remove(name);
            }
        }

        if (_catalog is not null)
        {
            draft.Replace(CatalogName, CatalogName, [WriteBytes(output, _catalog)]);
        }

        foreach (var (name, item, capture) in _captures.Where(c => _hook?.Keeps(c.Name) != false))
        {
            var run = capture.Write(output);
            var known = before.GetValueOrDefault(name);
            if (capture.IsWhole || known is null)
            {
                draft.Replace(name, item.Schema, [run]);
                continue;
            }

            int start = item.Shape is null ? known.Runs.Count : RunMerge.Start(known.Runs, run.Length);
            if (start == known.Runs.Count)
            {
                draft.Add(name, item.Schema, run);
                continue;
            }

            var merged = RunMerge.Merge(store, name, [.. known.Runs.Skip(start)], item.Shape!, start == 0, output);
            draft.Replace(name, item.Schema, [.. known.Runs.Take(start), merged, run]);
        }

        draft.SetRoot(WriteBytes(output, _root.Encode()));
        _pin.Dispose();
        draft.Commit(_root.Tick);
        BytesWritten = draft.BytesWritten;
    }

    private static RunRef WriteBytes(RunOutput output, byte[] bytes)
    {
        const int PieceMax = 1 << 20;
        for (int start = 0; start < bytes.Length; start += PieceMax)
        {
            output.AppendBlock(bytes.AsSpan(start, Math.Min(PieceMax, bytes.Length - start)));
        }

        return output.End(RunHead.Of(bytes.Length, 0));
    }
}
