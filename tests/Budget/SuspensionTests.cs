using Vectorized.Engine.Columns;
using Vectorized.Engine.Operators;
using Vectorized.Engine.Types;
using Vectorized.Fuzz.Simulation.Files;
using Xunit.Abstractions;

namespace Vectorized.Tests.Budget;

/// <summary>Views under a memory limit: who is suspended, what becomes of the others, what a restart makes of it.</summary>
[Collection("alone")]
public sealed class SuspensionTests(ITestOutputHelper output)
{
    private const long Limit = 48L << 20;

    private static readonly string[] _definitions =
    [
        "CREATE TABLE t (id bigint PRIMARY KEY, g int, body varchar)",
        "CREATE TABLE copy (id bigint PRIMARY KEY, n bigint)",
        "CREATE MATERIALIZED VIEW small AS SELECT g, count(*) AS n, max(id) AS last FROM t GROUP BY g",
        "CREATE MATERIALIZED VIEW big AS SELECT id, g, body || ' and some more that makes the row longer than it was' AS long FROM t",
        "CREATE INDEX by_g ON big (g)",
        "CREATE MATERIALIZED VIEW over AS SELECT g, count(*) AS n, min(long) AS first FROM big GROUP BY g",
        "CREATE SINK copied INTO copy AS SELECT g, count(*) FROM t GROUP BY g",
    ];

    private const string Small = "SELECT * FROM small ORDER BY g";
    private const string SmallAgain = "SELECT g, count(*) AS n, max(id) AS last FROM t GROUP BY g ORDER BY g";
    private const string Over = "SELECT * FROM over ORDER BY g";
    private const string OverAgain = "SELECT g, count(*), min(body || ' and some more that makes the row longer than it was') FROM t "
        + "GROUP BY g ORDER BY g";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public Task View_GrowsPastTheLimit_IsSuspendedAloneAndResumed(int workers) => Grow(workers, null);

