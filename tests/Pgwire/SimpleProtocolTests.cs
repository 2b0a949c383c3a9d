using Vectorized.Engine.Types;

namespace Vectorized.Tests.Pgwire;

public sealed class SimpleProtocolTests
{
    [Fact]
    public async Task Query_Rows_AreDescribedSentAndCounted()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        var answer = client.Query("rows 3").Go();
        Assert.Equal("TDDDCZ", RawClient.Types(answer));
        Assert.Equal("1|name 1", answer[1].Row);
        Assert.Equal("SELECT 3\0", answer[4].Text);
        Assert.Equal("I", answer[5].Text);
        Assert.Equal("5|NULL", client.Query("rows 5 2").Go()[5].Row);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData(" ; ;")]
    public async Task Query_Empty_IsAnsweredWithEmptyQueryResponse(string text)
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        Assert.Equal("IZ", RawClient.Types(client.Query(text).Go()));
    }

    [Fact]
    public async Task Query_Many_StopAtTheFirstErrorAndUndoTheRest()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        Assert.Equal("CTDCZ", RawClient.Types(client.Query("write a; rows 1").Go()));
        Assert.Equal("CEZ", RawClient.Types(client.Query("write b; fail 22012; write c").Go()));
        Assert.Equal(["a"], fixture.Database.Committed);
    }

    [Fact]
    public async Task Query_SyntaxErrorInTheThird_RunsNothingAndGivesItsPosition()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        var answer = client.Query("write '😀'; write b; syntax").Go();
        Assert.Equal("EZ", RawClient.Types(answer));
        Assert.Equal("21", answer[0].Field('P'));
        Assert.Equal(SqlState.SyntaxError, answer[0].Field('C'));
        Assert.Empty(fixture.Database.Committed);
    }

    [Fact]
    public async Task Error_Fields_AllArrive()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        var error = client.Query("fail 22012").Go()[0];
        Assert.Equal(["ERROR", "ERROR", "22012", "it failed", "a detail", "a hint", "3"],
            "SVCMDHP".Select(tag => error.Field(tag)));
    }

    [Fact]
    public async Task Transaction_Status_FollowsTheBlock()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        Assert.Equal("T", client.Query("begin").Go()[^1].Text);
        Assert.Equal("T", client.Query("write a").Go()[^1].Text);
        Assert.Equal("E", client.Query("fail 22012").Go()[^1].Text);
        var refused = client.Query("rows 1").Go();
        Assert.Equal("25P02", refused[0].Field('C'));
        var end = client.Query("commit").Go();
        Assert.Equal("ROLLBACK\0", end[0].Text);
        Assert.Equal("I", end[1].Text);
        Assert.Empty(fixture.Database.Committed);
    }

    [Fact]
    public async Task InternalError_IsReportedAsXX000AndTheSessionGoesOn()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        Assert.Equal("XX000", client.Query("bug").Go()[0].Field('C'));
        Assert.Equal("TDCZ", RawClient.Types(client.Query("rows 1").Go()));
        Assert.Single(fixture.InternalErrors);
    }

    [Fact]
    public async Task Set_OfAReportedSetting_IsReportedBeforeReady()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        var answer = client.Query("set application_name me").Go();
        Assert.Equal("CSZ", RawClient.Types(answer));
        Assert.Equal("application_name\0me\0", answer[1].Text);
        Assert.Equal("CZ", RawClient.Types(client.Query("set application_name me").Go()));
    }

    [Fact]
    public async Task Notices_ObeyClientMinMessages()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        var answer = client.Query("notice NOTICE hello").Go();
        Assert.Equal("NCZ", RawClient.Types(answer));
        Assert.Equal("hello", answer[0].Field('M'));
        client.Query("set client_min_messages warning").Go();
        Assert.Equal("CZ", RawClient.Types(client.Query("notice NOTICE hello").Go()));
        Assert.Equal("NCZ", RawClient.Types(client.Query("notice WARNING hello").Go()));
    }

    [Fact]
    public async Task Query_InvalidUtf8_IsRefusedAndTheSessionGoesOn()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        var answer = client.Add('Q', [(byte)'a', 0xFF, 0]).Go();
        Assert.Equal("22021", answer[0].Field('C'));
        Assert.Equal("TDCZ", RawClient.Types(client.Query("rows 1").Go()));
    }

    [Fact]
    public async Task FunctionCall_IsRefusedByName()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        var answer = client.Add('F', RawClient.I32(1)).Go();
        Assert.Equal("0A000", answer[0].Field('C'));
    }

    [Fact]
    public async Task Query_ManyRows_ArriveCompleteAndInOrder()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        var answer = client.Query("rows 50000 4096").Go();
        var rows = answer.Where(m => m.Type == 'D').Select(m => int.Parse(m.Values()[0]!)).ToList();
        Assert.Equal(Enumerable.Range(1, 50000), rows);
    }

    [Fact]
    public async Task Query_OneWideRow_GrowsTheBuffer()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        Assert.Equal(3_000_000, client.Query("wide 3000000").Go()[1].Values()[0]!.Length);
    }
}
