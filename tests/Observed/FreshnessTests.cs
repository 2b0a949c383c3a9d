using Vectorized.Server.Shell;
using Vectorized.Tests.Budget;

namespace Vectorized.Tests.Observed;

/// <summary>rw_view_freshness names the cause in situations made so, and rw_source_progress what was read.</summary>
[Collection("alone")]
public sealed class FreshnessTests
{
    private const string Cause = "SELECT cause FROM rw_catalog.rw_view_freshness WHERE name = 'v'";

    private const string View = "CREATE MATERIALIZED VIEW v AS SELECT a, count(*) AS n FROM s GROUP BY a";

    [Fact]
    public async Task View_OverATable_IsFreshAndCountsItsRows()
    {
        await using var observed = new ObservedDatabase();
        await observed.Execute("CREATE TABLE t (a int)", "CREATE MATERIALIZED VIEW v AS SELECT a, count(*) AS n FROM t GROUP BY a");
        Assert.Equal("none|0", await observed.Until("SELECT cause, rows FROM rw_catalog.rw_view_freshness", "none|0"));
        await observed.Execute("INSERT INTO t VALUES (1), (2), (2)");
        const string Facts = "SELECT cause, age_ms, rows, bytes > 0, errors FROM rw_catalog.rw_view_freshness";
        Assert.Equal("none|0|2|t|0", await observed.Until(Facts, "none|0|2|t|0"));
    }

    [Fact]
    public async Task View_OverASource_SaysWhetherItIsIdleBehindOrFailed()
    {
        await using var observed = new ObservedDatabase();
        await observed.Execute(ObservedDatabase.CreateSource, View);
        Assert.Equal("source idle", await observed.Until(Cause, "source idle"));
        observed.Source.Give(7);
        observed.Source.Give(7);
        const string Progress = "SELECT rows_read, rejected, lag, state FROM rw_catalog.rw_source_progress WHERE name = 's'";
        Assert.Equal("2|0|0|reading", await observed.Until(Progress, "2|0|0|reading"));
        observed.Source.Lag = 41;
        Assert.Equal("source behind", await observed.Until(Cause, "source behind"));
        Assert.Equal(
            ["s: 41 behind|t"],
            await observed.Rows("SELECT detail, age_ms >= 100 FROM rw_catalog.rw_view_freshness WHERE name = 'v'"));
        observed.Source.Lag = 0;
        Assert.Equal("source idle", await observed.Until(Cause, "source idle"));
        observed.Source.Problem = "the wire is cut";
        Assert.Equal("source failed", await observed.Until(Cause, "source failed"));
        Assert.Equal(["s: the wire is cut"], await observed.Rows("SELECT detail FROM rw_catalog.rw_view_freshness WHERE name = 'v'"));
    }

    [Fact]
    public async Task View_BesideADefinitionThatRuns_WaitsForBuilding()
    {
        await using var observed = new ObservedDatabase();
        await observed.Execute("CREATE TABLE t (a int)", "CREATE MATERIALIZED VIEW v AS SELECT a FROM t", ObservedDatabase.CreateSource);
        observed.Source.MayOpen.Reset();
        using var other = observed.Database.Connect("root", "dev");
        var building = Task.Run(() => ResultTable.Run(other, "CREATE MATERIALIZED VIEW w AS SELECT a FROM s", CancellationToken.None));
        try
        {
            Assert.Equal("building", await observed.Until(Cause, "building"));
        }
        finally
        {
            observed.Source.MayOpen.Set();
            await building;
        }

        Assert.Equal("none", await observed.Until(Cause, "none"));
    }

    [Fact]
    public async Task View_ThatFailed_IsSuspendedSinceItsLastGoodEpoch()
    {
        await using var observed = new ObservedDatabase();
        await observed.Execute(
            "CREATE TABLE t (a int)", "CREATE MATERIALIZED VIEW v WITH (on_error = 'fail') AS SELECT 10 / a AS b FROM t",
            "INSERT INTO t VALUES (5)");
        long good = observed.Database.PublishedEpoch;
        await observed.Execute("INSERT INTO t VALUES (0)", "INSERT INTO t VALUES (1)");
        Assert.Equal(
            [$"suspended|{good}|t|t"],
            await observed.Rows(
                "SELECT cause, epoch, age_ms >= 0, detail LIKE '%division by zero%' FROM rw_catalog.rw_view_freshness"));
    }

    [Fact]
    public async Task View_WhenMemoryIsShort_IsThrottled()
    {
        const long Limit = 64L << 20;
        var memory = new MeasuredMemory();
        await using var observed = new ObservedDatabase(memory, Limit);
        await observed.Execute(ObservedDatabase.CreateSource, View);
        observed.Source.Lag = 3;
        memory.OtherBytes = Limit;
        observed.Source.Give(1);
        Assert.Equal("throttled for memory", await observed.Until(Cause, "throttled for memory"));
        memory.OtherBytes = 0;
        observed.Source.Lag = 0;
        observed.Source.Give(2);
        Assert.Equal("source idle", await observed.Until(Cause, "source idle"));
    }
}
