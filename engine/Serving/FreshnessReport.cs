using Vectorized.Engine.Catalog;
using Vectorized.Engine.Dataflow;

namespace Vectorized.Engine.Serving;

/// <summary>
/// How far views are behind their inputs and sources behind what they read, for the system relations and /metrics. Any thread; takes
/// nothing from the main lane but numbers it leaves.
/// </summary>
internal static class FreshnessReport
{
    /// <summary>What is not older is as fresh as a busy lane has it: its delay needs no cause.</summary>
    private const long FreshMicrosMax = 100_000;

    internal static List<SourceProgress> Sources(Database database, CatalogSnapshot catalog)
    {
        var sources = new List<SourceProgress>();
        foreach (var feed in database.Lane.RunningFeeds)
        {
            if (catalog.Find(feed.SourceId) is CatalogRelation relation)
            {
                var reader = feed.Reader;
                string? problem = feed.Failure ?? reader?.Problem;
                sources.Add(new SourceProgress(
                    relation.Id, catalog.SchemaNameOf(relation), relation.Name, feed.RowsRead, feed.RecordsRejected,
                    feed.HasEnded ? 0 : reader?.Lag, feed.LastArrivalMicros,
                    problem is not null ? "failed" : feed.HasEnded ? "ended" : reader is null ? "unread" : "reading", problem));
            }
        }

        sources.Sort((a, b) => a.Id.CompareTo(b.Id));
        return sources;
    }

    internal static List<ViewFreshness> Views(Database database, CatalogSnapshot catalog)
    {
        var sources = Sources(database, catalog);
        var bytes = new Dictionary<int, long>();
        foreach (var item in MemoryReport.ByOperator(database))
        {
            bytes[item.RelationId] = bytes.GetValueOrDefault(item.RelationId) + item.Bytes;
        }

        var views = new List<ViewFreshness>();
        foreach (var relation in catalog.Relations.Where(r => r.Kind == RelationKind.MaterializedView))
        {
            var stored = database.Stored.GetValueOrDefault(relation.Id);
            var delay = DelayOf(database, catalog, relation, sources);
            long indexes = stored?.Indexes.Sum(i => i.Arrangements.Sum(a => a.LiveBytes)) ?? 0;
            views.Add(new ViewFreshness(
                relation.Id, catalog.SchemaNameOf(relation), relation.Name, delay.Epoch, delay.Micros,
                stored?.Arrangements.Sum(a => a.LiveRows) ?? 0, bytes.GetValueOrDefault(relation.Id) + indexes,
                stored?.Failure?.RowErrors.Count ?? 0, delay.Cause, delay.Detail));
        }

        return views;
    }

    private readonly record struct Delay(long? Epoch, long? Micros, string Cause, string? Detail);

    private static Delay DelayOf(Database database, CatalogSnapshot catalog, CatalogRelation view, List<SourceProgress> sources)
    {
        long now = database.Host.Clock.WallMicros;
        if (view.Suspended is { } suspended)
        {
            return database.Stops.TryGetValue(view.Id, out var stop)
                ? new Delay(stop.Epoch, Math.Max(0, now - stop.Micros), "suspended", suspended.Reason)
                : new Delay(null, null, "suspended", suspended.Reason);
        }

        var worst = DelayOfLane(database, now);
        var upstream = Upstream(catalog, view.Id);
        var read = sources.FindAll(s => upstream.Contains(s.Id));
        foreach (var source in read)
        {
            long age = Math.Max(worst.Micros ?? 0, source.LastArrivalMicros == 0 ? 0 : Math.Max(0, now - source.LastArrivalMicros));
            if (source.State == "failed")
            {
                return worst with { Micros = age, Cause = "source failed", Detail = $"{source.Name}: {source.Problem}" };
            }

            if (source.State == "reading" && database.Lane.Pressure.IsStuck)
            {
                worst = worst with { Micros = age, Cause = "throttled for memory", Detail = source.Name };
            }
            else if (source.Lag > 0)
            {
                bool isThrottled = database.Lane.Pressure.IsThrottled;
                worst = new Delay(
                    worst.Epoch, age, isThrottled ? "throttled for memory" : age > FreshMicrosMax ? "source behind" : worst.Cause,
                    $"{source.Name}: {source.Lag} behind");
            }
        }

        return worst.Cause == "none" && worst.Micros == 0 && read.Count > 0
            ? worst with { Cause = "source idle", Detail = string.Join(", ", read.Select(s => s.Name)) }
            : worst.Cause == "none" ? worst with { Detail = null } : worst;
    }

    /// <summary>What waits before the lane, whatever its source; nothing while it rests.</summary>
    private static Delay DelayOfLane(Database database, long now)
    {
        var statistics = database.Lane.Statistics;
        long covered = statistics.CoveredMicros;
        var activity = statistics.Activity;
        long age = activity == LaneActivity.Resting ? 0 : Math.Max(0, now - covered);
        string cause = age <= FreshMicrosMax ? "none"
            : activity == LaneActivity.Defining ? "building"
            : activity == LaneActivity.Loading ? "loading"
            : database.Lane.Checkpointer is { IsUnderWay: true } ? "checkpoint" : "none";
        return new Delay(database.PublishedEpoch, age, cause, database.Lane.Loading?.Trouble);
    }

    /// <summary>All that the view is computed of, by id.</summary>
    private static HashSet<int> Upstream(CatalogSnapshot catalog, int id)
    {
        var found = new HashSet<int>();
        var open = new Stack<int>([id]);
        while (open.TryPop(out int next))
        {
            foreach (int input in catalog.Find(next)?.DependsOn ?? [])
            {
                if (found.Add(input))
                {
                    open.Push(input);
                }
            }
        }

        return found;
    }
}
