using System.Text;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Serving;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Budget;

/// <summary>Statements over their share, and writes that no longer fit, are refused before harm.</summary>
[Collection("alone")]
public sealed class StatementMemoryTests
{
    [Theory]
    [InlineData("SELECT count(*) FROM (SELECT b, count(*) FROM t GROUP BY b) q", "query")]
    [InlineData("SELECT b FROM t ORDER BY b DESC", "query")]
    [InlineData("SELECT x.a FROM t x JOIN t y ON x.b = y.b", "query")]
    [InlineData("SELECT array_agg(b) FROM t", "query")]
    [InlineData("SELECT a, rank() OVER (ORDER BY b) FROM t", "query")]
    [InlineData("INSERT INTO t SELECT a + 100000, b FROM t", "INSERT")]
    [InlineData("UPDATE t SET b = b || '!'", "UPDATE")]
    public async Task Statement_OverItsShare_IsRefusedByName(string statement, string what)
    {
        await using var limited = LimitedDatabase.Open(1L << 30, new MeasuredMemory());
        await Fill(limited);
        long before = BlockPool.LiveBytes;
        await limited.Execute("SET query_memory = '2MiB'");
        var refused = await limited.Fails(statement);
        Assert.Equal(SqlState.OutOfMemory, refused.SqlState);
        Assert.Contains($"the {what} needs", refused.Message);
        Assert.Contains("its share is 2 MiB", refused.Message);
        Assert.Contains("SET query_memory", refused.Hint);
        Assert.InRange(BlockPool.LiveBytes, before - (1 << 20), before + (1 << 20));
        Assert.Equal("100000", await limited.Value("SELECT count(*) FROM t"));
        await limited.Execute("SET query_memory = '0'", statement);
    }

    [Fact]
    public async Task Transaction_OverItsShare_IsRefusedAndOthersGoOn()
    {
        await using var limited = LimitedDatabase.Open(64L << 20, new MeasuredMemory());
        await limited.Execute("CREATE TABLE t (a bigint PRIMARY KEY, b varchar)", "BEGIN");
        SqlException? refused = null;
        for (int i = 0; refused is null; i++)
        {
            Assert.True(i < 100, "a block took everything");
            string insert = $"INSERT INTO t SELECT g, 'the body of row number ' || g FROM generate_series({i}0000, {i}9999) g";
            try
            {
                await limited.Execute(insert);
            }
            catch (SqlException e)
            {
                refused = e;
            }
        }

        Assert.Equal(SqlState.OutOfMemory, refused.SqlState);
        Assert.Contains("the transaction needs", refused.Message);
        Assert.Contains("a quarter of it unless query_memory", refused.Detail);
        await limited.Execute("ROLLBACK", "INSERT INTO t VALUES (1, 'x')");
        Assert.Equal("1", await limited.Value("SELECT count(*) FROM t"));
    }

    [Theory]
    [InlineData("INSERT INTO t VALUES ", "(0, 'text')")]
    [InlineData("SELECT count(*) FROM t WHERE a IN (", "1")]
    public async Task Statement_OfALongText_IsRefusedBeforeItIsPlanned(string start, string item)
    {
        await using var limited = LimitedDatabase.Open(1L << 30, new MeasuredMemory());
        await limited.Execute("CREATE TABLE t (a bigint, b varchar)", "SET query_memory = '8MiB'");
        string end = start.EndsWith('(') ? ")" : "";
        string Text(int items) => start + string.Join(", ", Enumerable.Repeat(item, items)) + end;
        var refused = Assert.Throws<SqlException>(() => limited.Session.Parse(Text(300_000), SqlParser.Parse));
        Assert.Equal(SqlState.OutOfMemory, refused.SqlState);
        Assert.Contains("the statement needs", refused.Message);
        Assert.Single(limited.Session.Parse(Text(3_000), SqlParser.Parse));
        await limited.Execute(Text(1_000));
    }

    [Fact]
    public async Task Query_RefusedAtTheLimit_HasHadGarbageCollectedBefore()
    {
        var memory = new MeasuredMemory();
        await using var limited = LimitedDatabase.Open(256L << 20, memory);
        await Fill(limited);
        memory.OtherBytes = 256L << 20;
        await Task.Delay(50);
        var refused = await limited.Fails("SELECT count(*) FROM (SELECT b, count(*) FROM t GROUP BY b) q");
        Assert.Contains("the server has reached its limit of 256 MiB", refused.Message);
        Assert.Equal(1, memory.CollectionCount);
        Assert.Equal("100000", await limited.Value("SELECT count(*) FROM t"));
        memory.OtherBytes = 64L << 20;
        await Task.Delay(50);
        Assert.Equal("100000", await limited.Value("SELECT count(*) FROM (SELECT b, count(*) FROM t GROUP BY b) q"));
    }

