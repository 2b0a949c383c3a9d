using System.Diagnostics;

namespace Vectorized.Fuzz.Engines;

/// <summary>A PostgreSQL started by tests/services/postgres.sh for this process; it ends with it.</summary>
internal sealed class PostgresServer : IDisposable
{
    private readonly Process _script;

    internal PostgresServer()
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(Repository.Root, "tests", "services", "postgres.sh")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _script = Process.Start(start) ?? throw new InvalidOperationException("bash does not start");
        string? line = _script.StandardOutput.ReadLine();
        if (line is null || !line.StartsWith("socket=", StringComparison.Ordinal))
        {
            throw new InvalidOperationException("PostgreSQL did not start (see above)");
        }

        Socket = line["socket=".Length..];
    }

    /// <summary>Path of the Unix socket it listens on.</summary>
    internal string Socket { get; }

    public void Dispose()
    {
        _script.StandardInput.Close();
        _script.WaitForExit(20_000);
        _script.Dispose();
    }
}
