using Vectorized.Storage.Objects;

namespace Vectorized.Storage.Checkpoints;

/// <summary>
/// The next checkpoint while it is made: runs go into one pack, structures are told which runs they have from now on,
/// and <see cref="Commit"/> makes it the state. Dispose without a commit aborts the upload. One thread.
/// </summary>
public sealed class CheckpointDraft : IDisposable
{
    private readonly CheckpointStore _owner;
    private readonly IObjectStore _store;
    private readonly HashSet<RunRef> _runs = [];
    private readonly Dictionary<string, string?> _schemas = new(StringComparer.Ordinal);
    private readonly List<StructureChange> _changes = [];
    private IObjectUpload? _upload;
    private RunWriter? _open;
    private RunRef? _root;
    private long _manifestBytes;
    private bool _ended;

    internal CheckpointDraft(CheckpointStore owner, IObjectStore store, long pack)
    {
        _owner = owner;
        _store = store;
        Pack = pack;
    }

    /// <summary>Bytes of the pack so far, and of the manifest once committed.</summary>
    public long BytesWritten => (_upload?.BytesWritten ?? 0) + _manifestBytes;

    internal long Pack { get; }

    /// <summary>Begins a run in this checkpoint's pack; the one before has ended.</summary>
    public RunWriter BeginRun()
    {
        CheckOpen();
        if (_upload is null)
        {
            _upload = _store.Upload(PackFormat.Key(Pack));
            _upload.Write(PackFormat.Head(Pack));
        }

        _open = new RunWriter(this, _upload);
        return _open;
    }

    /// <summary>
    /// Appends a run to a structure as its newest. A structure has one schema: another needs <see cref="Replace"/>.
    /// </summary>
    public void Add(string structure, string schema, RunRef run)
    {
        CheckOpen();
        CheckRun(run);
        if (SchemaOf(structure) is { } before && before != schema)
        {
            throw new ArgumentException($"{structure} has schema {before}, the run {schema}", nameof(schema));
        }

        Change(new StructureChange(StructureChangeKind.Append, structure, schema, [run]));
    }

    /// <summary>The structure consists of these runs from now on, of this checkpoint or of earlier ones.</summary>
    public void Replace(string structure, string schema, IReadOnlyList<RunRef> runs)
    {
        CheckOpen();
        foreach (var run in runs)
        {
            CheckRun(run);
        }

        Change(new StructureChange(StructureChangeKind.Replace, structure, schema, [.. runs]));
    }

    /// <summary>The structure is gone.</summary>
    public void Remove(string structure)
    {
        CheckOpen();
        Change(new StructureChange(StructureChangeKind.Remove, structure, "", []));
    }

    /// <summary>The run from which everything else is found; without a new one the last stays.</summary>
    public void SetRoot(RunRef root)
    {
        CheckOpen();
        CheckRun(root);
        _root = root;
    }

    /// <summary>
    /// Makes the draft the state, in two requests: the pack (none where no run was written) and the manifest. Raises
    /// <see cref="FencedException"/> when another writer has taken over. Raises <see cref="StorageException"/> when the
    /// store fails: the draft is over, and whether it took effect is known when the next <see
    /// cref="CheckpointStore.Begin"/> returns.
    /// </summary>
    public void Commit(long tick)
    {
        CheckOpen();
        if (tick < _owner.State.Tick)
        {
            throw new ArgumentOutOfRangeException(nameof(tick), tick, $"the last checkpoint is of tick {_owner.State.Tick}");
        }

        _ended = true;
        List<KeyValuePair<long, long>> packs = [];
        if (_upload is not null)
        {
            _owner.Uploading(Pack);
            _upload.Commit();
            packs.Add(new(Pack, _upload.BytesWritten));
        }

        _manifestBytes = _owner.Commit(tick, _root, _changes, packs);
    }

    public void Dispose()
    {
        _ended = true;
        _upload?.Dispose();
        _owner.Ended(this);
    }

    internal RunRef Ended(RunWriter writer, RunRef run)
    {
        if (_ended || writer != _open)
        {
            throw new InvalidOperationException("the run's draft is over");
        }

        _open = null;
        _runs.Add(run);
        return run;
    }

    private string? SchemaOf(string structure) => _schemas.TryGetValue(structure, out string? schema)
        ? schema
        : _owner.State.Structures.GetValueOrDefault(structure)?.Schema;

    private void Change(StructureChange change)
    {
        _changes.Add(change);
        _schemas[change.Name] = change.Kind == StructureChangeKind.Remove ? null : change.Schema;
    }

    private void CheckOpen()
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        if (_open is not null)
        {
            throw new InvalidOperationException("a run is open");
        }
    }

    private void CheckRun(RunRef run)
    {
        if (run.Pack == Pack ? !_runs.Contains(run) : !_owner.State.Packs.ContainsKey(run.Pack))
        {
            throw new ArgumentException($"{run} is neither of this checkpoint nor of the state", nameof(run));
        }
    }
}