    [Fact]
    public async Task View_ThatKeepsItsMemory_IsNoticed() =>
        await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => Grow(1, new KeepsMemory()));

    [Fact]
    public async Task View_OtherThanTheGreediest_IsNoticed() =>
        await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => Grow(1, new TakesTheSmallest()));

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(1, false)]
    [InlineData(2, false)]
    public Task Database_RestartedWithoutALimit_HasTheSameViewsSuspended(int workers, bool checkpoints) =>
        Restart(workers, null, checkpoints);

    [Fact]
    public async Task Record_ThatForgetsWhoStopped_IsNoticed() =>
        await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => Restart(1, new ForgetsStops(), checkpoints: false));

    [Theory]
    [InlineData(1, true)]
    [InlineData(1, false)]
    [InlineData(2, false)]
    public Task Tick_RunOverByOneView_StopsThatViewOnly(int workers, bool checkpoints) => RunOver(workers, null, checkpoints);

    [Fact]
    public async Task Record_ThatForgetsWhoRanOver_IsNoticed() =>
        await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => RunOver(1, new ForgetsStops(), checkpoints: false));

    [Fact]
    public async Task View_ThatFailedOverARow_IsResumed()
    {
        await using var limited = LimitedDatabase.Open(0, new MeasuredMemory());
        await limited.Execute(
            "CREATE TABLE t (a int PRIMARY KEY)", "INSERT INTO t VALUES (1), (2)",
            "CREATE MATERIALIZED VIEW q WITH (on_error = 'fail') AS SELECT a, 10 / a AS b FROM t",
            "CREATE MATERIALIZED VIEW o AS SELECT sum(b) AS s FROM q",
            "INSERT INTO t VALUES (0)");
        Assert.Contains("division by zero", (await limited.Fails("SELECT * FROM q")).Message);
        Assert.Equal("q|o", string.Join('|', await limited.Rows("SELECT name FROM rw_catalog.rw_suspended")));
        Assert.Equal(SqlState.DivisionByZero, (await limited.Fails("RESUME MATERIALIZED VIEW q")).SqlState);
        Assert.Equal("55000", (await limited.Fails("SELECT * FROM q")).SqlState);
        var early = await limited.Fails("RESUME MATERIALIZED VIEW o");
        Assert.Equal(("55000", "RESUME MATERIALIZED VIEW q resumes both."), (early.SqlState, early.Hint));
        Assert.Equal("55000", (await limited.Fails("CREATE MATERIALIZED VIEW p AS SELECT * FROM q")).SqlState);
        Assert.Equal("55000", (await limited.Fails("CREATE INDEX i ON q (b)")).SqlState);
        await limited.Execute("DELETE FROM t WHERE a = 0", "ALTER MATERIALIZED VIEW q RESUME", "INSERT INTO t VALUES (5)");
        Assert.Equal(["1|10", "2|5", "5|2"], await limited.Rows("SELECT * FROM q ORDER BY a"));
        Assert.Equal("17", await limited.Value("SELECT s FROM o"));
        Assert.Empty(await limited.Rows("SELECT * FROM rw_catalog.rw_suspended"));
        await limited.Execute("RESUME MATERIALIZED VIEW q");
        Assert.Contains("materialized view \"q\" is not suspended", limited.Notices);
    }

    [Fact]
    public async Task View_ThatDoesNotFit_IsRefusedAndLeavesNothing()
    {
        await using var limited = LimitedDatabase.Open(Limit, new MeasuredMemory());
        await limited.Execute("CREATE TABLE t (a int, b varchar)");
        for (int i = 0; i < 4; i++)
        {
            await limited.Execute($"INSERT INTO t SELECT g, 'a body of some length ' || g FROM generate_series({i}0000, {i}9999) g");
        }

        await limited.Execute("CREATE MATERIALIZED VIEW n AS SELECT count(*) AS n FROM t");
        long before = BlockPool.LiveBytes;
        var refused = await limited.Fails("CREATE MATERIALIZED VIEW big AS SELECT x.a, y.b FROM t x JOIN t y ON x.a % 1000 = y.a % 1000");
        Assert.Equal(SqlState.OutOfMemory, refused.SqlState);
        Assert.Contains("\"big\" does not fit", refused.Message);
        await limited.Execute("INSERT INTO t VALUES (1, 'one more')");
        Assert.Equal("40001", await limited.Value("SELECT n FROM n"));
        Assert.Empty(await limited.Rows("SELECT * FROM rw_catalog.rw_suspended"));
        Assert.InRange(BlockPool.LiveBytes, 0, before + (8 << 20));
    }

    private async Task Grow(int workers, DataflowHook? hook)
    {
        var memory = new MeasuredMemory();
        await using var limited = LimitedDatabase.Open(Limit, memory, workers: workers, hook: hook);
        await limited.Execute(_definitions);
        long held = 0;
        int rows = 0;
        while (await limited.Value("SELECT count(*) FROM rw_catalog.rw_suspended") == "0")
        {
            held = memory.ResidentBytes;
            await Insert(limited, rows);
            rows += 2000;
            Assert.True(rows < 1_000_000, "nothing was suspended");
        }

        // What is published a tick later has its memory back; and it does not take these rows.
        await Insert(limited, rows);
        await Insert(limited, rows + 2000);
        output.WriteLine($"{rows} rows; resident {held >> 10} KiB before, {memory.ResidentBytes >> 10} KiB after");
        foreach (string row in await limited.Rows("SELECT relation_name, operator, rows, bytes FROM rw_catalog.rw_operator_memory"))
        {
            output.WriteLine(row);
        }

        Assert.Equal(["big", "over"], await limited.Rows("SELECT name FROM rw_catalog.rw_suspended ORDER BY id"));
        Assert.InRange(memory.ResidentBytes, 0, held * 3 / 4);
        Assert.Equal(await limited.Rows(SmallAgain), await limited.Rows(Small));
        Assert.Equal(await limited.Rows("SELECT g, n FROM small ORDER BY g"), await limited.Rows("SELECT * FROM copy ORDER BY id"));
        foreach (string query in (string[])["SELECT * FROM big WHERE id = 5", "SELECT * FROM big WHERE g = 5", "SELECT count(*) FROM over"])
        {
            var refused = await limited.Fails(query);
            Assert.Equal(SqlState.ObjectNotInPrerequisiteState, refused.SqlState);
            Assert.Contains("\"big\" was stopped: it held", refused.Message);
            Assert.Contains("RESUME MATERIALIZED VIEW", refused.Hint);
        }

        Assert.Equal(SqlState.OutOfMemory, (await limited.Fails("RESUME MATERIALIZED VIEW big")).SqlState);
        Assert.Equal(["big", "over"], await limited.Rows("SELECT name FROM rw_catalog.rw_suspended ORDER BY id"));
        await limited.Execute("ALTER SYSTEM SET memory = '1GiB'", "RESUME MATERIALIZED VIEW big");
        await Insert(limited, rows + 4000);
        Assert.Equal(await limited.Rows(OverAgain), await limited.Rows(Over));
        Assert.Equal(await limited.Rows("SELECT count(*) FROM t WHERE g = 3"), await limited.Rows("SELECT count(*) FROM big WHERE g = 3"));
        Assert.Equal(await limited.Rows(SmallAgain), await limited.Rows(Small));
    }

    private static async Task Restart(int workers, DataflowHook? hook, bool checkpoints)
    {
        var files = new SimulatedFiles();
        List<string> small, suspended;
        string reason;
        await using (var limited = LimitedDatabase.Open(Limit, new MeasuredMemory(), files, workers, hook, checkpoints))
        {
            await limited.Execute(_definitions);
            int rows = 0;
            for (; await limited.Value("SELECT count(*) FROM rw_catalog.rw_suspended") == "0"; rows += 2000)
            {
                await Insert(limited, rows);
            }

            await Insert(limited, rows);
            suspended = await limited.Rows("SELECT * FROM rw_catalog.rw_suspended ORDER BY id");
            reason = (await limited.Fails("SELECT * FROM big")).Message;
            small = await limited.Rows(Small);
        }

        for (int i = 0; i < 2; i++)
        {
            files = files.Crash(i);
            await using var again = LimitedDatabase.Open(0, new MeasuredMemory(), files, workers, null, checkpoints);
            Assert.Equal(suspended, await again.Rows("SELECT * FROM rw_catalog.rw_suspended ORDER BY id"));
            Assert.Equal(reason, (await again.Fails("SELECT * FROM big")).Message);
            Assert.Equal(small, await again.Rows(Small));
            if (i == 1)
            {
                await again.Execute("ALTER MATERIALIZED VIEW big RENAME TO bigger", "RESUME MATERIALIZED VIEW bigger");
                Assert.Equal(await again.Rows(OverAgain), await again.Rows(Over));
            }
        }

        await using var last = LimitedDatabase.Open(0, new MeasuredMemory(), files.Crash(7), workers, null, checkpoints);
        Assert.Empty(await last.Rows("SELECT * FROM rw_catalog.rw_suspended"));
        Assert.Equal(await last.Rows(OverAgain), await last.Rows(Over));
        Assert.Equal(small, await last.Rows(Small));
    }

    /// <summary>
    /// A statement that makes one view's join explode within its tick: the statement is acknowledged, what hangs on the view takes nothing of that
    /// tick, and it is the same after a restart on a machine where the join would have fitted.
    /// </summary>
    private static async Task RunOver(int workers, DataflowHook? hook, bool checkpoints)
    {
        var files = new SimulatedFiles();
        List<string> copy, small;
        await using (var limited = LimitedDatabase.Open(Limit, new MeasuredMemory(), files, workers, hook, checkpoints))
        {
            await limited.Execute(
                "CREATE TABLE l (id bigint PRIMARY KEY, k int)", "CREATE TABLE r (id bigint PRIMARY KEY, k int)",
                "CREATE TABLE copy (k int PRIMARY KEY, n bigint)",
                "CREATE MATERIALIZED VIEW small AS SELECT k, count(*) AS n FROM l GROUP BY k",
                "CREATE MATERIALIZED VIEW pairs AS SELECT l.id, r.id AS other, l.k FROM l JOIN r ON l.k = r.k",
                "CREATE SINK counted INTO copy AS SELECT k, count(*) FROM pairs GROUP BY k",
                "INSERT INTO l SELECT g, g % 50 FROM generate_series(1, 1000) g",
                "INSERT INTO r SELECT g, g % 50 FROM generate_series(1, 1000) g");
            Assert.Equal("20000", await limited.Value("SELECT count(*) FROM pairs"));
            await limited.Execute("INSERT INTO r SELECT g, 7 FROM generate_series(2000, 3999) g");
            await limited.Execute("INSERT INTO l SELECT g, 7 FROM generate_series(2000, 3999) g");
            var refused = await limited.Fails("SELECT count(*) FROM pairs");
            Assert.Equal(SqlState.ObjectNotInPrerequisiteState, refused.SqlState);
            Assert.Contains("within one tick", refused.Message);
            Assert.Equal("3000", await limited.Value("SELECT count(*) FROM l"));
            copy = await limited.Rows("SELECT * FROM copy ORDER BY k");
            small = await limited.Rows(Small.Replace("BY g", "BY k"));
            Assert.Equal(await limited.Rows("SELECT k, count(*) FROM l GROUP BY k ORDER BY k"), small);
        }

        await using var again = LimitedDatabase.Open(0, new MeasuredMemory(), files.Crash(3), workers, null, checkpoints);
        Assert.Equal(copy, await again.Rows("SELECT * FROM copy ORDER BY k"));
        Assert.Equal(small, await again.Rows(Small.Replace("BY g", "BY k")));
        Assert.Equal(["pairs", "counted"], await again.Rows("SELECT name FROM rw_catalog.rw_suspended ORDER BY id"));
        await again.Execute("RESUME MATERIALIZED VIEW pairs");
        Assert.Equal(
            await again.Rows("SELECT count(*) FROM l JOIN r ON l.k = r.k"), await again.Rows("SELECT count(*) FROM pairs"));
    }

    private static Task Insert(LimitedDatabase limited, int from) => limited.Execute(
        $"INSERT INTO t SELECT g, g % 10, 'body of row number ' || g FROM generate_series({from}, {from + 1999}) g");

    private sealed class KeepsMemory : DataflowHook
    {
        public override bool GivesBack => false;
    }

    private sealed class TakesTheSmallest : DataflowHook
    {
        public override long Measured(long bytes) => (64L << 20) - bytes;
    }

    private sealed class ForgetsStops : DataflowHook
    {
        public override bool RecordsStops => false;
    }
}
