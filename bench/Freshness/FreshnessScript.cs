using Vectorized.Bench.Nexmark;
using Vectorized.Connectors.Generators;

namespace Vectorized.Bench.Freshness;

/// <summary>
/// What the measured server runs: the three Nexmark sources, four of the benchmark's queries and a simple aggregate, which also
/// tells the newest bid's time. Event time is due time: event n is due at the start plus n gaps and stamped so.
/// </summary>
internal static class FreshnessScript
{
    /// <summary>The aggregate without groups.</summary>
    internal const string Totals = "totals";

    internal static readonly string[] Views = [Totals, "q4", "q5", "q7", "q8"];

    /// <param name="startMs">When event 0 is due, wall time in ms since 1970.</param>
    /// <param name="gapNanos">Between events, in time of the clock and of events.</param>
    /// <param name="paceNanos">Between events by the clock alone, where it differs.</param>
    /// <param name="events">How many; long.MaxValue: no end.</param>
    internal static IEnumerable<string> Create(long startMs, long gapNanos, long paceNanos, long events)
    {
        string bound = events == long.MaxValue ? "" : $", nexmark.event.num = '{events}'";
        foreach (var kind in Enum.GetValues<NexmarkKind>())
        {
            yield return NexmarkSql.CreateSource(
                kind,
                $"nexmark.base.time = '{startMs}', nexmark.start.time = '{startMs}', nexmark.min.event.gap.in.ns = '{paceNanos}', "
                + $"nexmark.event.time.gap.in.ns = '{gapNanos}'{bound}");
        }

        yield return $"CREATE MATERIALIZED VIEW {Totals} AS SELECT count(*) AS bids, sum(price) AS paid, max(date_time) AS newest FROM bid";
        yield return "CREATE MATERIALIZED VIEW others AS SELECT (SELECT count(*) FROM person) + (SELECT count(*) FROM auction) AS rows";
        foreach (string query in Views.Where(v => v != Totals))
        {
            yield return $"CREATE MATERIALIZED VIEW {query} AS {NexmarkSql.Read(query)}";
        }
    }

    internal static IEnumerable<string> Drop() =>
    [
        .. Views.Append("others").Select(v => $"DROP MATERIALIZED VIEW {v}"),
        "DROP SOURCE person",
        "DROP SOURCE auction",
        "DROP SOURCE bid",
    ];

    /// <summary>
    /// Reads a whole view and, at the same epoch, the time of the newest bid it holds the effect of: a statement reads one epoch
    /// of all relations, and an epoch is whole in every view.
    /// </summary>
    internal static string Read(string view) => view == Totals
        ? $"SELECT newest, bids FROM {Totals}"
        : $"SELECT newest, (SELECT count(*) FROM {view}) FROM {Totals}";
}
