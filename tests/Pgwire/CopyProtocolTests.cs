namespace Vectorized.Tests.Pgwire;

public sealed class CopyProtocolTests
{
    [Fact]
    public async Task CopyIn_DataCutAnywhere_IsOneWrite()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        client.Query("copyin").Flush();
        Assert.Equal('G', client.Read()!.Type);
        foreach (byte b in "a\t1\nb\t2\n"u8.ToArray())
        {
            client.Add('d', [b]);
        }

        var answer = client.Add('d').Add('c').Go();
        Assert.Equal("CZ", RawClient.Types(answer));
        Assert.Equal("COPY 2\0", answer[0].Text);
        Assert.Equal(["a\t1", "b\t2"], fixture.Database.Committed);
    }

    [Fact]
    public async Task CopyIn_OneMessageInPieces_IsTakenAsItComes()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        client.Query("copyin").Flush();
        Assert.Equal('G', client.Read()!.Type);
        byte[] data = RawClient.Message('d', System.Text.Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 300).Select(i => $"{i}\n"))));
        foreach (byte[] piece in data.Chunk(7))
        {
            client.SendBytes(piece);
        }

        Assert.Equal("COPY 300\0", client.Add('c').Go()[0].Text);
    }

    [Fact]
    public async Task CopyIn_InAString_GoesOnAfterwards()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        client.Query("write first; copyin; rows 1").Flush();
        Assert.Equal("CG", RawClient.Types(client.ReadUntil('G')));
        Assert.Equal("CTDCZ", RawClient.Types(client.Add('d', "x\n"u8.ToArray()).Add('c').Go()));
        Assert.Equal(["first", "x"], fixture.Database.Committed);
    }

    [Fact]
    public async Task CopyFail_IsAnErrorAndWritesNothing()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        client.Query("copyin").Flush();
        client.Read();
        var answer = client.Add('d', "x\n"u8.ToArray()).Add('f', RawClient.Z("gave up")).Go();
        Assert.Equal("EZ", RawClient.Types(answer));
        Assert.Equal("57014", answer[0].Field('C'));
        Assert.Contains("gave up", answer[0].Field('M'));
        Assert.Empty(fixture.Database.Committed);
        Assert.Equal("TDCZ", RawClient.Types(client.Query("rows 1").Go()));
    }

    [Fact]
    public async Task CopyIn_BadLine_SwallowsTheRestOfTheData()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        client.Query("copyin").Flush();
        client.Read();
        var answer = client.Add('d', "bad\n"u8.ToArray()).Add('d', "more\n"u8.ToArray()).Add('c').Query("rows 1").Go(2);
        Assert.Equal("EZTDCZ", RawClient.Types(answer));
        Assert.Equal("COPY t, line 1", answer[0].Field('W'));
    }

    [Fact]
    public async Task CopyIn_Extended_IgnoresFlushAndSyncMeanwhile()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        client.Parse("", "copyin").Bind("", "").Execute().Sync().Add('H').Flush();
        Assert.Equal("12G", RawClient.Types(client.ReadUntil('G')));
        var answer = client.Add('d', "x\n"u8.ToArray()).Sync().Add('c').Sync().Go();
        Assert.Equal("CZ", RawClient.Types(answer));
        Assert.Equal(["x"], fixture.Database.Committed);
    }

    [Fact]
    public async Task CopyIn_ExtendedError_SkipsToSync()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        client.Parse("", "copyin").Bind("", "").Execute().Flush();
        client.Add('H').Flush();
        client.ReadUntil('G');
        var answer = client.Add('d', "bad\n"u8.ToArray()).Add('d', "x\n"u8.ToArray()).Add('c').Parse("", "rows 1").Sync().Go();
        Assert.Equal("EZ", RawClient.Types(answer));
    }

    [Fact]
    public async Task CopyIn_OtherMessage_EndsTheConnection()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        client.Query("copyin").Flush();
        client.Read();
        client.Query("rows 1").Flush();
        var last = client.ReadToEnd();
        Assert.Equal("E", RawClient.Types(last));
        Assert.Equal("08P01", last[0].Field('C'));
        Assert.Equal("FATAL", last[0].Field('S'));
    }

    [Fact]
    public async Task CopyOut_Rows_AreAMessageEach()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        var answer = client.Query("copyout 25").Go();
        Assert.Equal('H', answer[0].Type);
        Assert.Equal(Enumerable.Range(1, 25).Select(i => $"{i}\n"), answer.Where(m => m.Type == 'd').Select(m => m.Text));
        Assert.Equal("cCZ", RawClient.Types(answer)[^3..]);
        Assert.Equal("COPY 25\0", answer[^2].Text);
    }
}
