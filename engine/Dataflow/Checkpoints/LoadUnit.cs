using Vectorized.Engine.State.Checkpoints;
using Vectorized.Engine.Types;
using Vectorized.Storage.Checkpoints;
using Vectorized.Storage.Platform;

namespace Vectorized.Engine.Dataflow.Checkpoints;

/// <summary>
/// Structures of a checkpoint that are of use only together: a relation's rows with its indexes, or all that operators remember. The
/// loading thread ends it, well or not; any thread waits for that.
/// </summary>
internal sealed class LoadUnit(string title, IThreads threads)
{
    private readonly LoadEnd _end = new(threads);
    private volatile bool _isLoaded;
    private volatile SqlException? _failure;

    /// <summary>For messages: `table "t"`.</summary>
    internal string Title => title;

    /// <summary>In the order in which they must be loaded: what operators remember builds on what was made before.</summary>
    internal List<(string Name, IPersistent Item, IReadOnlyList<RunRef> Runs)> Structures { get; } = [];

    internal long Bytes { get; private set; }

    internal bool IsLoaded => _isLoaded;

    /// <summary>Why its state cannot be read; null: nothing is known to be wrong.</summary>
    internal SqlException? Failure => _failure;

    /// <summary>Completes when it is loaded; fails with what the reader is to be told.</summary>
    internal Task Wait() => _end.Wait();

    internal void Add(string name, IPersistent item, IReadOnlyList<RunRef> runs)
    {
        Structures.Add((name, item, runs));
        Bytes += runs.Sum(r => r.Length);
    }

    internal void Complete()
    {
        _isLoaded = true;
        _end.End();
    }

    internal void Fail(SqlException failure)
    {
        _failure = failure;
        _end.End(failure);
    }

    /// <summary>Nobody will load it any more.</summary>
    internal void Abandon(Exception reason) => _end.End(reason);
}
