using Vectorized.Engine.Columns;
using Vectorized.Engine.Serving;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Pgwire;

/// <summary>A database whose sessions run <see cref="FakeStatement"/>s over batches in memory. Any thread.</summary>
internal sealed class FakeDatabase : IDatabase
{
    private int _lastId;

    public long PublishedEpoch => 1;

    public Task<Exception> Death { get; } = new TaskCompletionSource<Exception>().Task;

    /// <summary>What statements wrote and transactions committed, in order.</summary>
    public List<string> Committed { get; } = [];

    public List<FakeSession> Sessions { get; } = [];

    /// <summary>What `show NAME` answers with: one batch of columns.</summary>
    public Dictionary<string, (string[] Names, OwnedBatch Batch)> Results { get; } = [];

    public ISession Connect(string user, string database)
    {
        if (user == "nobody")
        {
            throw new SqlException(SqlState.InvalidAuthorization, $"role \"{user}\" does not exist");
        }

        if (database != "dev")
        {
            throw new SqlException(SqlState.InvalidCatalogName, $"database \"{database}\" does not exist");
        }

        var session = new FakeSession(this, Interlocked.Increment(ref _lastId), user, database);
        lock (Sessions)
        {
            Sessions.Add(session);
        }

        return session;
    }

    public ValueTask DisposeAsync() => default;
}
