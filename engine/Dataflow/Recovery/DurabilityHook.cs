using Vectorized.Engine.Dataflow.Checkpoints;
using Vectorized.Storage.Checkpoints;
using Vectorized.Storage.Log;

namespace Vectorized.Engine.Dataflow.Recovery;

/// <summary>
/// Where tests change what is recorded and what is executed again, to plant bugs: production sets none. Called by the thread that
/// opens the database and by the main lane, also for what checkpoints hold.
/// </summary>
internal abstract class DurabilityHook
{
    /// <summary>What stands between the main lane and its log: the log given, or one around it.</summary>
    internal virtual ITickLog Log(ITickLog log) => log;

    /// <summary>The records to execute again.</summary>
    internal virtual IEnumerable<LogRecord> Records(IEnumerable<LogRecord> records) => records;

    /// <summary>A record about to be executed again, its writes not read yet.</summary>
    internal virtual void Replays(TickRecord record)
    {
    }

    /// <summary>The writes of a record about to be executed again.</summary>
    internal virtual void ReplaysWrites(TickRecord record)
    {
    }

    /// <summary>The record a checkpoint says it covers.</summary>
    internal virtual ulong Covers(ulong logNumber) => logNumber;

    /// <summary>What a checkpoint holds besides structures, complete.</summary>
    internal virtual void Describes(CheckpointRoot root)
    {
    }

    /// <summary>The tick as of which a structure is captured.</summary>
    internal virtual long CapturedAt(long tick) => tick;

    /// <summary>Whether what a structure has captured goes into the checkpoint.</summary>
    internal virtual bool Keeps(string structure) => true;

    /// <summary>
    /// A structure's runs with one merged beside checkpoints in its sources' place; null: it does not belong there any more.
    /// </summary>
    internal virtual IReadOnlyList<RunRef>? Merged(IReadOnlyList<RunRef> runs, MergeTask task, RunRef merged) =>
        SideMerge.PutInPlace(runs, task, merged);

    /// <summary>A structure is about to be loaded, by the thread that does it; false: it is left out.</summary>
    internal virtual bool Loads(string structure) => true;

    /// <summary>How rows are found that are not loaded yet.</summary>
    internal virtual State.Checkpoints.StoredRowsRules LookUps => State.Checkpoints.StoredRowsRules.Right;

    /// <summary>Whether ids of rows in records are noted.</summary>
    internal virtual bool NotesRowIds => true;
}
