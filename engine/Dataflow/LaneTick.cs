using Vectorized.Engine.Columns;

namespace Vectorized.Engine.Dataflow;

/// <summary>
/// A tick being put together on the main lane: its record, the memory that lives until it has been executed, who waits
/// for its publication. One at a time, so the lane has one for all its ticks.
/// </summary>
internal sealed class LaneTick(MainLane lane)
{
    private readonly List<IDisposable> _owned = [];
    private readonly HashSet<int> _written = [];

    internal MainLane Lane { get; } = lane;

    internal TickRecord Record { get; } = new();

    internal List<LaneCommand> Waiting { get; } = [];

    internal int RowCount { get; private set; }

    /// <summary>Oldest arrival among the rows read from sources, or 0.</summary>
    internal long OldestArrivalMicros { get; private set; }

    internal bool IsEmpty => RowCount == 0 && Waiting.Count == 0 && Record.Advances.Count == 0 && Record.Splits.Count == 0
        && !Lane.Graph.AnyViewFailed;

    /// <summary>Starts the next tick. Nothing of the one before may be held any more.</summary>
    internal void Begin(long number, long nowMicros)
    {
        Record.Begin(number, nowMicros);
        Waiting.Clear();
        _written.Clear();
        RowCount = 0;
        OldestArrivalMicros = 0;
    }

    internal bool HasWritten(int relationId) => _written.Contains(relationId);

    /// <summary>Adds a consolidated delta of a table. The owner's memory is given back when the tick has been executed.</summary>
    internal void Write(int tableId, Batch delta, IDisposable owner)
    {
        _owned.Add(owner);
        if (delta.RowCount == 0)
        {
            return;
        }

        _written.Add(tableId);
        Lane.NoteWrite(tableId);
        RowCount += delta.RowCount;
        Record.Writes.Add(new TableWrite(tableId, delta));
        Lane.Executor.Feed(Lane.Graph.Relation(tableId), delta);
    }

    /// <summary>Adds rows read from a source.</summary>
    internal void Read(RelationOutput source, Batch rows, IDisposable owner, SourceAdvance advance, long arrivalMicros)
    {
        _owned.Add(owner);
        RowCount += rows.RowCount;
        Record.Advances.Add(advance);
        if (rows.RowCount > 0)
        {
            OldestArrivalMicros = OldestArrivalMicros == 0 ? arrivalMicros : Math.Min(OldestArrivalMicros, arrivalMicros);
            Lane.Executor.Feed(source, rows, advance.Split);
        }
    }

    /// <summary>Memory that must last until the tick has been executed.</summary>
    internal void Own(IDisposable owner) => _owned.Add(owner);

    internal void Release()
    {
        foreach (var owner in _owned)
        {
            owner.Dispose();
        }

        _owned.Clear();
    }
}
