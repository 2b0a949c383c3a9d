using Npgsql;

namespace Vectorized.Bench.Pgwire;

/// <summary>
/// Point look-ups over the wire, by pgbench on the same machine (its own cost is part of the figure): against a server
/// that runs already, ours or PostgreSQL. Measure two servers interleaved and compare ratios.
/// </summary>
internal sealed class PgwireSuite : IBenchSuite
{
    private const string Table = "pgwire_bench";

    public string Name => "pgwire";

    public string Summary => "point look-ups: --port N [--host H] [--user U] [--db D] [--rows N] [--clients 1,8,32] "
        + "[--modes prepared,extended,simple] [--seconds N]";

    public IReadOnlyList<string> Options { get; } =
        ["--port", "--host", "--user", "--db", "--rows", "--clients", "--modes", "--seconds"];

    public BenchTable Run(BenchArguments arguments)
    {
        if (!PgbenchRun.IsInstalled)
        {
            throw new ArgumentException("pgbench is not installed");
        }

        string host = arguments.Text("--host") ?? "127.0.0.1";
        int port = (int)arguments.Number("--port", 4566);
        string user = arguments.Text("--user") ?? "root";
        string database = arguments.Text("--db") ?? "dev";
        int rows = (int)arguments.Number("--rows", 10_000);
        int seconds = (int)arguments.Number("--seconds", 5);
        Fill($"Host={host};Port={port};Username={user};Database={database};SSL Mode=Disable;"
            + "Server Compatibility Mode=NoTypeLoading;Pooling=false", rows);
        string script = $"\\set id random(1, {rows})\nSELECT v FROM {Table} WHERE id = :id;\n";
        var table = new BenchTable("mode", "clients", "tps", "p50 us", "p99 us");
        foreach (string mode in arguments.List("--modes", ["prepared", "extended", "simple"]))
        {
            foreach (string clients in (arguments.Text("--clients") ?? "1,8,32").Split(','))
            {
                var result = PgbenchRun.Measure(host, port, user, database, script, mode, int.Parse(clients), seconds);
                table.Add(mode, int.Parse(clients), result.Tps, result.P50Micros, result.P99Micros);
            }
        }

        return table;
    }

    private static void Fill(string connectionString, int rows)
    {
        using var connection = new NpgsqlConnection(connectionString);
        connection.Open();
        Execute(connection, $"DROP TABLE IF EXISTS {Table}");
        Execute(connection, $"CREATE TABLE {Table} (id int PRIMARY KEY, v int)");
        Execute(connection, $"INSERT INTO {Table} SELECT i, i * 7 FROM generate_series(1, {rows}) AS g(i)");
    }

    private static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
