using System.Runtime.InteropServices;
using Vectorized.Engine.Serving;
using Vectorized.Server.Check;
using Vectorized.Server.CommandLine;
using Vectorized.Server.Demo;
using Vectorized.Server.Serve;
using Vectorized.Server.Shell;
using Vectorized.Storage.Platform;

using var stop = new CancellationTokenSource();
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);

var serve = new ServeCommand((options, host) => new ValueTask<IDatabase>(
    DatabaseOpener.Open(
        Math.Max(1, options.Workers),
        options.FilesDirectory is { } files ? [options.Data, files] : [options.Data],
        host,
        options.Data,
        options.MemoryBytes,
        options)));
Command[] commands =
[
    new("serve", "serve a database over the PostgreSQL protocol", serve.Run),
    new("demo", "live views over a generator or a directory of files", DemoCommand.Run),
    new("check", "verify every checksum of a state", CheckCommand.Run),
    new("backup", "copy a state's newest checkpoint to another place", BackupCommand.Run),
    new("sql", "run statements of a file in an embedded engine", SqlCommand.Run),
];

return await CommandDispatcher.Run(commands, args, new CommandContext(Console.Out, Console.Error, Host.System, stop.Token));

void Stop(PosixSignalContext signal)
{
    // Cancelled here means: handled, do not end the process at once.
    signal.Cancel = true;
    stop.Cancel();
}
