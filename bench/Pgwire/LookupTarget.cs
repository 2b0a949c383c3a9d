using Npgsql;

namespace Vectorized.Bench.Pgwire;

/// <summary>A server that answers look-ups: where it is, and what processor time it has used, if that can be told.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Host">An address or host name.</param>
/// <param name="Port">Of the PostgreSQL protocol.</param>
/// <param name="User">Who connects, without a password.</param>
/// <param name="Database">What is connected to.</param>
/// <param name="ProcessorSeconds">Of all of its threads and processes since it started; null for a server that runs elsewhere.</param>
internal sealed record LookupTarget(
    string Name, string Host, int Port, string User, string Database, Func<double>? ProcessorSeconds)
{
    private const int CheckedLookups = 500;

    /// <summary>Runs statements one by one, each in a transaction of its own.</summary>
    internal void Execute(params IEnumerable<string> statements)
    {
        using var connection = Open();
        foreach (string sql in statements)
        {
            using var command = new NpgsqlCommand(sql, connection);
            command.ExecuteNonQuery();
        }
    }

    internal long Scalar(string sql)
    {
        using var connection = Open();
        using var command = new NpgsqlCommand(sql, connection);
        return Convert.ToInt64(command.ExecuteScalar(), null);
    }

    /// <summary>Looks keys up by a prepared statement, one that is not there included; throws where an answer is wrong.</summary>
    internal void Check(string sql, int rows, Func<int, long> expected)
    {
        using var connection = Open();
        using var command = new NpgsqlCommand(sql, connection);
        var key = command.Parameters.Add(new NpgsqlParameter<int>());
        command.Prepare();
        for (int i = 0; i <= CheckedLookups; i++)
        {
            int id = 1 + (int)((long)i * rows / CheckedLookups);
            key.Value = id;
            object? found = command.ExecuteScalar();
            bool isRight = id > rows ? found is null : found is not null && Convert.ToInt64(found, null) == expected(id);
            if (!isRight)
            {
                throw new InvalidOperationException($"{Name}: {sql} with {id} gave {found ?? "no row"}");
            }
        }
    }

    /// <summary>Runs pgbench; the second is the server's processor time a query in microseconds.</summary>
    internal (PgbenchResult Result, double CpuMicros) Measure(string script, string mode, int clients, int seconds)
    {
        double before = ProcessorSeconds?.Invoke() ?? double.NaN;
        var result = PgbenchRun.Measure(Host, Port, User, Database, script, mode, clients, seconds);
        double after = ProcessorSeconds?.Invoke() ?? double.NaN;
        return (result, (after - before) * 1e6 / result.Count);
    }

    private NpgsqlConnection Open()
    {
        var connection = new NpgsqlConnection(
            $"Host={Host};Port={Port};Username={User};Database={Database};SSL Mode=Disable;"
            + "Server Compatibility Mode=NoTypeLoading;Pooling=false;Command Timeout=120");
        connection.Open();
        return connection;
    }
}
