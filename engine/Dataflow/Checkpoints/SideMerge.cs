using Vectorized.Engine.State.Checkpoints;
using Vectorized.Storage;
using Vectorized.Storage.Checkpoints;
using Vectorized.Storage.Platform;

namespace Vectorized.Engine.Dataflow.Checkpoints;

/// <summary>
/// Merges long runs into a pack of its own while checkpoints go on, by a thread that yields to everybody; a later checkpoint puts
/// the merged runs in their places. So a checkpoint is published as soon as what is new is written, however much there is to merge.
/// Runs that come meanwhile are newer than all sources and void what they void of the merged run, as they would of these.
/// Made, started and ended by the main lane; what it has come to belongs to whoever sees <see cref="IsDone"/>.
/// </summary>
internal sealed class SideMerge
{
    private readonly CheckpointStore _store;
    private readonly IReadOnlyList<MergeTask> _tasks;
    private readonly List<(MergeTask Task, RunRef Merged)> _results = [];
    private IRunningThread? _thread;
    private volatile bool _stops;

    internal SideMerge(CheckpointStore store, IReadOnlyList<MergeTask> tasks)
    {
        _store = store;
        _tasks = tasks;
        Pack = store.BeginPack();
        Names = tasks.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The structures it is about.</summary>
    internal IReadOnlySet<string> Names { get; }

    /// <summary>Where the merged runs are; gone with this, unless a checkpoint has taken it.</summary>
    internal PackDraft Pack { get; }

    /// <summary>The thread has ended: with results, or with a failure and none that count.</summary>
    internal volatile bool IsDone;

    internal Exception? Failure { get; private set; }

    internal IReadOnlyList<(MergeTask Task, RunRef Merged)> Results => Failure is null ? _results : [];

    /// <param name="threads">Who runs it.</param>
    /// <param name="done">Called by its thread at the end.</param>
    internal void Start(IThreads threads, Action done) => _thread = threads.Start(
        "merge",
        () =>
        {
            Run();
            done();
        },
        ThreadUrgency.Low);

    /// <summary>Ends it, however far it has come.</summary>
    internal void Stop()
    {
        _stops = true;
        _thread?.Join();
    }

    /// <summary>What no checkpoint has taken is gone.</summary>
    internal void Drop() => Pack.Dispose();

    /// <summary>
    /// The runs of a structure with the merged one in its sources' place; null: they are not there any more, side by side, as when
    /// the structure was written anew meanwhile.
    /// </summary>
    internal static RunRef[]? PutInPlace(IReadOnlyList<RunRef> runs, MergeTask task, RunRef merged)
    {
        int count = task.Sources.Count;
        int start = 0;
        while (start + count <= runs.Count && runs[start] != task.Sources[0])
        {
            start++;
        }

        // What was older than all else must be so still: numbers that are gone are not named any more.
        if (start + count > runs.Count || task.IsOldest != (start == 0) || !runs.Skip(start).Take(count).SequenceEqual(task.Sources))
        {
            return null;
        }

        return [.. runs.Take(start), merged, .. runs.Skip(start + count)];
    }

    private void Run()
    {
        try
        {
            var output = new RunOutput(Pack);
            foreach (var task in _tasks)
            {
                _results.Add((task, RunMerge.Merge(_store, task.Name, task.Sources, task.Shape, task.IsOldest, output, () => _stops)));
            }
        }
        catch (Exception e)
        {
            Failure = e;
            Abort();
        }
        finally
        {
            IsDone = true;
        }
    }

    private void Abort()
    {
        try
        {
            Pack.Dispose();
        }
        catch (StorageException)
        {
            // What is left goes when the state is opened again; why the merge failed is known.
        }
    }
}
