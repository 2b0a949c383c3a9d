using System.Diagnostics;

namespace Vectorized.Tests.Transactions;

/// <summary>
/// The PostgreSQL the environment names (an Npgsql connection string, may be written to), or one started by
/// tests/services/postgres.sh, which lives as long as this.
/// </summary>
internal sealed class PostgresServer : IDisposable
{
    private static readonly string[] _programs = ["/usr/lib/postgresql/15/bin/initdb", "/usr/pgsql-15/bin/initdb"];
    private readonly Process? _script;

    internal PostgresServer()
    {
        if (Environment.GetEnvironmentVariable("VECTORIZED_TEST_POSTGRES") is { } named)
        {
            ConnectionString = named;
            return;
        }

        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Vectorized.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("the tests do not stand in the repository");
        }

        var start = new ProcessStartInfo("bash", [Path.Combine(directory.FullName, "tests", "services", "postgres.sh")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _script = Process.Start(start)!;
        string line = _script.StandardOutput.ReadLine() ?? throw new InvalidOperationException("PostgreSQL did not start");
        string socket = line["socket=".Length..];
        ConnectionString = $"Host={Path.GetDirectoryName(socket)};Port={Path.GetExtension(socket)[1..]};Username=postgres;Database=postgres";
    }

    /// <summary>Why there is none, or null.</summary>
    internal static string? Missing => Environment.GetEnvironmentVariable("VECTORIZED_TEST_POSTGRES") is not null
        || Array.Exists(_programs, File.Exists)
        ? null : "PostgreSQL 15 is not installed (tests/services/install.sh installs it)";

    internal string ConnectionString { get; }

    public void Dispose()
    {
        if (_script is not null)
        {
            _script.StandardInput.Close();
            _script.WaitForExit(20_000);
            _script.Dispose();
        }
    }
}

/// <summary>Runs where there is a PostgreSQL 15 to compare with.</summary>
internal sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresServer.Missing;
}
