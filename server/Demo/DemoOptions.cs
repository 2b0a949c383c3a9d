using Vectorized.Engine.Types;
using Vectorized.Server.CommandLine;

namespace Vectorized.Server.Demo;

/// <summary>Options of `vectorized demo`.</summary>
internal sealed record DemoOptions
{
    internal const string Help = """
        vectorized demo [--seconds N] [--rate N] [--from DIR] [--port N] [--workers N] [--plain]
          --seconds N   stop after N seconds (default: until Ctrl-C)
          --rate N      events a second of the Nexmark generator (default 10000)
          --from DIR    show JSON-lines and CSV files of a directory instead of the generator
          --port N      port of the PostgreSQL protocol on loopback (default: any free one)
          --workers N   worker threads (default 1)
          --memory SIZE memory the process may use (default: three quarters of the machine's)
          --plain       a plain line a second for each view, as without a terminal
        """;

    public int Rate { get; init; } = 10_000;

    public string? From { get; init; }

    public int Port { get; init; }

    public int Workers { get; init; } = 1;

    /// <summary>0: by the machine.</summary>
    public long MemoryBytes { get; init; }

    public bool IsInteractive { get; init; }

    /// <summary>When to stop, in monotonic nanoseconds; null: never.</summary>
    public long? EndNanos { get; init; }

    internal static DemoOptions Parse(ReadOnlySpan<string> arguments, bool hasTerminal, long nowNanos)
    {
        var options = new DemoOptions { IsInteractive = hasTerminal };
        for (int i = 0; i < arguments.Length; i++)
        {
            string name = arguments[i];
            if (name == "--plain")
            {
                options = options with { IsInteractive = false };
                continue;
            }

            if (i + 1 == arguments.Length)
            {
                throw Refused(name);
            }

            string value = arguments[++i];
            options = name switch
            {
                "--seconds" => options with { EndNanos = nowNanos + (Number(name, value) * 1_000_000_000L) },
                "--rate" => options with { Rate = Number(name, value) },
                "--from" => options with { From = value },
                "--port" => options with { Port = Number(name, value) },
                "--memory" => options with { MemoryBytes = OptionValues.MemoryBytes(value) },
                "--workers" => options with { Workers = Math.Max(1, Number(name, value)) },
                _ => throw Refused(name),
            };
        }

        return options;
    }

    private static int Number(string name, string value) => int.TryParse(value, out int number) && number >= 0
        ? number
        : throw new SqlException(SqlState.InvalidParameterValue, $"{name} wants a whole number, not \"{value}\"");

    private static SqlException Refused(string name) =>
        new(SqlState.InvalidParameterValue, $"demo does not know the option {name}, or it lacks a value", hint: Help);
}
