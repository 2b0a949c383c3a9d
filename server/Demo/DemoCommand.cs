using Vectorized.Engine.Serving;
using Vectorized.Engine.Types;
using Vectorized.Pgwire;
using Vectorized.Server.CommandLine;
using Vectorized.Server.Serve;
using Vectorized.Server.Shell;
using Vectorized.Storage.Platform;

namespace Vectorized.Server.Demo;

/// <summary>
/// `vectorized demo`: a server on loopback with a generator (or a directory of the user's files) flowing into views, shown
/// live in the terminal; without one, a plain line a second for each view.
/// </summary>
internal sealed class DemoCommand(DemoOptions options, Host host)
{
    private const int FrameMilliseconds = 100;
    private const int PlainMilliseconds = 1000;

    internal static async Task<int> Run(IReadOnlyList<string> arguments, CommandContext context)
    {
        if (arguments.Contains("--help"))
        {
            await context.Output.WriteLineAsync(DemoOptions.Help).ConfigureAwait(false);
            return CommandDispatcher.Success;
        }

        var options = DemoOptions.Parse([.. arguments], !Console.IsOutputRedirected, context.Host.Clock.MonotonicNanos);
        await new DemoCommand(options, context.Host).Run(context.Output, context.Stop).ConfigureAwait(false);
        return CommandDispatcher.Success;
    }

    private async Task Run(TextWriter output, CancellationToken cancellation)
    {
        await using var database = DatabaseOpener.Open(
            options.Workers, options.From is { } from ? [from] : [], host, memoryBytes: options.MemoryBytes);
        await using var server = PgServer.Start(database, new PgServerOptions { Port = options.Port }, host);
        using var session = database.Connect("root", "dev");
        var script = options.From is null ? DemoScript.Nexmark(options.Rate) : DirectoryScript.Create(options.From, host.Files);
        await ResultTable.Run(session, script.Setup, cancellation).ConfigureAwait(false);
        string header = $"Vectorized demo   psql -h 127.0.0.1 -p {server.Port} -d dev -U root   (Ctrl-C ends it)";
        if (options.IsInteractive)
        {
            await ShowLive(database, session, script, header, output, cancellation).ConfigureAwait(false);
        }
        else
        {
            await ShowPlain(database, session, script, header, output, cancellation).ConfigureAwait(false);
        }
    }

    private async Task ShowLive(
        Database database, ISession session, DemoScript script, string header, TextWriter output, CancellationToken cancellation)
    {
        var screen = new LiveScreen(output);
        var rate = new RateMeter(host.Clock);
        try
        {
            while (!cancellation.IsCancellationRequested && !IsOver())
            {
                var panels = new List<(string, ResultTable)>();
                foreach (var panel in script.Panels)
                {
                    panels.Add((panel.Title, await ResultTable.Run(session, panel.Query, cancellation).ConfigureAwait(false)));
                }

                screen.Draw(header, panels, Footer(database, rate));
                await host.Clock.Delay(TimeSpan.FromMilliseconds(FrameMilliseconds), cancellation).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C is how a demo ends.
        }
        finally
        {
            screen.End();
        }
    }

    private async Task ShowPlain(
        Database database, ISession session, DemoScript script, string header, TextWriter output, CancellationToken cancellation)
    {
        var rate = new RateMeter(host.Clock);
        output.WriteLine(header);
        try
        {
            while (!cancellation.IsCancellationRequested && !IsOver())
            {
                foreach (var panel in script.Panels)
                {
                    var table = await ResultTable.Run(session, panel.Query, cancellation).ConfigureAwait(false);
                    var first = table.Rows.Count > 0 ? table.Rows[0] : null;
                    var cells = first?.Select((cell, i) => $"{table.Columns[i]}={cell ?? "NULL"}") ?? ["no rows yet"];
                    output.WriteLine($"{panel.Title}: {string.Join(" ", cells)}");
                }

                output.WriteLine(Footer(database, rate));
                output.Flush();
                await host.Clock.Delay(TimeSpan.FromMilliseconds(PlainMilliseconds), cancellation).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C is how a demo ends.
        }
    }

    private bool IsOver() => options.EndNanos is { } end && host.Clock.MonotonicNanos >= end;

    private static string Footer(Database database, RateMeter rate)
    {
        var now = database.ReadStatistics();
        return $"epoch {now.Epoch} · fresh {now.FreshnessMicros / 1000.0:0.0} ms · {rate.Measure(now.Rows):#,0} events/s"
            + $" · state {now.StateBytes / 1048576.0:0.0} MiB";
    }
}

/// <summary>Events a second since the last look.</summary>
internal sealed class RateMeter(IClock clock)
{
    private long _rows;
    private long _nanos = clock.MonotonicNanos;

    internal double Measure(long rows)
    {
        long now = clock.MonotonicNanos;
        double rate = (rows - _rows) * 1e9 / Math.Max(now - _nanos, 1);
        _rows = rows;
        _nanos = now;
        return rate;
    }
}
