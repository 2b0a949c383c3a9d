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
    private readonly HashSet<string> _rearranged = new(StringComparer.Ordinal);
    private readonly List<MergeTask> _deferred = [];
    private long _mergeBytesLeft;
    private int _drained;
    private CheckpointDraft? _draft;
    private RunOutput? _output;
    private int _written;

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

    /// <summary>Runs merged beside earlier checkpoints, which this one puts in their places; its own from now on.</summary>
    internal SideMerge? Merged { get; init; }

    /// <summary>Structures some of whose runs are being merged elsewhere.</summary>
    internal IReadOnlySet<string>? MergedElsewhere { get; init; }

    /// <summary>So many bytes of older runs are merged at once, into this checkpoint's pack.</summary>
    internal long MergeBytesMax
    {
        init => _mergeBytesLeft = value;
    }

    /// <summary>What is to be merged, and would be too much for one checkpoint. For who has seen <see cref="IsDone"/>.</summary>
    internal IReadOnlyList<MergeTask> Deferred => _deferred;

    internal long Tick => _root.Tick;

    internal ulong LogNumber => _root.LogNumber;

    /// <summary>Set by the writing thread when it is done, with what stopped it, if anything did.</summary>
    internal volatile bool IsDone;

    /// <summary>Set by the writing thread when it has left the rest to another.</summary>
    internal volatile bool GivesWay;

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

    /// <summary>
    /// Writes and commits, then cuts the log. One thread at a time; <see cref="IsDone"/> is set at the end, whatever happens. Between two
    /// structures <paramref name="givesWay"/> is asked whether another thread is to go on: then it is not done, and the call is to be
    /// repeated there.
    /// </summary>
    internal void Write(CheckpointStore store, Action<ulong> cutLog, Func<bool>? givesWay = null)
    {
        try
        {
            if (!Append(store, givesWay))
            {
                GivesWay = true;
                return;
            }

            Commit();
            Clean(store, cutLog);
        }
        catch (Exception e)
        {
            Failure = e;
        }

        End();
    }

    /// <summary>Nobody goes on with it.</summary>
    internal void Abandon() => End();

    private void End()
    {
        try
        {
            _draft?.Dispose();
        }
        catch (Exception e)
        {
            Failure ??= e;
        }
        finally
        {
            Merged?.Drop();
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

    /// <summary>Writes structures into the draft; false: others are still to come.</summary>
    private bool Append(CheckpointStore store, Func<bool>? givesWay)
    {
        var before = store.State.Structures;
        if (_draft is null)
        {
            Begin(store, before);
        }

        for (; _written < _captures.Count; _written++)
        {
            if (givesWay?.Invoke() == true)
            {
                return false;
            }

            var (name, item, capture) = _captures[_written];
            if (_hook?.Keeps(name) != false)
            {
                Append(store, before.GetValueOrDefault(name), name, item, capture);
            }
        }

        return true;
    }

    private void Begin(CheckpointStore store, IReadOnlyDictionary<string, StructureRuns> before)
    {
        _draft = store.Begin();
        _output = new RunOutput(_draft.OwnPack);
        foreach (string name in before.Keys)
        {
            if (name != CatalogName && !_live.Contains(name))
            {
                _draft.Remove(name);
            }
        }

        if (_catalog is not null)
        {
            _draft.Replace(CatalogName, CatalogName, [WriteBytes(_output, _catalog)]);
        }

        if (Merged is { Results.Count: > 0 })
        {
            PutInPlace(Merged, before);
        }
    }

    private void PutInPlace(SideMerge merged, IReadOnlyDictionary<string, StructureRuns> before)
    {
        _draft!.Take(merged.Pack);
        foreach (var (task, run) in merged.Results)
        {
            if (_live.Contains(task.Name) && before.GetValueOrDefault(task.Name) is { } known
                && (_hook is null ? SideMerge.PutInPlace(known.Runs, task, run) : _hook.Merged(known.Runs, task, run)) is { } runs)
            {
                _draft.Replace(task.Name, known.Schema, runs);
                _rearranged.Add(task.Name);
            }
        }
    }

    private void Append(CheckpointStore store, StructureRuns? known, string name, IPersistent item, StateCapture capture)
    {
        var run = capture.Write(_output!);
        if (capture.IsWhole || known is null)
        {
            _draft!.Replace(name, item.Schema, [run]);
            return;
        }

        int start = item.Shape is null || _rearranged.Contains(name) || MergedElsewhere?.Contains(name) == true
            ? known.Runs.Count : RunMerge.Start(known.Runs, run.Length);
        if (start < known.Runs.Count)
        {
            var task = new MergeTask(name, item.Shape!, [.. known.Runs.Skip(start)], start == 0);
            long bytes = task.Sources.Sum(r => r.Length);
            if (bytes <= _mergeBytesLeft)
            {
                _mergeBytesLeft -= bytes;
                var merged = RunMerge.Merge(store, name, task.Sources, task.Shape, task.IsOldest, _output!);
                _draft!.Replace(name, item.Schema, [.. known.Runs.Take(start), merged, run]);
                return;
            }

            _deferred.Add(task);
        }

        _draft!.Add(name, item.Schema, run);
    }

    private void Commit()
    {
        _draft!.SetRoot(WriteBytes(_output!, _root.Encode()));
        _pin.Dispose();
        _draft.Commit(_root.Tick);
        BytesWritten = _draft.BytesWritten;
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
