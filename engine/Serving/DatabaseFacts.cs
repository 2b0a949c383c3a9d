using Vectorized.Engine.Catalog;
using Vectorized.Engine.Dataflow;

namespace Vectorized.Engine.Serving;

/// <summary>What is to be seen of a running database from outside: the same that the system relations show.</summary>
/// <param name="Views">Materialized views, in the order of their ids.</param>
/// <param name="Sources">Sources and fed tables that are in the dataflow, likewise.</param>
/// <param name="Memory">Where the process stands against its limit.</param>
/// <param name="State">What is durable; null: nothing outlives the process, or a log alone.</param>
/// <param name="Ticks">Time of ticks on the main lane.</param>
/// <param name="Syncs">Time of the log's syncs.</param>
/// <param name="Checkpoints">Time of checkpoints, from their tick until they were durable.</param>
/// <param name="NowMicros">When that was, in microseconds since 1970.</param>
public sealed record DatabaseFacts(
    IReadOnlyList<ViewFreshness> Views, IReadOnlyList<SourceProgress> Sources, MemoryTotals Memory, StateFacts? State,
    TimeDistribution Ticks, TimeDistribution Syncs, TimeDistribution Checkpoints, long NowMicros)
{
    internal static DatabaseFacts Of(Database database)
    {
        var catalog = database.Catalog;
        var statistics = database.Lane.Statistics;
        return new DatabaseFacts(
            FreshnessReport.Views(database, catalog), FreshnessReport.Sources(database, catalog), MemoryReport.Totals(database),
            StateReport.Facts(database), statistics.TickTimes.Read(), statistics.SyncTimes.Read(), statistics.CheckpointTimes.Read(),
            database.Host.Clock.WallMicros);
    }
}
