using Vectorized.Connectors;
using Vectorized.Engine.Dataflow.Checkpoints;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Serving;
using Vectorized.Engine.State.Checkpoints;
using Vectorized.Engine.Types;
using Vectorized.Fuzz.Simulation.Files;
using Vectorized.Server.Shell;
using Vectorized.Storage.Checkpoints;
using Vectorized.Storage.Platform;

namespace Vectorized.Tests.Recovery;

/// <summary>Runs that are merged beside checkpoints, and put in their places by a later one.</summary>
public sealed class SideMergeTests
{
    private static readonly RunRef[] _runs = [.. Enumerable.Range(0, 6).Select(i => new RunRef(i, 0, 100, 10, 0))];
    private static readonly RunRef _merged = new(77, 0, 300, 10, 0);

    [Fact]
    public void PutInPlace_NewerRunsHaveCome_StayBehindIt() =>
        Assert.Equal([_merged, _runs[3], _runs[4]], SideMerge.PutInPlace(_runs[..5], Task(0, 3), _merged)!);

    [Fact]
    public void PutInPlace_OlderRuns_StayBeforeIt() =>
        Assert.Equal([_runs[0], _merged, _runs[4]], SideMerge.PutInPlace(_runs[..5], Task(1, 3), _merged)!);

    [Fact]
    public void PutInPlace_SourcesAreGoneOrApart_IsRefused()
    {
        Assert.Null(SideMerge.PutInPlace([_runs[5]], Task(0, 3), _merged));
        Assert.Null(SideMerge.PutInPlace(_runs[..2], Task(0, 3), _merged));
        Assert.Null(SideMerge.PutInPlace([_runs[0], _runs[1], _runs[4], _runs[2]], Task(0, 3), _merged));
        Assert.Null(SideMerge.PutInPlace([], Task(0, 3), _merged));
        // What names no numbers that are gone must have nothing older.
        Assert.Null(SideMerge.PutInPlace([_runs[5], _runs[0], _runs[1], _runs[2]], Task(0, 3), _merged));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Merging_BesideCheckpoints_LeavesFewRunsAndTheSameRows(int workers)
    {
        var files = new SimulatedFiles();
        List<string> before;
        await using (var database = Open(files, workers))
        {
            using var session = database.Connect("root", "dev");
            await Run(session, "CREATE TABLE t (id bigint PRIMARY KEY, grp int, note varchar)");
            await Run(session, "CREATE MATERIALIZED VIEW v AS SELECT grp, count(*) AS n, max(note) AS m FROM t GROUP BY grp");
            for (int i = 0; i < 60; i++)
            {
                // Keys come, change and go: a run voids parts of many before it.
                await Run(session, $"INSERT INTO t SELECT g, g % 7, 'note ' || g FROM generate_series({i * 50}, {(i * 50) + 80}) AS g(g) "
                    + "ON CONFLICT (id) DO UPDATE SET note = 'again ' || excluded.note");
                await Run(session, $"DELETE FROM t WHERE id % 11 = {i % 11} AND id < {i * 40}");
                await FaultBed.Settled(database);
            }

            // A merge may be under way for long on a busy machine; the checkpoint after it puts it in its place, later ones find what is left.
            for (int i = 0; i < 500 && Longest(database) >= 20; i++)
            {
                await Run(session, "UPDATE t SET note = note || '.' WHERE id % 100 = 3");
                await FaultBed.Settled(database);
            }

            Assert.InRange(Longest(database), 1, 19);
            before = await Rows(session);
        }

        await using var back = Open(files, workers);
        using var reader = back.Connect("root", "dev");
        Assert.Equal(before, await Rows(reader));
        Assert.InRange(Longest(back), 1, 20);
    }

    private static MergeTask Task(int start, int count) =>
        new("t", new FrameShape([SqlType.Int64], EntryBytes: 0), _runs[start..(start + count)], start == 0);

    /// <summary>How many runs the structure with the most has.</summary>
    private static int Longest(Database database) =>
        database.Lane.Checkpointer!.Store.State.Structures.Values.Max(s => s.Runs.Count);

    private static async Task<List<string>> Rows(ISession session) =>
    [
        .. (await Run(session, "SELECT * FROM t ORDER BY id")).Rows.Select(r => string.Join('|', r)),
        .. (await Run(session, "SELECT * FROM v ORDER BY grp")).Rows.Select(r => string.Join('|', r)),
    ];

    private static Task<ResultTable> Run(ISession session, string sql) => ResultTable.Run(session, sql, CancellationToken.None);

    private static Database Open(SimulatedFiles files, int workers) => Database.Open(
        new DatabaseOptions
        {
            Workers = workers,
            HashSeed = 42,
            DataDirectory = "data",
            CheckpointAgeNanosMax = 0,
            CheckpointMergeBytesMax = 0,
        },
        Host.System with { Files = files },
        new SourceConnectors().AddBuiltin());
}
