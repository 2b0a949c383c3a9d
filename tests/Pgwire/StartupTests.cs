using System.Text;
using Vectorized.Pgwire;
using Vectorized.Pgwire.Session;

namespace Vectorized.Tests.Pgwire;

public sealed class StartupTests
{
    [Fact]
    public async Task Startup_Greeting_HasWhatClientsInsistOn()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Open();
        client.SendStartup(196608, [("user", "root"), ("database", "dev"), ("application_name", "me")]);
        var greeting = client.ReadUntil('Z');
        client.TakeGreeting(greeting);
        Assert.Equal('R', greeting[0].Type);
        Assert.Equal("KZ", RawClient.Types(greeting)[^2..]);
        foreach (string name in new[]
        {
            "server_version", "server_encoding", "client_encoding", "DateStyle", "integer_datetimes", "TimeZone",
            "standard_conforming_strings", "IntervalStyle", "is_superuser", "session_authorization", "in_hot_standby",
            "default_transaction_read_only",
        })
        {
            Assert.Contains(name, client.Parameters.Keys);
        }

        Assert.Equal("me", client.Parameters["application_name"]);
        Assert.Equal("root", client.Parameters["session_authorization"]);
        Assert.Equal("UTF8", client.Parameters["client_encoding"]);
    }

    [Fact]
    public async Task Startup_SslThenGssThenStartup_WorksOnOneSocket()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Open();
        client.SendPacket(80877103, []);
        Assert.Equal('N', (char)client.ReadByte());
        client.SendPacket(80877104, []);
        Assert.Equal('N', (char)client.ReadByte());
        client.SendStartup(196608, [("user", "root"), ("database", "dev")]);
        Assert.Equal('Z', client.ReadUntil('Z')[^1].Type);
    }

    [Theory]
    [InlineData(196610, "")]
    [InlineData(196608 + 99, "")]
    [InlineData(196608, "_pq_.something")]
    public async Task Startup_NewerMinorOrOption_IsNegotiatedDown(int code, string option)
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Open();
        client.SendStartup(code, option.Length == 0
            ? [("user", "root"), ("database", "dev")]
            : [("user", "root"), ("database", "dev"), (option, "1")]);
        var first = client.Read()!;
        Assert.Equal('v', first.Type);
        Assert.Equal([0, 3, 0, 0], first.Body[..4]);
        Assert.Equal(option, Encoding.UTF8.GetString(first.Body[8..]).TrimEnd('\0'));
        Assert.Equal('Z', client.ReadUntil('Z')[^1].Type);
    }

    [Theory]
    [InlineData(131072, "user", "root", "0A000")]
    [InlineData(196608, "database", "dev", "28000")]
    [InlineData(196608, "user", "nobody", "28000")]
    [InlineData(196608, "user", "someone", "3D000")]
    [InlineData(196608, "replication", "database", "0A000")]
    [InlineData(196608, "no_such_setting", "1", "42704")]
    [InlineData(196608, "client_encoding", "LATIN1", "22023")]
    [InlineData(196608, "options", "-c", "42601")]
    public async Task Startup_WhatCannotBeServed_IsAFatalError(int code, string name, string value, string state)
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Open();
        (string, string)[] parameters = name is "user" or "database"
            ? [(name, value)]
            : [("user", "root"), ("database", "dev"), (name, value)];
        client.SendStartup(code, parameters);
        var last = client.ReadToEnd()[^1];
        Assert.Equal("FATAL", last.Field('S'));
        Assert.Equal(state, last.Field('C'));
        using var next = fixture.Connect();
    }

    [Fact]
    public async Task Startup_Options_AreSettings()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Connect(
            ("options", @"-c application_name=a\ b -ctimezone=Europe/Berlin --statement_timeout=5s"), ("client_encoding", "'utf-8'"));
        Assert.Equal("a b", client.Parameters["application_name"]);
        Assert.Equal("Europe/Berlin", client.Parameters["TimeZone"]);
        Assert.Equal("5s", fixture.Database.Sessions[0].Settings.Get("statement_timeout"));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("\0\0\0\u0004")]
    [InlineData("\u007f\u007f\u007f\u007f\0\u0003\0\0")]
    public async Task Startup_Garbage_IsClosedWithoutAWord(string bytes)
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Open();
        client.SendBytes(Encoding.Latin1.GetBytes(bytes));
        Assert.Empty(client.ReadToEnd());
    }

    [Fact]
    public async Task Startup_TooManyConnections_IsRefused()
    {
        await using var fixture = new ServerFixture(new PgServerOptions { ConnectionsMax = 2 });
        using var first = fixture.Connect();
        using var second = fixture.Connect();
        using var third = fixture.Open();
        third.SendStartup(196608, [("user", "root"), ("database", "dev")]);
        var error = third.ReadToEnd()[^1];
        Assert.Equal("53300", error.Field('C'));
        Assert.Equal("sorry, too many clients already", error.Field('M'));
    }

    [Fact]
    public void Start_BeyondLoopbackWithoutPassword_IsRefused()
    {
        var error = Assert.Throws<ArgumentException>(() => PgServer.Start(
            new FakeDatabase(), new PgServerOptions { Host = "0.0.0.0" }, Vectorized.Storage.Platform.Host.System));
        Assert.Contains("without a password", error.Message);
    }

    [Fact]
    public async Task Startup_TrickledBytes_AreOnePacket()
    {
        await using var fixture = new ServerFixture();
        using var client = fixture.Open();
        byte[] packet = [0, 0, 0, 32, 0, 3, 0, 0, .. "user\0root\0database\0dev\0\0"u8];
        packet[3] = (byte)packet.Length;
        foreach (byte b in packet)
        {
            client.SendBytes([b]);
        }

        Assert.Equal('Z', client.ReadUntil('Z')[^1].Type);
    }

    [Fact]
    public async Task Startup_SlowClient_IsDroppedAfterTheDeadline()
    {
        await using var fixture = new ServerFixture(new PgServerOptions { StartupTimeout = TimeSpan.FromMilliseconds(100) });
        using var client = fixture.Open();
        client.SendBytes([0, 0, 0]);
        Assert.Empty(client.ReadToEnd());
    }

    [Theory]
    [InlineData("INTERVAL '+00:00' HOUR TO MINUTE", "UTC")]
    [InlineData("INTERVAL '+05:30' HOUR TO MINUTE", "UTC-05:30")]
    [InlineData("INTERVAL '-03:00' HOUR TO MINUTE", "UTC+03:00")]
    public void TimeZone_AsAnInterval_IsUnderstood(string value, string zone) =>
        Assert.Equal(zone, Vectorized.Engine.Serving.SettingTable.Find("timezone").Validate(value));
}
