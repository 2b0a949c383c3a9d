using Vectorized.Server.CommandLine;
using Vectorized.Storage.Checkpoints;
using Vectorized.Storage.Manifests;
using Vectorized.Storage.Objects;

namespace Vectorized.Server.Check;

/// <summary>
/// `vectorized backup FROM TO`: copies a state's newest checkpoint, a manifest and what it refers to, to another place; a server may be
/// writing meanwhile. `serve --state TO` with a data directory of its own opens the copy, as another database.
/// </summary>
internal static class BackupCommand
{
    internal static async Task<int> Run(IReadOnlyList<string> arguments, CommandContext context)
    {
        if (arguments is not [var from, var to] || from.StartsWith('-'))
        {
            throw new UsageException("wants two arguments: a data directory or the address of a state, and where the copy is to stand");
        }

        var host = context.Host;
        bool isDirectory = !from.Contains("://", StringComparison.Ordinal) && DataDirectory.ReadIdentity(host.Files, from) is not null;
        using var source = ObjectStores.Open(isDirectory ? Path.Combine(from, DataDirectory.StateName) : from, host);
        using var target = ObjectStores.Open(to, host);
        var copied = CheckpointBackup.Copy(source, target, host);
        await context.Output.WriteLineAsync($"copied the checkpoint of tick {copied.Tick} to {target.Name}");
        return CommandDispatcher.Success;
    }
}
