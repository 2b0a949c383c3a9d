using System.Globalization;
using Vectorized.Connectors;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Serving;
using Vectorized.Engine.Types;
using Vectorized.Fuzz.Simulation.Files;
using Vectorized.Server.Shell;
using Vectorized.Storage.Platform;

namespace Vectorized.Tests.Views;

/// <summary>Two tables of random rows that one session changes while another builds views over them, a few rows a step.</summary>
internal sealed class BackfillBed : IAsyncDisposable
{
    private const int RowsPerTable = 250;
    private const int Keys = 40;

    private readonly Random _random;
    private readonly DatabaseOptions _options;
    private SimulatedFiles? _files;
    private Database _database;
    private ISession _session;
    private ISession _builder;

    private BackfillBed(DatabaseOptions options, BuildGate gate, SimulatedFiles? files, int seed)
    {
        _random = new Random(seed);
        _options = options;
        _files = files;
        Gate = gate;
        (_database, _session, _builder) = Connect();
    }

    internal Database Database => _database;

    internal BuildGate Gate { get; }

    /// <summary>Changes answered while a view was being built.</summary>
    internal int ChangesBeside { get; private set; }

    internal static async Task<BackfillBed> Open(int workers, int seed, string? bug = null, bool isDurable = false)
    {
        var gate = new BuildGate(bug);
        var options = new DatabaseOptions
        {
            Workers = workers,
            HashSeed = 42,
            BuildRows = 16,
            Hook = gate,
            DataDirectory = isDurable ? "/data" : null,
            CheckpointAgeNanosMax = 0,
        };
        var bed = new BackfillBed(options, gate, isDurable ? new SimulatedFiles() : null, seed);
        await bed.Create();
        return bed;
    }

    public async ValueTask DisposeAsync()
    {
        _session.Dispose();
        _builder.Dispose();
        await _database.DisposeAsync();
    }

    internal Task<ResultTable> Run(string sql) => ResultTable.Run(_session, sql, CancellationToken.None);

    /// <summary>On the session that builds, without being waited for.</summary>
    internal Task Other(string sql, CancellationToken cancellation = default)
    {
        var builder = _builder;
        return Task.Run(() => ResultTable.Run(builder, sql, cancellation), CancellationToken.None);
    }

    /// <summary>Starts a definition that then waits until the gate allows it steps; true when it is under way.</summary>
    internal async Task<Task> Begin(string sql, CancellationToken cancellation = default)
    {
        Gate.Close();
        var creating = Other(sql, cancellation);
        long before = _database.Lane.TicksBesideBuilds;
        while (_database.Lane.TicksBesideBuilds == before && !creating.IsCompleted)
        {
            await Run("UPDATE b SET v = v + 1 WHERE id = 0");
        }

        return creating;
    }

    /// <summary>
    /// Builds a view while its tables change, holds it against its query then and after so many more changes, and drops it; the first
    /// difference or error, or null.
    /// </summary>
    internal async Task<string?> Build((string Name, string Query) view, int changesAfter)
    {
        try
        {
            var creating = await Begin($"CREATE MATERIALIZED VIEW {view.Name} AS {view.Query}");
            await Step(creating, int.MaxValue);
            Gate.Open();
            await creating;
            string? difference = await Differs(view, "being built");
            for (int i = 0; difference is null && i < changesAfter; i++)
            {
                string statement = Change();
                await Run(statement);
                difference = await Differs(view, statement);
            }

            await Run($"DROP MATERIALIZED VIEW {view.Name}");
            return difference;
        }
        catch (SqlException e)
        {
            return $"{view.Name}: {e.Message}";
        }
    }

    /// <summary>Changes the tables so many times and lets the build go on a little, until it is done.</summary>
    internal async Task Step(Task creating, int changes)
    {
        for (; !creating.IsCompleted && changes > 0; changes--)
        {
            await Run(Change());
            ChangesBeside += creating.IsCompleted ? 0 : 1;
            Gate.Allow(_random.Next(5));
        }
    }

    /// <summary>The rows in which a view and its query differ, as text; null: they do not.</summary>
    internal async Task<string?> Differs((string Name, string Query) view, string after)
    {
        string sql = $"SELECT 'not in the query', * FROM (SELECT * FROM {view.Name} EXCEPT ALL ({view.Query})) AS d "
            + $"UNION ALL SELECT 'not in the view', * FROM (({view.Query}) EXCEPT ALL SELECT * FROM {view.Name}) AS d";
        string rows = await Text(sql);
        return rows.Length == 0 ? null : $"{view.Name}, after {after}:\n{rows}";
    }

    internal async Task<string> Text(string sql) =>
        string.Join('\n', (await Run(sql)).Rows.Select(r => string.Join(' ', r.Select(c => c ?? "NULL"))));

    /// <summary>Ends the database, as power loss does if a seed is given, and opens it again.</summary>
    internal async Task Restart(int? crashSeed)
    {
        var after = crashSeed is { } seed ? _files!.Crash(seed) : null;
        await DisposeAsync();
        _files = after ?? _files;
        (_database, _session, _builder) = Connect();
    }

    internal string Change()
    {
        string table = _random.Next(2) == 0 ? "a" : "b";
        int id = _random.Next(RowsPerTable * 2);
        return _random.Next(8) switch
        {
            0 => $"DELETE FROM {table} WHERE id = {id}",
            1 => $"DELETE FROM {table} WHERE k = {_random.Next(Keys)} AND v < 5",
            2 => $"UPDATE {table} SET v = v + 1 WHERE k = {_random.Next(Keys)}",
            3 => $"UPDATE {table} SET k = {Key()}, s = {Text()} WHERE id = {id}",
            _ => $"INSERT INTO {table} VALUES " + string.Join(", ", Enumerable.Range(id, 1 + _random.Next(4)).Select(Row)),
        };
    }

    private (Database Database, ISession Session, ISession Builder) Connect()
    {
        var host = _files is null ? Host.System : Host.System with { Files = _files };
        var database = Database.Open(_options, host, new SourceConnectors().AddBuiltin());
        return (database, database.Connect("root", "dev"), database.Connect("root", "dev"));
    }

    private async Task Create()
    {
        foreach (string table in (string[])["a", "b"])
        {
            await Run($"CREATE TABLE {table} (id bigint PRIMARY KEY, k bigint, v bigint, s varchar)");
            await Run($"INSERT INTO {table} VALUES {string.Join(", ", Enumerable.Range(0, RowsPerTable).Select(Row))}");
        }

        await Run($"CREATE MATERIALIZED VIEW below AS {BuiltViews.Below}");
    }

    private string Row(int id) => $"({id}, {Key()}, {_random.Next(Keys)}, {Text()})";

    private string Key() => _random.Next(12) == 0 ? "NULL" : _random.Next(Keys).ToString(CultureInfo.InvariantCulture);

    private string Text() => _random.Next(5) switch
    {
        0 => "NULL",
        1 => "'a text that is longer than twelve'",
        _ => $"'t{_random.Next(20)}'",
    };
}
