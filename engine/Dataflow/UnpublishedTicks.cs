using Vectorized.Engine.Types;

namespace Vectorized.Engine.Dataflow;

/// <summary>Ticks that are executed and not yet published, and who waits for that. Main lane only.</summary>
internal sealed class UnpublishedTicks
{
    private readonly List<LaneCommand> _waiting = [];

    internal int Count { get; private set; }

    internal int RowCount { get; private set; }

    /// <summary>Oldest arrival among the rows read from sources, or 0.</summary>
    internal long OldestArrivalMicros { get; private set; }

    internal void Add(LaneTick tick)
    {
        Count++;
        RowCount += tick.RowCount;
        foreach (var command in tick.Waiting)
        {
            _waiting.Add(command);
        }

        if (tick.OldestArrivalMicros != 0)
        {
            OldestArrivalMicros = OldestArrivalMicros == 0
                ? tick.OldestArrivalMicros
                : Math.Min(OldestArrivalMicros, tick.OldestArrivalMicros);
        }
    }

    /// <summary>They are published.</summary>
    internal void Acknowledge()
    {
        foreach (var command in _waiting)
        {
            command.Acknowledge();
        }

        Clear();
    }

    /// <summary>They will never be.</summary>
    internal void Fail(Exception e)
    {
        foreach (var command in _waiting)
        {
            command.Fail(MainLane.Told(e) as SqlException ?? new SqlException(SqlState.InternalError, e.Message));
        }

        Clear();
    }

    private void Clear()
    {
        _waiting.Clear();
        Count = 0;
        RowCount = 0;
        OldestArrivalMicros = 0;
    }
}
