using Vectorized.Engine.Types;
using Vectorized.Storage;

namespace Vectorized.Server.CommandLine;

/// <summary>Finds the command, reports what went wrong in one line: 2 for a wrong command line, 1 for a failure.</summary>
internal static class CommandDispatcher
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int WrongUsage = 2;

    public static async Task<int> Run(IReadOnlyList<Command> commands, IReadOnlyList<string> arguments, CommandContext context)
    {
        if (arguments.Count == 0 || arguments[0] is "--help" or "-h" or "help")
        {
            await context.Output.WriteAsync(Help(commands));
            return arguments.Count == 0 ? WrongUsage : Success;
        }

        if (arguments[0] is "--version" or "version")
        {
            await context.Output.WriteLineAsync($"vectorized {typeof(CommandDispatcher).Assembly.GetName().Version?.ToString(3)}");
            return Success;
        }

        var command = commands.FirstOrDefault(c => c.Name == arguments[0]);
        if (command is null)
        {
            await context.Error.WriteLineAsync($"vectorized: unknown command \"{arguments[0]}\"; see vectorized --help");
            return WrongUsage;
        }

        try
        {
            return await command.Run([.. arguments.Skip(1)], context);
        }
        catch (UsageException e)
        {
            await context.Error.WriteLineAsync($"vectorized {command.Name}: {e.Message}");
            await context.Error.WriteLineAsync($"see vectorized {command.Name} --help");
            return WrongUsage;
        }
        catch (SqlException e)
        {
            await context.Error.WriteLineAsync($"vectorized {command.Name}: {e.Message} ({e.SqlState})");
            if (e.Hint is { } hint)
            {
                await context.Error.WriteLineAsync($"hint: {hint}");
            }

            return Failure;
        }
        catch (Exception e) when (e is IOException or StorageException or CorruptionException)
        {
            await context.Error.WriteLineAsync($"vectorized {command.Name}: {e.Message}");
            return Failure;
        }
    }

    public static string Help(IReadOnlyList<Command> commands) =>
        "usage: vectorized COMMAND [options]\n\n"
        + string.Concat(commands.Select(c => $"  {c.Name,-8} {c.Summary}\n"))
        + "\nvectorized COMMAND --help tells its options.\n";
}
