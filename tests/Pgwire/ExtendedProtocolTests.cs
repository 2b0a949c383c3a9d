using Vectorized.Engine.Types;
using Vectorized.Pgwire;
using Vectorized.Pgwire.Session;

namespace Vectorized.Tests.Pgwire;

public sealed class ExtendedProtocolTests
{
    [Fact]
    public async Task Flow_ParseBindDescribeExecute_AnswersInOrder()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        var answer = client.Parse("", "rows 2").Describe('S', "").Bind("", "").Describe('P', "").Execute().Sync().Go();
        Assert.Equal("1tT2TDDCZ", RawClient.Types(answer));
        Assert.Equal("SELECT 2\0", answer[7].Text);
    }

    [Fact]
    public async Task Describe_StatementWithoutRows_IsNoData()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        var answer = client.Parse("s", "write $1", 23).Describe('S', "s").Sync().Go();
        Assert.Equal("1tnZ", RawClient.Types(answer));
        Assert.Equal([0, 1, 0, 0, 0, 23], answer[1].Body);
    }

    [Fact]
    public async Task Describe_Portal_HasTheFormatsOfBind()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        var answer = client.Parse("", "rows 1").Bind("", "", format: 1).Describe('P', "").Execute().Sync().Go();
        Assert.Equal([0, 1], answer[2].Body[^2..]);
        Assert.Equal([0, 0, 0, 1], answer[3].Body[6..10]);
    }

    [Fact]
    public async Task Parameters_TextWithTypes_ComeBackAsTheyWere()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        var answer = client.Parse("", "echo $1 $2 $3", 23, 25, 16).Bind("", "", 0, " 42 ", "hé", null).Execute().Sync().Go();
        Assert.Equal("42|hé|NULL", answer[2].Row);
        var bad = client.Parse("", "echo $1", 23).Bind("", "", 0, "x").Execute().Sync().Go();
        Assert.Equal("1EZ", RawClient.Types(bad));
        Assert.Equal("22P02", bad[1].Field('C'));
        Assert.Equal("portal parameter $1", bad[1].Field('W'));
    }

    [Fact]
    public async Task Parameters_WrongCountOrUnknownType_AreErrors()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        Assert.Equal("08P01", client.Parse("", "echo $1").Bind("", "").Sync().Go()[1].Field('C'));
        Assert.Equal("42704", client.Parse("", "echo $1", 790).Sync().Go()[0].Field('C'));
    }

    [Fact]
    public async Task Names_MissingAndDuplicate_HaveTheirStates()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        Assert.Equal("26000", client.Bind("", "none").Sync().Go()[0].Field('C'));
        Assert.Equal("34000", client.Execute("none").Sync().Go()[0].Field('C'));
        Assert.Equal("1Z", RawClient.Types(client.Parse("s", "rows 1").Sync().Go()));
        Assert.Equal("42P05", client.Parse("s", "rows 1").Sync().Go()[0].Field('C'));
        Assert.Equal("23Z", RawClient.Types(client.Bind("", "s").Close('S', "s").Sync().Go()));
        Assert.Equal("26000", client.Bind("", "s").Sync().Go()[0].Field('C'));
        Assert.Equal("3Z", RawClient.Types(client.Close('P', "never").Sync().Go()));
    }

    [Fact]
    public async Task Unnamed_IsReplacedByParseAndForgottenByQuery()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        Assert.Equal("11Z", RawClient.Types(client.Parse("", "rows 1").Parse("", "rows 2").Sync().Go()));
        client.Query("rows 1").Go();
        Assert.Equal("26000", client.Bind("", "").Sync().Go()[0].Field('C'));
    }

    [Fact]
    public async Task Execute_WithRowLimit_SuspendsAndResumes()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        var answer = client.Parse("", "rows 5 2").Bind("", "").Execute("", 2).Execute("", 2).Execute("", 2).Sync().Go();
        Assert.Equal("12DDsDDsDCZ", RawClient.Types(answer));
        Assert.Equal("SELECT 1\0", answer[^2].Text);
        // Exactly as many as exist: suspended first, then nothing.
        answer = client.Parse("", "rows 4").Bind("", "").Execute("", 4).Execute("", 4).Execute("", 4).Sync().Go();
        Assert.Equal("12DDDDsCCZ", RawClient.Types(answer));
        Assert.Equal("SELECT 0\0", answer[^3].Text);
    }

    [Fact]
    public async Task Execute_LimitOnAStatementWithoutRows_FinishesIt()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        Assert.Equal("12CZ", RawClient.Types(client.Parse("", "write a").Bind("", "").Execute("", 1).Sync().Go()));
        var again = client.Parse("", "write a").Bind("", "").Execute().Execute().Sync().Go();
        Assert.Equal("55000", again[3].Field('C'));
    }

    [Fact]
    public async Task Portals_EndAtSyncOutsideABlock()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        client.Parse("s", "rows 9 1").Bind("p", "s").Execute("p", 2).Sync().Go();
        Assert.Equal(0, fixture.Database.Sessions[0].OpenPortals);
        Assert.Equal("34000", client.Execute("p").Sync().Go()[0].Field('C'));
        client.Query("begin").Go();
        client.Bind("p", "s").Execute("p", 2).Sync().Go();
        Assert.Equal("DDsZ", RawClient.Types(client.Execute("p", 2).Sync().Go()));
        Assert.Equal("42P03", client.Bind("p", "s").Sync().Go()[0].Field('C'));
        Assert.Equal(0, fixture.Database.Sessions[0].OpenPortals);
    }

    [Fact]
    public async Task Error_SkipsToSyncAndUndoesTheGroup()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        var answer = client.Parse("a", "write a").Bind("", "a").Execute()
            .Parse("f", "fail 22012").Bind("", "f").Execute()
            .Parse("b", "write b").Bind("", "b").Execute().Query("rows 1").Sync()
            .Bind("", "a").Execute().Sync().Go(2);
        Assert.Equal("12C12EZ2CZ", RawClient.Types(answer));
        Assert.Equal(["a"], fixture.Database.Committed);
    }

    [Fact]
    public async Task Pipelining_ManySyncsAtOnce_AreAnsweredInOrder()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        client.Parse("s", "point $1", 20).Sync().Go();
        for (int i = 0; i < 500; i++)
        {
            client.Bind("", "s", 0, i.ToString()).Execute().Sync();
        }

        var answer = client.Go(500);
        Assert.Equal(Enumerable.Range(0, 500), answer.Where(m => m.Type == 'D').Select(m => int.Parse(m.Row)));
    }

    [Fact]
    public async Task Flush_SendsWhatIsReady()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        client.Parse("", "rows 1").Bind("", "").Execute("", 1).Add('H').Flush();
        Assert.Equal("12Ds", RawClient.Types(client.ReadUntil('s')));
        Assert.Equal("CZ", RawClient.Types(client.Execute().Sync().Go()));
    }

    [Fact]
    public async Task EmptyStatement_IsDescribedAsNoDataAndAnsweredEmpty()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        var answer = client.Parse("", ";").Describe('S', "").Bind("", "").Describe('P', "").Execute().Sync().Go();
        Assert.Equal("1tn2nIZ", RawClient.Types(answer));
    }

    [Fact]
    public async Task Parse_ManyStatements_IsASyntaxError()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        var answer = client.Parse("", "rows 1; rows 2").Sync().Go();
        Assert.Equal(SqlState.SyntaxError, answer[0].Field('C'));
    }

    [Fact]
    public async Task Deallocate_DropsWhatTheProtocolPrepared()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        client.Parse("a", "rows 1").Parse("b", "rows 1").Sync().Go();
        Assert.Equal("DEALLOCATE\0", client.Query("deallocate a").Go()[0].Text);
        Assert.Equal("26000", client.Bind("", "a").Sync().Go()[0].Field('C'));
        Assert.Equal("2Z", RawClient.Types(client.Bind("", "b").Sync().Go()));
        client.Query("deallocate ALL").Go();
        Assert.Equal("26000", client.Bind("", "b").Sync().Go()[0].Field('C'));
        Assert.Equal("26000", client.Query("deallocate a").Go()[0].Field('C'));
    }

    [Fact]
    public async Task Statements_BeyondTheLimit_AreRefused()
    {
        await using var fixture = new ServerFixture(new PgServerOptions { StatementsMax = 3, PortalsMax = 2 });
        using var client = fixture.Connect();
        client.Parse("a", "rows 1").Parse("b", "rows 1").Parse("c", "rows 1").Sync().Go();
        Assert.Equal("54000", client.Parse("d", "rows 1").Sync().Go()[0].Field('C'));
        client.Query("begin").Go();
        Assert.Equal("22Z", RawClient.Types(client.Bind("p", "a").Bind("q", "a").Sync().Go()));
        Assert.Equal("54000", client.Bind("r", "a").Sync().Go()[0].Field('C'));
    }

    [Fact]
    public async Task Messages_CutAnywhere_AreUnderstood()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        byte[] all =
        [
            .. RawClient.Message('P', RawClient.Z(""), RawClient.Z("rows 2"), RawClient.I16(0)),
            .. RawClient.Message('B', RawClient.Z(""), RawClient.Z(""), RawClient.I16(0), RawClient.I16(0), RawClient.I16(0)),
            .. RawClient.Message('E', RawClient.Z(""), RawClient.I32(0)),
            .. RawClient.Message('S'),
        ];
        foreach (byte b in all)
        {
            client.SendBytes([b]);
            Thread.Yield();
        }

        Assert.Equal("12DDCZ", RawClient.Types(client.ReadUntil('Z')));
    }

    [Fact]
    public async Task FailedBlock_DescribeOfRows_IsRefusedUntilItsEnd()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        client.Parse("r", "rows 1").Parse("w", "write a").Sync().Query("begin; fail 22012").Go(2);
        Assert.Equal("25P02", client.Describe('S', "r").Sync().Go()[0].Field('C'));
        Assert.Equal("tnZ", RawClient.Types(client.Describe('S', "w").Sync().Go()));
        Assert.Equal("25P02", client.Bind("", "r").Sync().Go()[0].Field('C'));
        client.Query("rollback").Go();
        Assert.Equal("tTZ", RawClient.Types(client.Describe('S', "r").Sync().Go()));
    }
}
