using Vectorized.Connectors;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Serving;
using Vectorized.Server.Shell;
using Vectorized.Storage.Platform;
using Vectorized.Tests.Connectors;
using Vectorized.Tests.Slt;
using Vectorized.Tests.Storage;

namespace Vectorized.Tests.Recovery;

/// <summary>
/// What came and went by the clock, what was late and what was emitted once is the same after the records have been executed
/// again: now() and proctime() are the records'.
/// </summary>
public sealed class TimeRecoveryTests
{
    private static readonly string[] _definitions =
    [
        "CREATE TABLE t (id int PRIMARY KEY, ts timestamp)",
        "CREATE TABLE e (ts timestamp, n int, at timestamptz AS proctime(), WATERMARK FOR ts AS ts - interval '1 minute') APPEND ONLY",
        "CREATE MATERIALIZED VIEW recent AS SELECT id FROM t WHERE ts > now() - interval '10 minutes'",
        "CREATE MATERIALIZED VIEW come AS SELECT id FROM t WHERE ts <= now()",
        "CREATE MATERIALIZED VIEW closed AS SELECT window_start, count(*) AS c FROM tumble(e, ts, interval '2 minutes') "
            + "GROUP BY window_start EMIT ON WINDOW CLOSE",
        "CREATE MATERIALIZED VIEW arrivals AS SELECT window_start, count(*) AS c FROM tumble(e, at, interval '1 minute') "
            + "GROUP BY window_start",
    ];

    private static readonly string[] _queries =
    [
        "SELECT * FROM recent ORDER BY id", "SELECT * FROM come ORDER BY id", "SELECT * FROM closed ORDER BY window_start",
        "SELECT * FROM arrivals ORDER BY window_start", "SELECT ts, n, at FROM e ORDER BY n",
        "SELECT relation_name, watermark, accepted, late FROM late_rows",
    ];

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    public async Task Database_OpenedAgain_HasTheSameTimes(int before, int after)
    {
        var files = new SimulatedFiles();
        var clock = new ManualClock();
        var random = new Random(7);
        IReadOnlyList<string> wanted;
        await using (var database = Open(files, clock, before))
        {
            using var session = database.Connect("root", "dev");
            var time = new ManualTime(database, clock);
            foreach (string definition in _definitions)
            {
                await ResultTable.Run(session, definition, CancellationToken.None);
            }

            for (int i = 0; i < 60; i++)
            {
                await time.MoveTo(clock.WallMicros + random.NextInt64(60_000_000));
                string ts = $"now()::timestamp + interval '{random.Next(-300, 300)} seconds'";
                string statement = random.Next(4) switch
                {
                    0 => $"INSERT INTO t VALUES ({random.Next(20)}, {ts})",
                    1 => $"DELETE FROM t WHERE id = {random.Next(20)}",
                    _ => $"INSERT INTO e (ts, n) VALUES ({ts}, {i})",
                };
                await ResultTable.Run(session, statement, CancellationToken.None);
            }

            wanted = await State(session);
        }

        Assert.DoesNotContain("0", wanted[^1].Split('|')[^1]);
        await using var again = Open(files, clock, after);
        using var reader = again.Connect("root", "dev");
        Assert.Equal(wanted, await State(reader));
    }

    private static async Task<IReadOnlyList<string>> State(ISession session)
    {
        var lines = new List<string>();
        foreach (string query in _queries)
        {
            var result = await ResultTable.Run(session, query, CancellationToken.None);
            Assert.NotEmpty(result.Rows);
            lines.AddRange(result.Rows.Select(r => string.Join('|', r.Select(v => v ?? "NULL"))));
        }

        return lines;
    }

    private static Database Open(SimulatedFiles files, ManualClock clock, int workers) => Database.Open(
        new DatabaseOptions { Workers = workers, HashSeed = 42, DataDirectory = "data" },
        Host.System with { Files = files, Clock = clock },
        new SourceConnectors().AddBuiltin());
}
