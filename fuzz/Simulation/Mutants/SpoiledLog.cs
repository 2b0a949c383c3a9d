using Vectorized.Engine.Dataflow;

namespace Vectorized.Fuzz.Simulation.Mutants;

/// <summary>A log that loses, changes or holds back what it is given.</summary>
internal sealed class SpoiledLog(ITickLog log) : ITickLog
{
    public bool GroupsTicks => log.GroupsTicks;

    public long DurableTick => log.DurableTick;

    /// <summary>Whether a record is appended; it may change it before.</summary>
    internal Func<TickRecord, bool> Appends { get; init; } = static _ => true;

    /// <summary>Whether a sync happens.</summary>
    internal Func<bool> Syncs { get; init; } = static () => true;

    /// <summary>Where the log is cut instead.</summary>
    internal Func<ulong, ulong> CutsAt { get; init; } = static position => position;

    /// <summary>A record of several writes is appended as one a write.</summary>
    internal bool Splits { get; init; }

    public void Append(TickRecord record)
    {
        if (!Appends(record))
        {
            return;
        }

        if (!Splits || record.Writes.Count < 2)
        {
            log.Append(record);
            return;
        }

        var all = record.Writes.ToList();
        record.Writes.RemoveRange(1, all.Count - 1);
        log.Append(record);
        record.Advances.Clear();
        record.Splits.Clear();
        foreach (var write in all.Skip(1))
        {
            record.Writes.Clear();
            record.Writes.Add(write);
            log.Append(record);
        }
    }

    public void Sync()
    {
        if (Syncs())
        {
            log.Sync();
        }
    }

    public ulong Position => log.Position;

    public long BytesAppended => log.BytesAppended;

    public void Cut(ulong position) => log.Cut(CutsAt(position));

    public void Dispose() => log.Dispose();
}
