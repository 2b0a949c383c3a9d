using System.Collections.Concurrent;
using Vectorized.Engine.State.Checkpoints;
using Vectorized.Engine.Types;
using Vectorized.Storage;
using Vectorized.Storage.Checkpoints;
using Vectorized.Storage.Platform;

namespace Vectorized.Engine.Dataflow.Checkpoints;

/// <summary>
/// The state of the last checkpoint while it is not all in memory, and readers are served already. The main lane loads it before its
/// first tick, in units: relations that somebody waits for, then the other relations, small ones first, then what operators remember.
/// Until the last one is loaded no tick is executed, no definition and no checkpoint, so every structure is as of the checkpoint's tick
/// whenever it comes, and nobody can meet half of the state. A store that does not answer is waited for. A unit that cannot be read fails
/// for those who read it; the others are loaded, and the lane executes nothing: what is not known must not be built on, and nothing stored
/// is touched.
/// Where the log's records are executed again first, that takes what operators remember, so that is loaded, and such relations as
/// operators read; the others keep what changes until they are loaded (<see cref="Backlog"/>).
/// </summary>
internal sealed class StateLoading(CheckpointStore store, Host host, long tick, Recovery.DurabilityHook? hook)
{
    private readonly Dictionary<int, LoadUnit> _relations = [];
    private readonly LoadUnit _operators = new("the views' operators", host.Threads);
    private readonly ConcurrentQueue<LoadUnit> _wanted = new();
    private readonly LoadEnd _all = new(host.Threads);
    private volatile SqlException? _failure;
    private volatile LoadPatience? _patience;

    /// <summary>Completes when everything is loaded; fails when that cannot be.</summary>
    internal Task WaitForAll() => _all.Wait();

    /// <summary>What changes are refused with for the rest of the process's life; null: nothing was found damaged.</summary>
    internal SqlException? Failure => _failure;

    /// <summary>Why it stands still, or changes are refused; null: it goes on.</summary>
    internal string? Trouble => _failure?.Message ?? _patience?.Outage;

    /// <summary>
    /// A structure to load. While the database is opened. <paramref name="relation"/>: whose rows it holds, 0: an operator's;
    /// <paramref name="title"/> its name for messages.
    /// </summary>
    internal void Add(string name, IPersistent item, IReadOnlyList<RunRef> runs, int relation, string title)
    {
        var unit = _operators;
        if (relation != 0 && !_relations.TryGetValue(relation, out unit))
        {
            _relations.Add(relation, unit = new LoadUnit(title, host.Threads));
        }

        unit!.Add(name, item, runs);
        if (item is State.Arrangement rows)
        {
            rows.Defer(
                new StoredRows(store, runs, rows.Spec.Columns, rows.DirectoryKey, hook?.LookUps ?? StoredRowsRules.Right),
                () => LoadNow(unit));
        }
    }

    /// <summary>Loads everything at once, before anyone is served: the first damage is raised. The opening thread.</summary>
    internal void LoadNow()
    {
        foreach (var unit in InOrder())
        {
            LoadNow(unit);
        }

        _all.End();
    }

    /// <summary>Loads what records need that only change rows. As <see cref="LoadNow()"/>.</summary>
    internal void LoadOperators() => LoadNow(_operators);

    /// <summary>The log has been executed, and readers come.</summary>
    internal void EndReplay()
    {
        foreach (var (_, item, _) in InOrder().SelectMany(u => u.Structures))
        {
            (item as State.Arrangement)?.EndReplay();
        }
    }

    private bool LoadNow(LoadUnit unit)
    {
        if (!unit.IsLoaded)
        {
            Load(unit, patience: null);
            unit.Complete();
        }

        return true;
    }

    /// <summary>
    /// Loads everything while others read; true when all is there. False: it was stopped, or something cannot be read. Raises
    /// <see cref="FencedException"/> where that is because a successor has cleaned up. The main lane's thread.
    /// </summary>
    internal bool Run(Func<bool> isStopping)
    {
        _patience = new LoadPatience(isStopping, host.Clock);
        var rest = new Queue<LoadUnit>(InOrder());
        while (Next(rest) is { } unit)
        {
            try
            {
                Load(unit, _patience);
                unit.Complete();
            }
            catch (LoadStopped)
            {
                return false;
            }
            catch (Exception e) when (e is CorruptionException or StorageException)
            {
                if (Successor() is { } fenced)
                {
                    throw fenced;
                }

                var failure = Unreadable(unit.Title, e);
                _failure ??= new SqlException(
                    failure.SqlState, $"nothing can be changed: {failure.Message}",
                    hint: "Start the server again when its state can be read, or over a copy of it (vectorized backup).");
                unit.Fail(failure);
            }
        }

        if (_failure is { } broken)
        {
            _all.End(broken);
            return false;
        }

        _all.End();
        return true;
    }

    /// <summary>Nothing more is loaded: who waits is told why.</summary>
    internal void Abandon(Exception reason)
    {
        foreach (var unit in InOrder())
        {
            unit.Abandon(reason);
        }

        _all.End(reason);
    }

    /// <summary>What to wait for before these relations can be read, and loads them soon; null: nothing. Any thread.</summary>
    internal Task? Of(IReadOnlyCollection<int> relations)
    {
        List<Task>? waits = null;
        foreach (int id in relations)
        {
            if (_relations.TryGetValue(id, out var unit) && !unit.IsLoaded)
            {
                _wanted.Enqueue(unit);
                (waits ??= []).Add(unit.Wait());
            }
        }

        return waits is null ? null : waits.Count == 1 ? waits[0] : Task.WhenAll(waits);
    }

    /// <summary>What readers are told of state that cannot be read.</summary>
    internal static SqlException Unreadable(string title, Exception cause) => new(
        cause is CorruptionException ? SqlState.DataCorrupted : SqlState.IoError, $"{title} cannot be read: {cause.Message}");

    private FencedException? Successor()
    {
        try
        {
            return store.FindSuccessor();
        }
        catch (Exception e) when (e is CorruptionException or StorageException)
        {
            // Who cannot be seen is not there, for what readers are told.
            return null;
        }
    }

    private IEnumerable<LoadUnit> InOrder() => _relations.OrderBy(r => r.Value.Bytes).ThenBy(r => r.Key).Select(r => r.Value)
        .Append(_operators);

    private LoadUnit? Next(Queue<LoadUnit> rest)
    {
        while (_wanted.TryDequeue(out var wanted))
        {
            if (IsOpen(wanted))
            {
                return wanted;
            }
        }

        while (rest.TryDequeue(out var unit))
        {
            if (IsOpen(unit))
            {
                return unit;
            }
        }

        return null;
    }

    private static bool IsOpen(LoadUnit unit) => !unit.IsLoaded && unit.Failure is null;

    private void Load(LoadUnit unit, LoadPatience? patience)
    {
        foreach (var (name, item, refs) in unit.Structures)
        {
            if (hook?.Loads(name) == false || item is State.Arrangement { IsDropped: true })
            {
                continue;
            }

            using var runs = new RunLoad(store, name, refs, patience);
            item.Load(runs, tick);
        }
    }
}
