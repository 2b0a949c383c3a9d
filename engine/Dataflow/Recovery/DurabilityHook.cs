using Vectorized.Storage.Log;

namespace Vectorized.Engine.Dataflow.Recovery;

/// <summary>
/// Where tests change what is recorded and what is executed again, to plant bugs: production sets none. Called by the thread that
/// opens the database and by the main lane.
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

    /// <summary>Whether ids of rows in records are noted.</summary>
    internal virtual bool NotesRowIds => true;
}
