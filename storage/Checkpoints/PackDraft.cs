using Vectorized.Storage.Objects;

namespace Vectorized.Storage.Checkpoints;

/// <summary>
/// A pack while it is written, run by run. It appears with the checkpoint that takes it (<see cref="CheckpointDraft"/>), its own or,
/// for one that was begun beside checkpoints (<see cref="CheckpointStore.BeginPack"/>), a later one. Disposed before, it leaves
/// nothing. One thread at a time.
/// </summary>
public sealed class PackDraft : IDisposable
{
    private readonly IObjectStore _store;
    private readonly HashSet<RunRef> _runs = [];
    private IObjectUpload? _upload;
    private RunWriter? _open;
    private bool _ended;
    private bool _disposed;

    internal PackDraft(IObjectStore store, long pack)
    {
        _store = store;
        Pack = pack;
    }

    /// <summary>Bytes so far; 0: no run has begun.</summary>
    public long BytesWritten => _upload?.BytesWritten ?? 0;

    internal long Pack { get; }

    internal bool HasRuns => _upload is not null;

    internal bool IsRunOpen => _open is not null;

    /// <summary>Begins a run; the one before has ended.</summary>
    public RunWriter BeginRun()
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        if (_open is not null)
        {
            throw new InvalidOperationException("a run is open");
        }

        if (_upload is null)
        {
            _upload = _store.Upload(PackFormat.Key(Pack));
            _upload.Write(PackFormat.Head(Pack));
        }

        _open = new RunWriter(this, _upload);
        return _open;
    }

    public void Dispose()
    {
        _ended = true;
        if (!_disposed)
        {
            _disposed = true;
            _upload?.Dispose();
        }
    }

    internal bool Holds(RunRef run) => _runs.Contains(run);

    /// <summary>Nothing is added any more.</summary>
    internal void Seal() => _ended = true;

    /// <summary>Makes it appear, whole and durable.</summary>
    internal void Commit() => _upload!.Commit();

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
}
