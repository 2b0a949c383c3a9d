namespace Vectorized.Storage.Checkpoints;

/// <summary>
/// The next checkpoint while it is made: runs go into one pack, structures are told which runs they have from now on,
/// and <see cref="Commit"/> makes it the state. Dispose without a commit aborts the uploads. One thread.
/// </summary>
public sealed class CheckpointDraft : IDisposable
{
    private readonly CheckpointStore _owner;
    private readonly List<PackDraft> _packs = [];
    private readonly Dictionary<string, string?> _schemas = new(StringComparer.Ordinal);
    private readonly List<StructureChange> _changes = [];
    private RunRef? _root;
    private long _manifestBytes;
    private bool _ended;

    internal CheckpointDraft(CheckpointStore owner, PackDraft own)
    {
        _owner = owner;
        OwnPack = own;
        _packs.Add(own);
    }

    /// <summary>Bytes of the packs so far, and of the manifest once committed.</summary>
    public long BytesWritten => _packs.Sum(p => p.BytesWritten) + _manifestBytes;

    /// <summary>The pack that goes with this checkpoint.</summary>
    public PackDraft OwnPack { get; }

    /// <summary>Begins a run in this checkpoint's pack; the one before has ended.</summary>
    public RunWriter BeginRun()
    {
        CheckOpen();
        return OwnPack.BeginRun();
    }

    /// <summary>
    /// A pack that was written beside checkpoints appears with this one, whose it is from now on; its runs may be referred to.
    /// </summary>
    public void Take(PackDraft pack)
    {
        CheckOpen();
        if (pack.IsRunOpen)
        {
            throw new InvalidOperationException("a run is open");
        }

        pack.Seal();
        _packs.Add(pack);
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
    /// Makes the draft the state, in two requests: the pack (none where no run was written, one more for each that was taken) and the
    /// manifest. Raises
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
        foreach (var pack in _packs.Where(p => p.HasRuns))
        {
            _owner.Uploading(pack.Pack);
            pack.Commit();
            packs.Add(new(pack.Pack, pack.BytesWritten));
        }

        _manifestBytes = _owner.Commit(tick, _root, _changes, packs);
    }

    public void Dispose()
    {
        _ended = true;
        _packs.ForEach(p => p.Dispose());
        _owner.Ended(this);
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
        if (OwnPack.IsRunOpen)
        {
            throw new InvalidOperationException("a run is open");
        }
    }

    private void CheckRun(RunRef run)
    {
        if (_packs.Find(p => p.Pack == run.Pack) is { } pack ? !pack.Holds(run) : !_owner.State.Packs.ContainsKey(run.Pack))
        {
            throw new ArgumentException($"{run} is neither of this checkpoint nor of the state", nameof(run));
        }
    }
}
