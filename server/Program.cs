using System.Runtime.InteropServices;
using Vectorized.Engine.Types;
using Vectorized.Server.CommandLine;
using Vectorized.Server.Serve;
using Vectorized.Storage.Platform;

using var stop = new CancellationTokenSource();
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);

var serve = new ServeCommand((_, _) => throw new SqlException(
    SqlState.FeatureNotSupported, "this build has no engine to serve yet"));
Command[] commands =
[
    new("serve", "serve a database over the PostgreSQL protocol", serve.Run),
];

return await CommandDispatcher.Run(commands, args, new CommandContext(Console.Out, Console.Error, Host.System, stop.Token));

void Stop(PosixSignalContext signal)
{
    // Cancelled here means: handled, do not end the process at once.
    signal.Cancel = true;
    stop.Cancel();
}
