using System.Security.Cryptography.X509Certificates;

namespace Vectorized.Pgwire;

/// <summary>How a <see cref="PgServer"/> listens and what it allows. Limits are PGWIRE's defaults.</summary>
public sealed record PgServerOptions
{
    /// <summary>An IP address, or localhost.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>0 asks the system for a free one.</summary>
    public int Port { get; init; }

    /// <summary>Passwords; null: everyone is trusted, which is refused beyond loopback.</summary>
    public IVerifierStore? Credentials { get; init; }

    /// <summary>The certificate for TLS, asked for at each handshake so that it can be renewed; null: no TLS.</summary>
    public Func<X509Certificate2>? Certificate { get; init; }

    public int ConnectionsMax { get; init; } = 1000;

    /// <summary>Connections that have not authenticated yet.</summary>
    public int StartingConnectionsMax { get; init; } = 200;

    /// <summary>Bytes of one message (Query, Parse, Bind); COPY data is taken in pieces and has no such bound.</summary>
    public int MessageBytesMax { get; init; } = 64 << 20;

    /// <summary>Bytes of incomplete messages over all connections.</summary>
    public long PendingBytesMax { get; init; } = 256 << 20;

    public int StatementsMax { get; init; } = 10_000;

    /// <summary>Bytes of text of one session's prepared statements.</summary>
    public long StatementBytesMax { get; init; } = 64 << 20;

    public int PortalsMax { get; init; } = 1000;

    /// <summary>From accepting a connection to its first ReadyForQuery.</summary>
    public TimeSpan StartupTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>From a message's first bytes to its last.</summary>
    public TimeSpan MessageTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a client may leave results unread before it is dropped: they pin a snapshot.</summary>
    public TimeSpan SlowReaderTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a query runs on after its client has gone.</summary>
    public TimeSpan DisconnectGrace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long running queries may go on when the server stops.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Told of errors that are bugs (reported to the client as XX000), with what was being done.</summary>
    public Action<Exception, string>? InternalError { get; init; }
}
