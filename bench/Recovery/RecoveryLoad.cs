using System.Diagnostics;
using Npgsql;
using Vectorized.Bench.Freshness;

namespace Vectorized.Bench.Recovery;

/// <summary>
/// Clients that insert the rows after the last, block after block as fast as they are acknowledged, until the server is killed.
/// </summary>
internal sealed class RecoveryLoad(int clients, int rowsPerInsert, long first)
{
    private readonly Lock _lock = new();
    private readonly SortedSet<long> _open = [];
    private long _next = first;

    /// <summary>Every row below this was acknowledged.</summary>
    internal long Prefix { get; private set; }

    /// <summary>Rows acknowledged.</summary>
    internal long Acknowledged { get; private set; }

    /// <summary>
    /// Seconds of processor time of the server's main lane, which executes ticks, since the newest manifest was written: what a
    /// restart has to execute again.
    /// </summary>
    internal double ExecutionSeconds { get; private set; }

    /// <summary>Loads the server so long, then kills it.</summary>
    internal void Run(ServedDatabase server, int seconds)
    {
        var writers = Enumerable.Range(0, clients).Select(_ => Task.Run(() => Insert(server.ConnectionString))).ToList();
        var clock = Stopwatch.StartNew();
        int manifests = -1;
        double before = 0;
        double now = 0;
        while (clock.Elapsed.TotalSeconds < seconds)
        {
            now = LaneClock.Seconds(server.ProcessId);
            int count = Directory.GetFiles(Path.Combine(server.DataDirectory, "state", "manifest")).Length;
            if (count != manifests)
            {
                manifests = count;
                before = now;
            }

            Task.Delay(20).Wait();
        }

        server.End(atOnce: true);
        Task.WaitAll(writers);
        ExecutionSeconds = now - before;
        Prefix = _open.Count > 0 ? _open.Min : _next;
    }

    private async Task Insert(string connectionString)
    {
        try
        {
            await using var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync();
            while (true)
            {
                long block = Begin();
                await using var command = new NpgsqlCommand(RecoveryTable.Insert(block, rowsPerInsert), connection);
                await command.ExecuteNonQueryAsync();
                lock (_lock)
                {
                    _open.Remove(block);
                    Acknowledged += rowsPerInsert;
                }
            }
        }
        catch (NpgsqlException e) when (e is not PostgresException)
        {
            // The server is gone.
        }
    }

    private long Begin()
    {
        lock (_lock)
        {
            long block = _next;
            _open.Add(block);
            _next += rowsPerInsert;
            return block;
        }
    }
}
