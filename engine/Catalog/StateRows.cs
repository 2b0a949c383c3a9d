namespace Vectorized.Engine.Catalog;

/// <summary>Where the state stands that outlives the process. Times in microseconds since 1970; 0: never.</summary>
/// <param name="Checkpoints">Completed since the start.</param>
/// <param name="Failures">Failed since the start.</param>
/// <param name="Tick">The tick of the last durable one.</param>
/// <param name="AtMicros">When it was durable.</param>
/// <param name="LastNanos">How long it took from the tick on.</param>
/// <param name="LastBytes">What it wrote.</param>
/// <param name="Bytes">What all since the start wrote.</param>
/// <param name="LastFailure">What the last failed one failed of.</param>
/// <param name="LogRecord">The last record that is durable.</param>
/// <param name="LogBytes">Appended since the start.</param>
/// <param name="CoveredRecord">The last record the checkpoint has: the log goes on from there.</param>
public sealed record StateFacts(
    long Checkpoints, long Failures, long Tick, long AtMicros, long LastNanos, long LastBytes, long Bytes, string? LastFailure,
    long LogRecord, long LogBytes, long CoveredRecord)
{
    /// <summary>What of the state could not be read at the start: nothing can be changed. Null: nothing.</summary>
    public string? Unreadable { get; init; }
}

/// <summary>One structure of the last checkpoint.</summary>
public readonly record struct StoredRuns(string Name, string Schema, int Runs, long Bytes);

/// <summary>rw_catalog.rw_checkpoint, rw_log, rw_checkpoint_runs: what is durable and where.</summary>
internal static class StateRows
{
    public static void Register(Dictionary<string, Action<SystemContext, SystemRowWriter>> rows)
    {
        rows.Add("rw_catalog.rw_checkpoint", Checkpoint);
        rows.Add("rw_catalog.rw_log", Log);
        rows.Add("rw_catalog.rw_checkpoint_runs", Runs);
    }

    private static void Checkpoint(SystemContext context, SystemRowWriter writer)
    {
        if (context.State?.Invoke() is { } facts)
        {
            writer.Row(
                ("tick", facts.Tick), ("durable_at_micros", facts.AtMicros), ("completed", facts.Checkpoints), ("failed", facts.Failures),
                ("last_ms", facts.LastNanos / 1_000_000), ("last_bytes", facts.LastBytes), ("bytes", facts.Bytes),
                ("last_failure", facts.LastFailure));
        }
    }

    private static void Log(SystemContext context, SystemRowWriter writer)
    {
        if (context.State?.Invoke() is { } facts)
        {
            writer.Row(
                ("last_record", facts.LogRecord), ("covered_record", facts.CoveredRecord),
                ("records_to_replay", facts.LogRecord - facts.CoveredRecord), ("appended_bytes", facts.LogBytes));
        }
    }

    private static void Runs(SystemContext context, SystemRowWriter writer)
    {
        foreach (var item in context.StoredRuns?.Invoke() ?? [])
        {
            writer.Row(("structure", item.Name), ("schema", item.Schema), ("runs", item.Runs), ("bytes", item.Bytes));
        }
    }
}
