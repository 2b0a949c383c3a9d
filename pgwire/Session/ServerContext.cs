using Vectorized.Engine.Serving;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;
using Vectorized.Storage.Platform;

namespace Vectorized.Pgwire.Session;

/// <summary>What all connections of one server share. Any thread.</summary>
internal sealed class ServerContext
{
    private int _stopping;

    public ServerContext(IDatabase database, PgServerOptions options, Host host)
    {
        Database = database;
        Options = options;
        Host = host;
        Watchdog = new Watchdog(host.Clock);
        PendingInput = new MemoryBudget(options.PendingBytesMax);
        host.Random.Fill(Secret);
    }

    public IDatabase Database { get; }

    public PgServerOptions Options { get; }

    public Host Host { get; }

    public Watchdog Watchdog { get; }

    public SessionRegistry Registry { get; } = new();

    public PgServerCounters Counters { get; } = new();

    public MemoryBudget PendingInput { get; }

    /// <summary>Random per process: seeds the salts that unknown users are shown.</summary>
    public byte[] Secret { get; } = new byte[32];

    /// <summary>Text to statements; tests put their own language here.</summary>
    public Func<string, IReadOnlyList<Statement>> Parse { get; init; } = SqlParser.Parse;

    /// <summary>Why the server ends, where nobody told it to. Set before <see cref="IsStopping"/>.</summary>
    public string? StopReason { get; set; }

    /// <summary>What clients are told when the server ends.</summary>
    public SqlException StopError =>
        new(
            SqlState.AdminShutdown,
            $"terminating connection {(StopReason is null ? "due to administrator command" : "because " + StopReason)}");

    public bool IsStopping
    {
        get => Volatile.Read(ref _stopping) != 0;
        set => Volatile.Write(ref _stopping, value ? 1 : 0);
    }

    public long DeadlineAfter(TimeSpan time) => Host.Clock.MonotonicNanos + (long)time.TotalNanoseconds;
}
