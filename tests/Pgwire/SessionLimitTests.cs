using System.Buffers.Binary;
using Vectorized.Pgwire;
using Vectorized.Pgwire.Session;

namespace Vectorized.Tests.Pgwire;

public sealed class SessionLimitTests
{
    [Fact]
    public async Task Cancel_WithTheRightKey_StopsTheRunningQuery()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        foreach (string query in new[] { "slow", "spin" })
        {
            client.Query(query).Flush();
            // The request may come before the query runs and then does nothing: ask until it ends.
            while (!client.HasData)
            {
                SendCancel(fixture, client.ProcessId, client.CancelKey);
                await Task.Delay(5);
            }

            var answer = client.ReadUntil('Z').Where(m => m.Type is 'E' or 'Z').ToList();
            Assert.Equal("57014", answer[0].Field('C'));
            Assert.Equal("canceling statement due to user request", answer[0].Field('M'));
        }

        Assert.Equal("TDCZ", RawClient.Types(client.Query("rows 1").Go()));
    }

    [Fact]
    public async Task Cancel_WrongKeyOrIdle_DoesNothing()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        SendCancel(fixture, client.ProcessId, client.CancelKey);
        Assert.Equal("TDCZ", RawClient.Types(client.Query("rows 1").Go()));
        client.Query("slow").Flush();
        SendCancel(fixture, client.ProcessId, [1, 2, 3, 4]);
        SendCancel(fixture, client.ProcessId + 1, client.CancelKey);
        await Task.Delay(100);
        Assert.False(client.HasData);
        SendCancel(fixture, client.ProcessId, client.CancelKey);
        Assert.Equal("57014", client.ReadUntil('Z').First(m => m.Type == 'E').Field('C'));
    }

    [Fact]
    public async Task Cancel_DuringCopy_EndsIt()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        client.Query("copyin").Flush();
        client.Read();
        SendCancel(fixture, client.ProcessId, client.CancelKey);
        Assert.Equal("57014", client.ReadUntil('Z')[0].Field('C'));
        Assert.Equal("TDCZ", RawClient.Types(client.Add('c').Query("rows 1").Go()));
    }

    [Fact]
    public async Task StatementTimeout_Passed_CancelsWithItsReason()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect(("statement_timeout", "50ms"));
        var answer = client.Query("slow").Go();
        Assert.Equal("canceling statement due to statement timeout", answer.First(m => m.Type == 'E').Field('M'));
        Assert.Equal("TDCZ", RawClient.Types(client.Query("rows 1").Go()));
    }

    [Theory]
    [InlineData("idle_session_timeout", "", "57P05")]
    [InlineData("idle_in_transaction_session_timeout", "begin", "25P03")]
    public async Task IdleTimeout_Passed_EndsTheSession(string setting, string before, string state)
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect((setting, "100ms"));
        if (before.Length > 0)
        {
            client.Query(before).Go();
        }

        var last = client.ReadToEnd();
        Assert.Equal(state, last[^1].Field('C'));
        Assert.Equal("FATAL", last[^1].Field('S'));
    }

    [Theory]
    [InlineData('Q', 3)]
    [InlineData('Q', -1)]
    [InlineData('Q', int.MaxValue)]
    [InlineData('S', 20_000)]
    [InlineData('z', 4)]
    [InlineData('p', 4)]
    public async Task Message_BadLengthOrType_IsFatal(char type, int length)
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        byte[] bytes = new byte[5];
        bytes[0] = (byte)type;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), length);
        client.SendBytes(bytes);
        var last = client.ReadToEnd();
        Assert.Equal("08P01", last[^1].Field('C'));
        Assert.Equal("FATAL", last[^1].Field('S'));
        using var other = fixture.Connect();
        Assert.Equal("TDCZ", RawClient.Types(other.Query("rows 1").Go()));
    }

    [Fact]
    public async Task Message_RestNeverComes_EndsTheSessionAtItsDeadline()
    {
        await using var fixture = new ServerFixture(new PgServerOptions { MessageTimeout = TimeSpan.FromMilliseconds(100) });
        using var client = fixture.Connect();
        client.SendBytes([(byte)'Q', 0, 0, 0, 20, (byte)'r']);
        Assert.Equal("08P01", client.ReadToEnd()[^1].Field('C'));
    }

    [Fact]
    public async Task PendingInput_BeyondTheBudget_EndsThatSessionOnly()
    {
        await using var fixture = new ServerFixture(new PgServerOptions { PendingBytesMax = 1 << 20 });
        using var other = fixture.Connect();
        using var client = fixture.Connect();
        byte[] start = new byte[5 + (2 << 20)];
        start[0] = (byte)'Q';
        BinaryPrimitives.WriteInt32BigEndian(start.AsSpan(1), 8 << 20);
        try
        {
            client.SendBytes(start);
        }
        catch (IOException)
        {
            // Closed while still sending.
        }

        try
        {
            Assert.Equal("53200", client.ReadToEnd()[^1].Field('C'));
        }
        catch (Exception e) when (e is IOException or ArgumentOutOfRangeException)
        {
            // The unread rest of the message may have turned the close into a reset.
        }

        Assert.Equal("TDCZ", RawClient.Types(other.Query("rows 1").Go()));
        Assert.Equal(0, other.HasData ? 1 : 0);
    }

    [Fact]
    public async Task SlowReader_StopsItsOwnQueryOnly()
    {
        await using var fixture = new ServerFixture();
        using var slow = fixture.Connect();
        slow.Query("rows 3000000 4096").Flush();
        using var other = fixture.Connect();
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal("TDCZ", RawClient.Types(other.Query("rows 1").Go()));
        }

        Assert.True(fixture.Server.Counters.RowsSent < 3_000_000);
        slow.Dispose();
        await Until(() => fixture.Database.Sessions[0].IsDisposed);
    }

    [Fact]
    public async Task SlowReader_BeyondItsDeadline_IsDropped()
    {
        await using var fixture = new ServerFixture(new PgServerOptions { SlowReaderTimeout = TimeSpan.FromMilliseconds(100) });
        using var slow = fixture.Connect();
        slow.Query("rows 3000000 4096").Flush();
        await Until(() => fixture.Database.Sessions[0].IsDisposed);
        Assert.Equal(0, fixture.Database.Sessions[0].OpenPortals);
    }

    [Fact]
    public async Task Disconnect_WhileRunning_StopsTheQueryAndFreesTheSession()
    {
        await using var fixture = new ServerFixture(new PgServerOptions { DisconnectGrace = TimeSpan.FromMilliseconds(50) });
        var client = fixture.Connect();
        client.Query("slow").Flush();
        await Until(() => fixture.Database.Sessions[0].OpenPortals == 1);
        client.Dispose();
        await Until(() => fixture.Database.Sessions[0].IsDisposed);
        Assert.Equal(0, fixture.Database.Sessions[0].OpenPortals);
    }

    [Fact]
    public async Task Terminate_AfterPipelinedWrites_StillDoesThem()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect();
        client.Query("write a").Query("write b").Add('X').Flush();
        client.Dispose();
        await Until(() => fixture.Database.Sessions[0].IsDisposed);
        Assert.Equal(["a", "b"], fixture.Database.Committed);
    }

    [Fact]
    public async Task Stop_TellsIdleSessionsAndEndsRunningOnes()
    {
        await using var fixture = new ServerFixture();
        using var idle = fixture.Connect();
        using var busy = fixture.Connect();
        busy.Query("slow").Flush();
        await Until(() => fixture.Database.Sessions[1].OpenPortals == 1);
        var stopping = fixture.Server.Stop();
        Assert.Equal("57P01", idle.ReadToEnd()[^1].Field('C'));
        Assert.Equal("57P01", busy.ReadToEnd()[^1].Field('C'));
        await stopping;
        Assert.All(fixture.Database.Sessions, s => Assert.True(s.IsDisposed));
        Assert.ThrowsAny<Exception>(() => fixture.Open());
    }

    private static void SendCancel(ServerFixture fixture, int processId, byte[] key)
    {
        using var client = fixture.Open();
        client.SendPacket(80877102, [.. RawClient.I32(processId), .. key]);
        Assert.Empty(client.ReadToEnd());
    }

    private static async Task Until(Func<bool> condition)
    {
        for (int i = 0; i < 2000 && !condition(); i++)
        {
            await Task.Delay(5);
        }

        Assert.True(condition());
    }
}
