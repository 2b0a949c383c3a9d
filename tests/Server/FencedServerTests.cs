using Vectorized.Engine.Serving;
using Vectorized.Server.CommandLine;
using Vectorized.Server.Serve;
using Vectorized.Storage.Platform;
using Vectorized.Tests.Pgwire;

namespace Vectorized.Tests.Server;

/// <summary>A whole server from which another takes the state: its clients are told so, and it ends.</summary>
public sealed class FencedServerTests : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly string _directory = Directory.CreateTempSubdirectory("vectorized-fenced-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Server_FencedByAnother_TellsEveryClientWhyAndEnds()
    {
        using var stop = new CancellationTokenSource();
        var errors = new StringWriter();
        var first = await Serve("one", errors, stop.Token);
        using var writer = RawClient.Connect(first.Port);
        using var idle = RawClient.Connect(first.Port);
        writer.Query("CREATE TABLE t (id bigint PRIMARY KEY)").Go();
        writer.Query("INSERT INTO t VALUES (1)").Go();

        var second = await Serve("two", TextWriter.Null, stop.Token);
        using var other = RawClient.Connect(second.Port);
        Assert.Contains(other.Query("SELECT id FROM t").Go(), m => m is { Type: 'D', Row: "1" });

        writer.Query("INSERT INTO t VALUES (2)").Flush();
        ToldWhy(writer.ReadToEnd());
        ToldWhy(idle.ReadToEnd());
        Assert.Equal(CommandDispatcher.Failure, await first.Ends.WaitAsync(_patience));
        Assert.Contains("fenced by writer term", errors.ToString());
        Assert.Contains(other.Query("SELECT count(*) FROM t").Go(), m => m is { Type: 'D', Row: "1" });
        await stop.CancelAsync();
        Assert.Equal(CommandDispatcher.Success, await second.Ends.WaitAsync(_patience));
    }

    /// <summary>The first error says that the server has ended, and by whose doing.</summary>
    private static void ToldWhy(IReadOnlyList<RawMessage> messages)
    {
        var error = messages.First(m => m.Type == 'E');
        Assert.Contains("57P01", error.Text);
        Assert.Contains("fenced by writer term", error.Text);
        Assert.Contains(System.Net.Dns.GetHostName(), error.Text);
        Assert.Contains("all that was acknowledged here is in the log on the store", error.Text);
    }

    private async Task<(int Port, Task<int> Ends)> Serve(string name, TextWriter errors, CancellationToken stop)
    {
        var output = new LineWriter();
        var command = new ServeCommand((options, host) => new ValueTask<IDatabase>(
            DatabaseOpener.Open(1, [options.Data], host, options.Data, serve: options)));
        var ends = command.Run(
            [
                "--listen", "127.0.0.1:0", "--http", "off", "--data", Path.Combine(_directory, name),
                "--state", Path.Combine(_directory, "state"), "--durability", "store",
            ],
            new CommandContext(output, errors, Host.System, stop));
        if (await Task.WhenAny(output.FirstLine, ends).WaitAsync(_patience, CancellationToken.None) == ends)
        {
            await ends;
        }

        string line = await output.FirstLine.WaitAsync(_patience, CancellationToken.None);
        return (int.Parse(line.Split(' ')[1].Split(':')[1]), ends);
    }
}
