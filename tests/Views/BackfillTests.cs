using Vectorized.Engine.Types;
using Vectorized.Tests.Sql;
using Xunit.Abstractions;

namespace Vectorized.Tests.Views;

/// <summary>
/// Views built in steps of a few rows while the tables they read change: what they show at the epoch they appear in, and at each
/// after it, is their query computed anew.
/// </summary>
public sealed class BackfillTests(ITestOutputHelper output)
{
    private const int ChangesAfter = 12;

    private static readonly (string Name, string Query) _joined = ("c", "SELECT a.id, b.id AS other FROM a JOIN b ON a.k = b.k");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Views_BuiltWhileTablesChange_AreTheirQueries(int workers)
    {
        int seed = Seeds.Next(output);
        await using var bed = await BackfillBed.Open(workers, seed);
        foreach (var view in BuiltViews.All)
        {
            Assert.Null(await bed.Build(view, ChangesAfter));
        }

        // Nothing that was tested would have been if the views had been built at once.
        output.WriteLine($"{bed.Database.Lane.TicksBesideBuilds} ticks beside builds, {bed.ChangesBeside} changes");
        Assert.True(bed.ChangesBeside > 5 * BuiltViews.All.Length, $"{bed.ChangesBeside} changes beside builds");
    }

    [Theory]
    [InlineData(BuildGate.ElsewhereAsNow)]
    [InlineData(BuildGate.ChangeTwice)]
    [InlineData(BuildGate.ChangeLost)]
    public async Task Mutant_InHowChangesFollow_IsNoticed(string bug)
    {
        int seed = Seeds.Next(output);
        for (int i = 0; i < 20; i++)
        {
            await using var bed = await BackfillBed.Open(1, seed + i, bug);
            foreach (var view in BuiltViews.All)
            {
                if (await bed.Build(view, changesAfter: 1) is not null)
                {
                    return;
                }
            }
        }

        Assert.Fail($"\"{bug}\" went unnoticed");
    }

    [Theory]
    [InlineData("null", "SELECT id, 100 / v AS q, s FROM a")]
    [InlineData("quarantine", "SELECT id, 100 / v AS q, s FROM a WHERE v <> 0")]
    public async Task View_WithFailingRows_KeepsThoseThatThereAre(string mode, string query)
    {
        await using var bed = await BackfillBed.Open(1, Seeds.Next(output));
        await bed.Run("INSERT INTO a SELECT 5000 + i, i, 0, 'x' FROM generate_series(1, 20) AS t(i)");
        var creating = await bed.Begin($"CREATE MATERIALIZED VIEW c WITH (on_error = '{mode}') AS SELECT id, 100 / v AS q, s FROM a");
        await bed.Step(creating, 4);
        await bed.Run("DELETE FROM a WHERE id % 3 = 0 AND v = 0");
        await bed.Step(creating, 3);
        await bed.Run("UPDATE a SET v = 0 WHERE id % 7 = 1");
        await bed.Step(creating, int.MaxValue);
        bed.Gate.Open();
        await creating;
        for (int i = 0; i < ChangesAfter; i++)
        {
            string expected = query.Replace("100 / v", "CASE WHEN v <> 0 THEN 100 / v END", StringComparison.Ordinal);
            Assert.Null(await bed.Differs(("c", expected), "failing rows"));
            Assert.Equal(await bed.Text("SELECT count(*) FROM a WHERE v = 0"), await bed.Text("SELECT count(*) FROM \"c$errors\""));
            await bed.Run(bed.Change());
        }
    }

    /// <summary>A group has counts while it is filled that it never had.</summary>
    [Theory]
    [InlineData("SELECT g, 100 / (count(*) - 30) AS q FROM t GROUP BY g")]
    [InlineData(
        "SELECT g, i FROM (SELECT g, 1000000000000 / count(*) AS n FROM t GROUP BY g) s, generate_series(1, n - 16666666666) AS x(i)")]
    public async Task View_ThatWouldFailOverPartOfTheRows_IsBuilt(string query)
    {
        await using var bed = await BackfillBed.Open(1, Seeds.Next(output));
        await bed.Run("CREATE TABLE t (id bigint PRIMARY KEY, g bigint)");
        await bed.Run("INSERT INTO t SELECT i, i % 7 FROM generate_series(1, 420) AS s(i)");
        await bed.Run($"CREATE MATERIALIZED VIEW c AS {query}");
        Assert.Null(await bed.Differs(("c", query), "being built"));
    }

