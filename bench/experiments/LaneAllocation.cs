using Vectorized.Bench.Nexmark;
using Vectorized.Connectors.Generators;
using Vectorized.Engine.Serving;
using Vectorized.Server.Serve;
using Vectorized.Server.Shell;
using Vectorized.Storage.Platform;

namespace Vectorized.Bench.Experiments;

/// <summary>A database fed by paced Nexmark sources with views over them: what its main lane's thread allocates a tick.</summary>
internal static class LaneAllocation
{
    private const int EventsPerSecond = 100_000;

    /// <param name="views">Queries over person, auction and bid.</param>
    /// <param name="warmTicks">Ticks before the measurement.</param>
    /// <param name="ticks">Ticks at least of the measurement.</param>
    /// <param name="attempts">
    /// Measurements at most, of which the least is taken: where others use the machine ticks grow for a while, and lists with them.
    /// </param>
    internal static (long Bytes, long Ticks, long Rows) Measure(
        IEnumerable<string> views, int warmTicks, int ticks, int attempts = 1) =>
        MeasureAsync(views, warmTicks, ticks, attempts).GetAwaiter().GetResult();

    private static async Task<(long Bytes, long Ticks, long Rows)> MeasureAsync(
        IEnumerable<string> views, int warmTicks, int ticks, int attempts)
    {
        await using var database = DatabaseOpener.Open(workers: 1, [], Host.System);
        using var session = database.Connect("root", "dev");
        long gap = 1_000_000_000 / EventsPerSecond;
        foreach (var kind in Enum.GetValues<NexmarkKind>())
        {
            await Run(session, NexmarkSql.CreateSource(
                kind, $"nexmark.min.event.gap.in.ns = '{gap}', nexmark.event.time.gap.in.ns = '{gap}'"));
        }

        int number = 0;
        foreach (string view in views)
        {
            await Run(session, $"CREATE MATERIALIZED VIEW view{number++} AS {view}");
        }

        var statistics = database.Lane.Statistics;
        await WaitForTicks(database, statistics.Ticks + warmTicks);
        var least = (Bytes: long.MaxValue, Ticks: 0L, Rows: 0L);
        for (int attempt = 0; attempt < attempts && least.Bytes > 0; attempt++)
        {
            var (bytes, first, rows) = (statistics.ManagedBytes, statistics.Ticks, statistics.Rows);
            await WaitForTicks(database, first + ticks);
            var measured = (Bytes: statistics.ManagedBytes - bytes, Ticks: statistics.Ticks - first, Rows: statistics.Rows - rows);
            least = measured.Bytes < least.Bytes ? measured : least;
        }

        return least;
    }

    private static async Task WaitForTicks(Database database, long ticks)
    {
        while (database.Lane.Statistics.Ticks < ticks)
        {
            await Host.System.Clock.Delay(TimeSpan.FromMilliseconds(20), CancellationToken.None);
        }
    }

    private static Task Run(ISession session, string sql) => ResultTable.Run(session, sql, CancellationToken.None);
}
