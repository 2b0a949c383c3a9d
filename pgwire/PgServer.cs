using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Vectorized.Engine.Serving;
using Vectorized.Pgwire.Session;
using Vectorized.Storage.Platform;

namespace Vectorized.Pgwire;

/// <summary>
/// A listening PostgreSQL-protocol server over a database. Started by <see cref="Start(IDatabase, PgServerOptions,
/// Host)"/>, ended by <see cref="Stop"/> (running queries may finish within the grace) or disposal. Does not own the
/// database. Transport is Kestrel's socket transport: bytes reach a connection's loop on the thread that received
/// them, and its answer leaves on the same one.
/// </summary>
public sealed class PgServer : IAsyncDisposable
{
    private readonly ServerContext _context;
    private readonly IConnectionListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private readonly Task _watching;

    private PgServer(ServerContext context, IConnectionListener listener)
    {
        _context = context;
        _listener = listener;
        Port = ((IPEndPoint)listener.EndPoint).Port;
        _accepting = context.Host.Threads.RunPooled(AcceptLoop);
        _watching = context.Host.Threads.RunPooled(() => context.Watchdog.Run(_stop.Token));
    }

    /// <summary>The bound port.</summary>
    public int Port { get; }

    public string Host => _context.Options.Host;

    public PgServerCounters Counters => _context.Counters;

    /// <summary>
    /// Binds and accepts. Throws <see cref="IOException"/> when the address is taken, and refuses an address beyond
    /// loopback while no password is set.
    /// </summary>
    public static PgServer Start(IDatabase database, PgServerOptions options, Host host) =>
        Start(new ServerContext(database, options, host));

    /// <summary>Ends in order: no new connections, idle ones are told 57P01, running queries get the grace.</summary>
    /// <param name="reason">
    /// Why, as what follows "because", where nobody asked for it: clients are told, and running queries get no grace. Null: somebody did.
    /// </param>
    public async Task Stop(string? reason = null)
    {
        if (_context.IsStopping)
        {
            return;
        }

        _context.StopReason = reason;
        _context.IsStopping = true;
        await _listener.UnbindAsync();
        await _accepting;
        foreach (var connection in _context.Registry.All)
        {
            connection.RequestStop();
        }

        if (!await Drained(reason is null ? _context.Options.StopGrace : TimeSpan.Zero))
        {
            foreach (var connection in _context.Registry.All)
            {
                connection.CancelQuery(CancelReason.Shutdown);
            }

            if (!await Drained(TimeSpan.FromSeconds(2)))
            {
                foreach (var connection in _context.Registry.All)
                {
                    connection.Abort();
                }

                await Drained(TimeSpan.FromSeconds(2));
            }
        }

        await _listener.DisposeAsync();
        await _stop.CancelAsync();
        await _watching;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        _stop.Dispose();
    }

    internal static PgServer Start(ServerContext context)
    {
        var options = context.Options;
        var address = ParseAddress(options.Host);
        if (!IPAddress.IsLoopback(address) && options.Credentials is null)
        {
            throw new ArgumentException(
                $"listening on {options.Host} without a password would let anyone in: set one, or listen on 127.0.0.1");
        }

        var transport = new SocketTransportFactory(
            Options.Create(new SocketTransportOptions
            {
                UnsafePreferInlineScheduling = true,
                Backlog = 512,
                CreateBoundListenSocket = e => TcpKeepAlive.Enable(SocketTransportOptions.CreateDefaultBoundListenSocket(e)),
            }),
            NullLoggerFactory.Instance);
        var binding = transport.BindAsync(new IPEndPoint(address, options.Port));
        return new PgServer(context, binding.IsCompletedSuccessfully ? binding.Result : binding.AsTask().GetAwaiter().GetResult());
    }

    /// <summary>An IP address, or localhost; anything else is refused.</summary>
    public static IPAddress ParseAddress(string host)
    {
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            return IPAddress.Loopback;
        }

        return IPAddress.TryParse(host.Trim('[', ']'), out var address)
            ? address
            : throw new ArgumentException($"cannot listen on \"{host}\": give an IP address or localhost");
    }

    private async Task AcceptLoop()
    {
        while (await _listener.AcceptAsync() is { } context)
        {
            if (_context.IsStopping || _context.Registry.Starting >= _context.Options.StartingConnectionsMax)
            {
                _context.Counters.Refused();
                context.Abort();
                await context.DisposeAsync();
                continue;
            }

            var connection = new PgConnection(_context, context);
            // Its own task from here on: Run ends in an orderly way whatever happens.
            _ = connection.Run();
        }
    }

    /// <summary>True when all connections have ended within the time.</summary>
    private async Task<bool> Drained(TimeSpan time)
    {
        var clock = _context.Host.Clock;
        long end = clock.MonotonicNanos + (long)time.TotalNanoseconds;
        while (_context.Registry.Count > 0)
        {
            if (clock.MonotonicNanos >= end)
            {
                return false;
            }

            await clock.Delay(TimeSpan.FromMilliseconds(10));
        }

        return true;
    }
}
