namespace Vectorized.Engine.Catalog;

/// <summary>How far a materialized view is behind its inputs, and what it holds.</summary>
/// <param name="Id">The view.</param>
/// <param name="Schema">Its schema.</param>
/// <param name="Name">Its name.</param>
/// <param name="Epoch">The newest published epoch it has; null: it is suspended, since when is no longer known.</param>
/// <param name="AgeMicros">
/// For how long its inputs have had something that the epoch does not cover; 0: it covers them. Null with the epoch.
/// </param>
/// <param name="Rows">Rows kept.</param>
/// <param name="Bytes">Native memory of its rows, indexes and operators; not of what it shares with other views.</param>
/// <param name="Errors">Evaluations that failed over a row.</param>
/// <param name="Cause">
/// Why it is not newer: none, source idle, source behind, source failed, throttled for memory, suspended, checkpoint, building.
/// </param>
/// <param name="Detail">Which source, what reason.</param>
public sealed record ViewFreshness(
    int Id, string Schema, string Name, long? Epoch, long? AgeMicros, long Rows, long Bytes, long Errors, string Cause, string? Detail);

/// <summary>How far a source (or a table fed by a connector) has been read.</summary>
/// <param name="Id">The relation.</param>
/// <param name="Schema">Its schema.</param>
/// <param name="Name">Its name.</param>
/// <param name="RowsRead">Rows read, those before a restart included.</param>
/// <param name="Rejected">Records that could not be decoded.</param>
/// <param name="Lag">What is known to wait behind what was read, in the connector's own measure (rows or bytes); null: unknown.</param>
/// <param name="LastArrivalMicros">When the newest chunk read had arrived, or reading began; 0: it is not read.</param>
/// <param name="State">unread, reading, ended, failed.</param>
/// <param name="Problem">What keeps it from being read.</param>
public sealed record SourceProgress(
    int Id, string Schema, string Name, long RowsRead, long Rejected, long? Lag, long LastArrivalMicros, string State, string? Problem);

/// <summary>rw_catalog.rw_view_freshness and rw_source_progress.</summary>
internal static class FreshnessRows
{
    public static void Register(Dictionary<string, Action<SystemContext, SystemRowWriter>> rows)
    {
        rows.Add("rw_catalog.rw_view_freshness", Views);
        rows.Add("rw_catalog.rw_source_progress", Sources);
    }

    private static void Views(SystemContext context, SystemRowWriter writer)
    {
        foreach (var view in context.Freshness?.Invoke() ?? [])
        {
            writer.Row(
                ("id", view.Id), ("schema_name", view.Schema), ("name", view.Name), ("epoch", view.Epoch),
                ("age_ms", view.AgeMicros / 1000), ("rows", view.Rows), ("bytes", view.Bytes), ("errors", view.Errors),
                ("cause", view.Cause), ("detail", view.Detail));
        }
    }

    private static void Sources(SystemContext context, SystemRowWriter writer)
    {
        foreach (var source in context.Sources?.Invoke() ?? [])
        {
            writer.Row(
                ("id", source.Id), ("schema_name", source.Schema), ("name", source.Name), ("rows_read", source.RowsRead),
                ("rejected", source.Rejected), ("lag", source.Lag), ("state", source.State), ("problem", source.Problem));
        }
    }
}
