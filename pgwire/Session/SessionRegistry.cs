using System.Collections.Concurrent;
using System.Security.Cryptography;
using Vectorized.Pgwire.Protocol;

namespace Vectorized.Pgwire.Session;

/// <summary>The connections of a server: all of them, for stopping; those with a session, for cancel requests.</summary>
internal sealed class SessionRegistry
{
    private readonly ConcurrentDictionary<PgConnection, byte> _all = new();
    private readonly ConcurrentDictionary<int, PgConnection> _bySession = new();
    private int _starting;

    public int Count => _all.Count;

    public int SessionCount => _bySession.Count;

    public ICollection<PgConnection> All => _all.Keys;

    /// <summary>Connections that have not authenticated yet.</summary>
    public int Starting => Volatile.Read(ref _starting);

    public void Add(PgConnection connection)
    {
        Interlocked.Increment(ref _starting);
        _all.TryAdd(connection, 0);
    }

    public void Started() => Interlocked.Decrement(ref _starting);

    public void Remove(PgConnection connection, bool wasStarted)
    {
        _all.TryRemove(connection, out _);
        if (!wasStarted)
        {
            Interlocked.Decrement(ref _starting);
        }
    }

    public void AddSession(int id, PgConnection connection) => _bySession[id] = connection;

    public void RemoveSession(int id) => _bySession.TryRemove(id, out _);

    /// <summary>Cancels the named session's running query if the key is right; says nothing either way.</summary>
    public void Cancel(CancelRequestMessage request)
    {
        if (_bySession.TryGetValue(request.ProcessId, out var connection)
            && CryptographicOperations.FixedTimeEquals(
                BitConverter.GetBytes(connection.CancelKey), BitConverter.GetBytes(request.Key)))
        {
            connection.CancelQuery(CancelReason.UserRequest);
        }
    }
}
