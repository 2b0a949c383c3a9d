using Vectorized.Storage.Platform;

namespace Vectorized.Engine.Dataflow;

/// <summary>
/// Work that sessions hand to the main lane: a write that joins a tick, or a definition that runs between ticks. It is
/// acknowledged once the tick it took part in is published.
/// </summary>
internal abstract class LaneCommand(IThreads threads)
{
    private readonly ICompletion _published = threads.CreateCompletion();

    /// <summary>Completes when the effect is published; fails with what <see cref="Run"/> raised.</summary>
    internal Task Published => _published.Task;

    internal void Acknowledge() => _published.Succeed();

    internal void Fail(Exception e) => _published.Fail(MainLane.Told(e));
}

/// <summary>A write: joins a tick, in the order in which the commands came.</summary>
internal abstract class WriteCommand(IThreads threads) : LaneCommand(threads)
{
    /// <summary>The tables it writes.</summary>
    internal abstract IReadOnlyList<int> Tables { get; }

    /// <summary>The turn it is part of, or null.</summary>
    internal WriteTurn? Turn { get; init; }

    /// <summary>
    /// Whether it can run in a tick that already holds other work. What reads relations (a key conflict check, an UPDATE's
    /// WHERE) says no when the tick has written one of them: it then runs in the next.
    /// </summary>
    internal abstract bool CanJoin(LaneTick tick);

    /// <summary>
    /// Adds its effect to the tick. Runs on the main lane. What it raises undoes nothing: it must raise before it adds.
    /// </summary>
    internal abstract void Run(LaneTick tick);
}

/// <summary>
/// A change of the catalog and the dataflow, run between ticks, one at a time. What it builds over many rows is filled in steps, and
/// ticks go on between them; all that anybody can see of it happens at once, behind the last.
/// </summary>
internal abstract class DefinitionCommand(IThreads threads) : LaneCommand(threads)
{
    private const int Waiting = 0;
    private const int Begun = 1;
    private const int GivenUp = 2;

    private volatile bool _isCancelled;
    private int _stage;

    /// <summary>Who waits for it has given up.</summary>
    internal bool IsCancelled => _isCancelled;

    /// <summary>
    /// Asks that it stop, which it does at once where it has not begun, and between two steps where it is building something. Any thread.
    /// </summary>
    internal void Cancel()
    {
        _isCancelled = true;
        if (Interlocked.CompareExchange(ref _stage, GivenUp, Waiting) == Waiting)
        {
            Fail(new OperationCanceledException());
        }
    }

    /// <summary>It is its turn; false: it was cancelled before. Main lane.</summary>
    internal bool TryBegin() => Interlocked.CompareExchange(ref _stage, Begun, Waiting) == Waiting;

    /// <summary>What goes into the tick's record.</summary>
    internal abstract DefinitionEntry Entry { get; }

    /// <summary>
    /// Changes the graph, giving each view it builds to be filled: done with that, it must go on before the next tick. Raises before
    /// anything is visible, or undoes what it did, also where it is ended before it is done.
    /// </summary>
    internal abstract IEnumerable<Backfill> Run();

    /// <summary>
    /// Rows of a new table, valid until <see cref="Publish"/>: written in the definition's tick and recorded with it.
    /// </summary>
    internal virtual TableWrite? FirstRows => null;

    /// <summary>Makes the new catalog visible; called once its epoch is published.</summary>
    internal abstract void Publish();
}
