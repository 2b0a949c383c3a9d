using Vectorized.Bench.Nexmark;
using Vectorized.Connectors.Generators;

namespace Vectorized.Bench.Freshness;

/// <summary>A table of many rows and the views built over it, beside a stream with a small view that has nothing to do with them.</summary>
internal static class BackfillScript
{
    internal const int Groups = 100_000;
    private const int RowsPerInsert = 1_000_000;

    /// <summary>The views that are built, by name.</summary>
    internal static readonly (string Name, string Query)[] Builds =
    [
        ("grouped", "SELECT k, count(*) AS n, sum(v) AS s, max(v) AS m FROM big GROUP BY k"),
        ("joined", "SELECT b.id, b.v, g.name FROM big b JOIN groups g ON g.id = b.k"),
    ];

    internal static IEnumerable<string> Fill(long rows)
    {
        yield return "CREATE TABLE big (id bigint PRIMARY KEY, k bigint, v bigint)";
        yield return "CREATE TABLE groups (id bigint PRIMARY KEY, name varchar)";
        yield return $"INSERT INTO groups SELECT i, 'group ' || i FROM generate_series(0, {Groups - 1}) AS t(i)";
        for (long start = 0; start < rows; start += RowsPerInsert)
        {
            // A multiplier prime to the number of groups: neighbours in the table are none in the aggregate.
            yield return $"INSERT INTO big SELECT i, (i::bigint * 48271) % {Groups}, i % 1000 "
                + $"FROM generate_series({start}, {Math.Min(rows, start + RowsPerInsert) - 1}) AS t(i)";
        }
    }

    internal static string Create((string Name, string Query) build) => $"CREATE MATERIALIZED VIEW {build.Name} AS {build.Query}";

    internal static string Drop((string Name, string Query) build) => $"DROP MATERIALIZED VIEW {build.Name}";

    /// <summary>How many rows of the view and of its query, computed anew at the same epoch, are not in the other.</summary>
    internal static IEnumerable<string> Differences((string Name, string Query) build)
    {
        yield return $"SELECT count(*) FROM (SELECT * FROM {build.Name} EXCEPT ALL ({build.Query})) AS d";
        yield return $"SELECT count(*) FROM (({build.Query}) EXCEPT ALL SELECT * FROM {build.Name}) AS d";
    }

    /// <summary>Event n is due at the start plus n gaps and stamped so.</summary>
    internal static IEnumerable<string> CreateStream(long startMs, long gapNanos)
    {
        yield return NexmarkSql.CreateSource(
            NexmarkKind.Bid,
            $"nexmark.base.time = '{startMs}', nexmark.start.time = '{startMs}', nexmark.min.event.gap.in.ns = '{gapNanos}', "
            + $"nexmark.event.time.gap.in.ns = '{gapNanos}'");
        yield return $"CREATE MATERIALIZED VIEW {FreshnessScript.Totals} AS "
            + "SELECT count(*) AS bids, sum(price) AS paid, max(date_time) AS newest FROM bid";
    }
}
