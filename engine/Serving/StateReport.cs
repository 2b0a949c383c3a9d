using Vectorized.Engine.Catalog;

namespace Vectorized.Engine.Serving;

/// <summary>What is durable, for the system relations and /metrics. Any thread.</summary>
internal static class StateReport
{
    /// <summary>Null: nothing outlives the process.</summary>
    internal static StateFacts? Facts(Database database)
    {
        if (database.Lane.Checkpointer is not { } checkpointer)
        {
            return null;
        }

        var values = checkpointer.Facts.Read();
        return new StateFacts(
            values.Completed, values.Failures, checkpointer.Store.State.Tick, values.AtMicros, values.LastNanos, values.LastBytes,
            values.Bytes, values.LastFailure, (long)database.Lane.LogNumber, database.Lane.LogBytes, values.LogNumber)
        {
            Unreadable = database.Lane.Loading?.Trouble,
        };
    }

    internal static IEnumerable<StoredRuns> Runs(Database database) => database.Lane.Checkpointer?.Store.State.Structures
        .OrderBy(s => s.Key, StringComparer.Ordinal)
        .Select(s => new StoredRuns(s.Key, s.Value.Schema, s.Value.Runs.Count, s.Value.Runs.Sum(r => r.Length))) ?? [];
}