    [Fact]
    public async Task Query_ThatHoldsLittle_ReadsAnyAmount()
    {
        await using var limited = LimitedDatabase.Open(1L << 30, new MeasuredMemory());
        await Fill(limited);
        await limited.Execute("SET query_memory = '8MiB'");
        Assert.Equal("100000000", await limited.Value("SELECT count(*) FROM t x JOIN t y ON x.a % 100 = y.a % 100"));
        Assert.Equal("100000", await limited.Value("SELECT count(*) FROM (SELECT a, b FROM t) q"));
    }

    [Fact]
    public async Task Copy_OverItsShare_IsRefused()
    {
        await using var limited = LimitedDatabase.Open(1L << 30, new MeasuredMemory());
        await limited.Execute("CREATE TABLE t (a bigint PRIMARY KEY, b varchar)", "SET query_memory = '2MiB'");
        using var portal = limited.Session.Bind(limited.Session.Prepare(SqlParser.Parse("COPY t FROM STDIN")[0], []), []);
        byte[] line = Encoding.UTF8.GetBytes("1\tthe body of a row that is as long as this\n");
        var refused = Assert.Throws<SqlException>(() =>
        {
            for (int i = 0; i < 200_000; i++)
            {
                portal.CopyIn!.Write(line);
            }
        });
        Assert.Equal(SqlState.OutOfMemory, refused.SqlState);
        Assert.Contains("the COPY needs", refused.Message);
    }

    [Fact]
    public async Task Insert_WhenTablesHoldEverything_IsRefusedUntilRowsAreDeleted()
    {
        await using var limited = LimitedDatabase.Open(32L << 20, new MeasuredMemory());
        await limited.Execute("CREATE TABLE t (a bigint PRIMARY KEY, b varchar)");
        SqlException? refused = null;
        int rows = 0;
        for (; refused is null; rows += 1000)
        {
            Assert.True(rows < 1_000_000, "nothing was refused");
            try
            {
                await limited.Execute(Insert(rows));
            }
            catch (SqlException e)
            {
                refused = e;
                rows -= 1000;
            }
        }

        Assert.Equal(SqlState.OutOfMemory, refused.SqlState);
        Assert.Contains("of its limit of 32 MiB", refused.Message);
        Assert.Equal($"{rows}", await limited.Value("SELECT count(*) FROM t"));
        Assert.Equal("full", await limited.Value("SELECT state FROM rw_catalog.rw_memory"));
        for (int at = 0; at < rows; at += 1000)
        {
            await limited.Execute($"DELETE FROM t WHERE a >= {at} AND a < {at + 1000}");
        }

        await limited.Execute("INSERT INTO t VALUES (-1, 'x')");
    }

    [Fact]
    public async Task SourceTable_WhenItHoldsEverything_WaitsAndGoesOn()
    {
        await using var limited = LimitedDatabase.Open(24L << 20, new MeasuredMemory());
        await limited.Execute(
            "CREATE TABLE bid (auction bigint, bidder bigint, price bigint, channel varchar, url varchar, date_time timestamp, extra varchar) "
            + "APPEND ONLY WITH (connector = 'nexmark', nexmark.table.type = 'Bid', nexmark.event.num = '200000')");
        while (await limited.Value("SELECT state FROM rw_catalog.rw_memory") != "full")
        {
            await Task.Delay(5);
        }

        // What is given back when it is full first may let some rows more in.
        string stopped;
        int tries = 50;
        do
        {
            stopped = await limited.Value("SELECT count(*) FROM bid");
            await Task.Delay(200);
        }
        while (await limited.Value("SELECT count(*) FROM bid") != stopped && tries-- > 0);

        Assert.True(tries > 0, "rows go on coming in");
        Assert.NotEqual("184000", stopped);
        await limited.Execute("ALTER SYSTEM SET memory = '1GiB'");
        while (await limited.Value("SELECT count(*) FROM bid") != "184000")
        {
            await Task.Delay(5);
        }
    }

    private static async Task Fill(LimitedDatabase limited)
    {
        await limited.Execute("CREATE TABLE t (a bigint PRIMARY KEY, b varchar)");
        await limited.Execute("INSERT INTO t SELECT g, 'the body of row number ' || g FROM generate_series(1, 100000) g");
    }

    private static string Insert(int from) =>
        $"INSERT INTO t SELECT g, 'the body of row number ' || g FROM generate_series({from}, {from + 999}) g";
}
