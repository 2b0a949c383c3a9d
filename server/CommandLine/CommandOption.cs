namespace Vectorized.Server.CommandLine;

/// <summary>One option of a command: how it is written, checked, documented and stored.</summary>
/// <param name="Name">Without the dashes, as in a configuration file.</param>
/// <param name="Value">What its value stands for in the help text; null: a switch without value.</param>
/// <param name="Description">One or more lines of help.</param>
/// <param name="Apply">Stores a checked value; throws <see cref="UsageException"/> saying what was wanted.</param>
internal sealed record CommandOption<T>(string Name, string? Value, string Description, Func<T, string, T> Apply)
{
    /// <summary>Parses are written against the bare value; the option's name is put in front of the error.</summary>
    public T Set(T options, string value)
    {
        try
        {
            return Apply(options, value);
        }
        catch (UsageException e)
        {
            throw new UsageException($"--{Name} {value}: {e.Message}");
        }
    }
}
