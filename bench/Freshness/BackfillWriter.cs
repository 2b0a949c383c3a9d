using Npgsql;
using Vectorized.Storage.Platform;

namespace Vectorized.Bench.Freshness;

/// <summary>Changes random rows of the large table, one a statement, until it is stopped. Owns its connection.</summary>
internal sealed class BackfillWriter : IDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly Task<long> _writing;
    private volatile bool _isStopped;

    internal BackfillWriter(NpgsqlConnection connection, long rows)
    {
        _connection = connection;
        _writing = Task.Run(() => Write(rows));
    }

    /// <summary>How many statements were answered.</summary>
    internal long Stop()
    {
        _isStopped = true;
        return _writing.GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        _isStopped = true;
        _writing.Wait();
        _connection.Dispose();
    }

    private long Write(long rows)
    {
        var random = new SeededRandom(1);
        using var update = new NpgsqlCommand("UPDATE big SET k = $1, v = v + 1 WHERE id = $2", _connection);
        update.Parameters.Add(new NpgsqlParameter<long>());
        update.Parameters.Add(new NpgsqlParameter<long>());
        update.Prepare();
        long answered = 0;
        for (; !_isStopped; answered++)
        {
            ((NpgsqlParameter<long>)update.Parameters[0]).TypedValue = random.Next(BackfillScript.Groups);
            ((NpgsqlParameter<long>)update.Parameters[1]).TypedValue = random.Next(rows);
            update.ExecuteNonQuery();
        }

        return answered;
    }
}
