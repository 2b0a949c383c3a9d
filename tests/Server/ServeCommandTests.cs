using Vectorized.Engine.Serving;
using Vectorized.Server.CommandLine;
using Vectorized.Server.Serve;
using Vectorized.Storage.Platform;
using Vectorized.Tests.Pgwire;

namespace Vectorized.Tests.Server;

public sealed class ServeCommandTests
{
    [Fact]
    public async Task Serve_UntilStopped_ListensAndAnswersAndEndsWithZero()
    {
        using var stop = new CancellationTokenSource();
        var output = new LineWriter();
        var context = new CommandContext(output, TextWriter.Null, Host.System, stop.Token);
        var serving = NewCommand().Run(["--listen", "127.0.0.1:0", "--http", "127.0.0.1:0", "--data", "somewhere"], context);
        string line = await output.FirstLine.WaitAsync(TimeSpan.FromSeconds(20));
        string[] words = line.Split(' ');
        Assert.Equal("listening", words[0]);
        Assert.StartsWith("pg=127.0.0.1:", words[1], StringComparison.Ordinal);
        Assert.StartsWith("http=127.0.0.1:", words[2], StringComparison.Ordinal);
        Assert.Equal("data=somewhere", words[3]);
        using (var client = RawClient.Connect(int.Parse(words[1].Split(':')[1])))
        using (var http = new HttpClient { BaseAddress = new Uri("http://" + words[2]["http=".Length..]) })
        {
            Assert.Contains("\"status\":\"ok\"", await http.GetStringAsync("/health"));
            string metrics = await http.GetStringAsync("/metrics");
            Assert.Contains("\nvectorized_pg_connections 1\n", metrics);
            Assert.Equal(System.Net.HttpStatusCode.NotFound, (await http.GetAsync("/nothing")).StatusCode);
        }

        await stop.CancelAsync();
        Assert.Equal(0, await serving);
    }

    [Theory]
    [InlineData("--listen", "0.0.0.0:0", "without a password")]
    [InlineData("--listen", "nowhere:0", "cannot listen")]
    [InlineData("--http", "0.0.0.0:0", "loopback only")]
    [InlineData("--tls-cert", "x", "needs --tls-key")]
    public async Task Serve_WhatWouldBeUnsafeOrImpossible_IsRefused(string option, string value, string message)
    {
        var context = new CommandContext(TextWriter.Null, TextWriter.Null, Host.System, default);
        var error = await Assert.ThrowsAsync<UsageException>(() => NewCommand().Run([option, value], context));
        Assert.Contains(message, error.Message);
    }

    [Fact]
    public async Task Dispatch_UnknownCommandOrHelp_HasItsExitCode()
    {
        var output = new StringWriter();
        var error = new StringWriter();
        var context = new CommandContext(output, error, Host.System, default);
        Command[] commands = [new("serve", "serves", NewCommand().Run)];
        Assert.Equal(2, await CommandDispatcher.Run(commands, ["sevre"], context));
        Assert.Contains("unknown command \"sevre\"", error.ToString());
        Assert.Equal(0, await CommandDispatcher.Run(commands, ["serve", "--help"], context));
        Assert.Contains("--listen HOST:PORT", output.ToString());
        Assert.Equal(2, await CommandDispatcher.Run(commands, ["serve", "--nothing"], context));
        Assert.Equal(0, await CommandDispatcher.Run(commands, ["--help"], context));
    }

    private static ServeCommand NewCommand() => new((_, _) => new ValueTask<IDatabase>(new FakeDatabase()));
}
