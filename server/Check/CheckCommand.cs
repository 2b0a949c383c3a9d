using Vectorized.Engine.Serving;
using Vectorized.Server.CommandLine;

namespace Vectorized.Server.Check;

/// <summary>
/// `vectorized check DIR|s3://...`: verifies every checksum of a state and reports what it found; exit status 1 names the damage.
/// Takes no lock and changes nothing: of a running server it sees what is written so far.
/// </summary>
internal static class CheckCommand
{
    internal static async Task<int> Run(IReadOnlyList<string> arguments, CommandContext context)
    {
        if (arguments is not [var address] || address.StartsWith('-'))
        {
            throw new UsageException("wants one argument: a data directory, or the address of a state");
        }

        foreach (string line in StateCheck.Run(address, context.Host))
        {
            await context.Output.WriteLineAsync(line);
        }

        await context.Output.WriteLineAsync("no damage found");
        return CommandDispatcher.Success;
    }
}