    /// <summary>In steps these would compute anew for every part what all rows before it come to.</summary>
    [Theory]
    [InlineData("SELECT id, sum(v) OVER (PARTITION BY k) AS s FROM a")]
    [InlineData("SELECT id, row_number() OVER (PARTITION BY k ORDER BY v, id) AS r FROM a")]
    [InlineData("SELECT a.id, t.n FROM a CROSS JOIN (SELECT count(*) AS n FROM a) t")]
    public async Task View_ThatPartsWouldMakeSlow_IsBuiltAtOnce(string query)
    {
        await using var bed = await BackfillBed.Open(1, Seeds.Next(output));
        long before = bed.Database.Lane.TicksBesideBuilds;
        await bed.Run($"CREATE MATERIALIZED VIEW c AS {query}");
        Assert.Equal(before, bed.Database.Lane.TicksBesideBuilds);
        Assert.Null(await bed.Differs(("c", query), "being built"));
    }

    [Fact]
    public async Task Statement_Cancelled_LeavesNothing()
    {
        await using var bed = await BackfillBed.Open(1, Seeds.Next(output));
        using var cancellation = new CancellationTokenSource();
        var creating = await bed.Begin($"CREATE MATERIALIZED VIEW c AS {_joined.Query}", cancellation.Token);
        await bed.Step(creating, 4);
        await cancellation.CancelAsync();
        bed.Gate.Open();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => creating);
        Assert.Null(await bed.Build(_joined, ChangesAfter));
    }

    [Fact]
    public async Task Definitions_DuringABuild_WaitAndComeAfterIt()
    {
        await using var bed = await BackfillBed.Open(1, Seeds.Next(output));
        var creating = await bed.Begin("CREATE MATERIALIZED VIEW c AS SELECT k, sum(v) AS s FROM a GROUP BY k");
        var dropping = bed.Run("DROP TABLE a");
        bed.Gate.Open();
        var refused = await Assert.ThrowsAsync<SqlException>(() => dropping);
        Assert.Equal(SqlState.DependentObjectsStillExist, refused.SqlState);
        await creating;
    }

    [Fact]
    public async Task Definition_CancelledWhileItWaits_NeverBegins()
    {
        await using var bed = await BackfillBed.Open(1, Seeds.Next(output));
        var creating = await bed.Begin("CREATE MATERIALIZED VIEW c AS SELECT k, sum(v) AS s FROM a GROUP BY k");
        using var cancellation = new CancellationTokenSource();
        using var session = bed.Database.Connect("root", "dev");
        var waiting = Vectorized.Server.Shell.ResultTable.Run(session, "CREATE TABLE late (x int)", cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.False(creating.IsCompleted);
        bed.Gate.Open();
        await creating;
        await bed.Run("CREATE TABLE late (y int)");
    }

    [Fact]
    public async Task View_WhoseInputStopsMeanwhile_IsRefused()
    {
        await using var bed = await BackfillBed.Open(1, Seeds.Next(output));
        await bed.Run("CREATE MATERIALIZED VIEW fragile WITH (on_error = 'fail') AS SELECT id, k, 10 / (v + 1000) AS q FROM a");
        var creating = await bed.Begin("CREATE MATERIALIZED VIEW c AS SELECT k, sum(q) AS s FROM fragile GROUP BY k");
        await bed.Run("INSERT INTO a VALUES (1000000, 1, -1000, 'x')");
        bed.Gate.Open();
        var refused = await Assert.ThrowsAsync<SqlException>(() => creating);
        Assert.Equal(SqlState.ObjectNotInPrerequisiteState, refused.SqlState);
        await bed.Run("DELETE FROM a WHERE id = 1000000");
        Assert.Null(await bed.Build(("c", "SELECT k, sum(v) AS s FROM a GROUP BY k"), ChangesAfter));
    }

    [Fact]
    public async Task AnotherView_ThatStopsMeanwhile_StaysStopped()
    {
        await using var bed = await BackfillBed.Open(1, Seeds.Next(output));
        await bed.Run("CREATE MATERIALIZED VIEW fragile WITH (on_error = 'fail') AS SELECT id, k, 10 / (v + 1000) AS q FROM a");
        var creating = await bed.Begin($"CREATE MATERIALIZED VIEW c AS {_joined.Query}");
        await bed.Run("INSERT INTO a VALUES (1000000, 1, -1000, 'x')");
        await bed.Step(creating, int.MaxValue);
        bed.Gate.Open();
        await creating;
        Assert.Null(await bed.Differs(_joined, "being built"));
        var stopped = await Assert.ThrowsAsync<SqlException>(() => bed.Run("SELECT * FROM fragile"));
        Assert.Equal(SqlState.ObjectNotInPrerequisiteState, stopped.SqlState);
    }

    [Fact]
    public async Task StoppedView_ResumedWhileTablesChange_IsItsQuery()
    {
        await using var bed = await BackfillBed.Open(2, Seeds.Next(output));
        (string Name, string Query) view = ("fragile", "SELECT id, k, 10 / (v + 1000) AS q FROM a");
        await bed.Run($"CREATE MATERIALIZED VIEW {view.Name} WITH (on_error = 'fail') AS {view.Query}");
        await bed.Run("CREATE INDEX by_k ON fragile (k)");
        await bed.Run("INSERT INTO a VALUES (1000000, 1, -1000, 'x')");
        await bed.Run("DELETE FROM a WHERE id = 1000000");
        var resuming = await bed.Begin("RESUME MATERIALIZED VIEW fragile");
        await bed.Step(resuming, int.MaxValue);
        bed.Gate.Open();
        await resuming;
        for (int i = 0; i < ChangesAfter; i++)
        {
            Assert.Null(await bed.Differs(view, "being resumed"));
            await bed.Run(bed.Change());
        }
    }

    /// <summary>Only what was there from the start knows what the source has given.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task View_OverASourceThatGoesOn_IsAsOneThatWasThereFromTheStart(int workers)
    {
        await using var bed = await BackfillBed.Open(workers, Seeds.Next(output));
        await bed.Run("CREATE SOURCE gen (id bigint, k bigint) WITH (connector = 'datagen', fields.id.kind = 'sequence', "
            + "fields.id.start = '0', fields.id.end = '100000', fields.k.min = '0', fields.k.max = '40', "
            + "datagen.rows.per.second = '20000', datagen.split.num = '2') FORMAT PLAIN ENCODE JSON");
        await bed.Run("CREATE MATERIALIZED VIEW kept AS SELECT id, k FROM gen");
        (string Name, string Query) joined = ("late", "SELECT g.id, a.id AS other, a.v FROM kept g JOIN a ON a.id = g.k");
        string fromSource = joined.Query.Replace("kept", "gen", StringComparison.Ordinal);
        for (int i = 0; i < 3; i++)
        {
            long before = bed.Database.Lane.TicksBesideBuilds;
            var creating = await bed.Begin($"CREATE MATERIALIZED VIEW late AS {fromSource}");
            await bed.Step(creating, 10);
            bed.Gate.Open();
            await creating;
            Assert.True(bed.Database.Lane.TicksBesideBuilds > before);
            for (int change = 0; change < 4; change++)
            {
                Assert.Null(await bed.Differs(joined, "being built"));
                await bed.Run(bed.Change());
            }

            await bed.Run("DROP MATERIALIZED VIEW late");
        }
    }

    [Fact]
    public async Task Sink_IntoATable_IsFilledAtOnce()
    {
        // What came and went meanwhile would stay in its table.
        await using var bed = await BackfillBed.Open(1, Seeds.Next(output));
        await bed.Run("CREATE TABLE target (id bigint PRIMARY KEY, v bigint)");
        long before = bed.Database.Lane.TicksBesideBuilds;
        await bed.Run("CREATE SINK into_target INTO target AS SELECT id, v FROM a");
        Assert.Equal(before, bed.Database.Lane.TicksBesideBuilds);
        Assert.Null(await bed.Differs(("target", "SELECT id, v FROM a"), "filled"));
    }
}
