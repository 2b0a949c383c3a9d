using Vectorized.Server.CommandLine;
using Vectorized.Storage.Platform;

namespace Vectorized.Server.Serve;

/// <summary>Options of `vectorized serve`, each declared once in <see cref="Table"/>.</summary>
internal sealed record ServeOptions
{
    public const string PasswordVariable = "VECTORIZED_PASSWORD";

    public static readonly OptionTable<ServeOptions> Table = new(
        "vectorized serve [options]",
        "Serves a database over the PostgreSQL protocol until SIGTERM or Ctrl-C.",
        [
            new("data", "DIR", "where the database lives; file sources may read it too\n"
                + "(default: ./vectorized-data)",
                (o, v) => o with { Data = v }),
            new("listen", "HOST:PORT", "PostgreSQL protocol (default: 127.0.0.1:4566; port 0: any free one);\n"
                + "beyond loopback only with a password", (o, v) => o with { Listen = OptionValues.Address(v) }),
            new("http", "HOST:PORT", "/health and /metrics (default: 127.0.0.1:5691; `off`: none)",
                (o, v) => o with { Http = v == "off" ? null : OptionValues.Address(v) }),
            new("config", "FILE", "read options from lines of name = value; arguments win over them",
                (o, v) => o with { Config = v }),
            new("state", "URL", "where checkpoints stand: s3://bucket/prefix?endpoint=http://host:port, or a directory\n"
                + "(default: in the data directory)", (o, v) => o with { State = v }),
            new("takeover", null, "open a state that another directory's server wrote last: what that acknowledged\n"
                + "since its last checkpoint is given up", (o, _) => o with { TakesOver = true }),
            new("workers", "N", "threads that run views (default: 1)",
                (o, v) => o with { Workers = OptionValues.Count(v, 1, 64) }),
            new("memory", "SIZE", "memory the process may use, such as 4GiB; near it sources are slowed, then the view that\n"
                + "holds most is suspended (default: three quarters of the machine's)",
                (o, v) => o with { MemoryBytes = OptionValues.MemoryBytes(v) }),
            new("durability", "local|store", "when a write is acknowledged: local, once it is synced to the data directory (default);\n"
                + "store, once it is on the store of --state", (o, v) => o with { Durability = ParseDurability(v) }),
            new("files-dir", "DIR", "where file sources and sinks may read and write\n"
                + "(default: the data directory and the system's temporary directory)", (o, v) => o with { FilesDirectory = v }),
            new("password-file", "FILE", $"file whose first line is every user's password (or set {PasswordVariable})",
                (o, v) => o with { PasswordFile = v }),
            new("tls-cert", "FILE", "PEM certificate chain: connections may use TLS", (o, v) => o with { TlsCertificate = v }),
            new("tls-key", "FILE", "PEM key of the certificate", (o, v) => o with { TlsKey = v }),
            new("max-connections", "N", "sessions at a time (default: 1000)",
                (o, v) => o with { ConnectionsMax = OptionValues.Count(v, 1, 100_000) }),
        ]);

    public string Data { get; init; } = "./vectorized-data";

    /// <summary>Null: in the data directory.</summary>
    public string? State { get; init; }

    public bool TakesOver { get; init; }

    public ListenAddress Listen { get; init; } = new("127.0.0.1", 4566);

    public ListenAddress? Http { get; init; } = new ListenAddress("127.0.0.1", 5691);

    public string? Config { get; init; }

    /// <summary>0: one.</summary>
    public int Workers { get; init; }

    /// <summary>0: as ALTER SYSTEM SET memory has it, else by the machine.</summary>
    public long MemoryBytes { get; init; }

    public Durability Durability { get; init; }

    public string? FilesDirectory { get; init; }

    public string? PasswordFile { get; init; }

    public string? TlsCertificate { get; init; }

    public string? TlsKey { get; init; }

    public int ConnectionsMax { get; init; } = 1000;

    /// <summary>Arguments over the configuration file over defaults.</summary>
    public static ServeOptions Bind(IReadOnlyList<string> arguments, IFiles files)
    {
        var fromArguments = Table.Bind(new ServeOptions(), arguments);
        if (fromArguments.Config is not { } path)
        {
            return fromArguments;
        }

        string text;
        try
        {
            text = System.Text.Encoding.UTF8.GetString(files.ReadAll(path));
        }
        catch (IOException e)
        {
            throw new UsageException($"--config {path}: {e.Message}");
        }

        try
        {
            return Table.Bind(Table.BindFile(new ServeOptions(), text), arguments);
        }
        catch (UsageException e)
        {
            throw new UsageException($"--config {path}: {e.Message}");
        }
    }

    private static Durability ParseDurability(string value) => value switch
    {
        "local" => Durability.Local,
        "store" => Durability.Store,
        _ => throw new UsageException("local or store is wanted"),
    };
}
