using Vectorized.Connectors;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Serving;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;
using Vectorized.Fuzz.Mutants;
using Vectorized.Fuzz.Simulation.Files;
using Vectorized.Storage.Platform;

namespace Vectorized.Fuzz.Engines;

/// <summary>A fresh database of ours in this process and one session on it. One thread.</summary>
internal sealed class EmbeddedEngine : IDisposable
{
    private readonly DatabaseOptions _options;
    private readonly int _timeoutMs;
    private readonly IClock _clock;
    private SimulatedFiles? _files;
    private bool _isOpen = true;
    private Database _database;
    private ISession _session;

    /// <param name="options">With a data directory it lies on a file system in memory.</param>
    /// <param name="timeoutMs">What a statement may take.</param>
    /// <param name="clock">The database's time; null: the machine's.</param>
    internal EmbeddedEngine(DatabaseOptions options, int timeoutMs = 10_000, IClock? clock = null)
    {
        _timeoutMs = timeoutMs;
        _clock = clock ?? Host.System.Clock;
        _options = options with { HashSeed = options.HashSeed ?? 42 };
        _files = options.DataDirectory is null ? null : new SimulatedFiles();
        (_database, _session) = Open();
    }

    /// <summary>
    /// Ends the database and opens it again: cleanly, or as power loss leaves it. Where it does not open the engine is good for
    /// nothing but being disposed.
    /// </summary>
    internal void Restart(int? crashSeed)
    {
        var old = _database;
        _isOpen = false;
        if (crashSeed is { } seed)
        {
            var found = _files!.Crash(seed);
            _session.Dispose();
            old.DisposeAsync().AsTask().GetAwaiter().GetResult();
            _files = found;
        }
        else
        {
            _session.Dispose();
            old.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }

        (_database, _session) = Open();
        _isOpen = true;
    }

    private (Database Database, ISession Session) Open()
    {
        var host = Host.System with { Clock = _clock, Files = _files ?? Host.System.Files };
        var database = Database.Open(_options, host, new SourceConnectors().AddBuiltin());
        (_options.Hook as Mutant)?.AtSharing?.Invoke(database.Lane.Graph.Shared);
        return (database, database.Connect(_options.UserName, _options.DatabaseName));
    }

    internal Database Database => _database;

    /// <summary>Runs them in a session of their own, on another thread. To be awaited before another, and before the end.</summary>
    internal Task<Outcome> RunBeside(string sql) => Task.Run(() =>
    {
        using var session = _database.Connect(_options.UserName, _options.DatabaseName);
        return Run(session, sql);
    });

    /// <summary>Runs all statements of the text; the last one's outcome, or the first error.</summary>
    internal Outcome Run(string sql) => Run(_session, sql);

    private Outcome Run(ISession session, string sql)
    {
        try
        {
            var outcome = new Outcome();
            foreach (var statement in SqlParser.Parse(sql))
            {
                outcome = Run(session, statement);
            }

            return outcome;
        }
        catch (SqlException error)
        {
            return Outcome.Failed(error.SqlState, error.Message);
        }
        catch (OperationCanceledException)
        {
            return Outcome.Failed(SqlState.QueryCanceled, "time is over");
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // Nothing but SqlException may leave a session: this is a finding, not a reason to stop.
            return Outcome.Failed(SqlState.InternalError, error.ToString());
        }
    }

    private Outcome Run(ISession session, Statement statement)
    {
        bool failed = true;
        try
        {
            using var cancellation = new CancellationTokenSource(_timeoutMs);
            var prepared = session.Prepare(statement, []);
            using var portal = session.Bind(prepared, []);
            var rows = new List<string?[]>();
            var options = session.Settings.Values.Text;
            while (portal.Next(cancellation.Token).AsTask().GetAwaiter().GetResult() is { } batch)
            {
                for (int row = 0; row < batch.RowCount; row++)
                {
                    var cells = new string?[batch.ColumnCount];
                    for (int i = 0; i < cells.Length; i++)
                    {
                        cells[i] = batch[i].IsValid(row) ? TextFormat.ToText(Datum.FromVector(batch[i], row), options) : null;
                    }

                    rows.Add(cells);
                }
            }

            failed = false;
            return new Outcome { Types = [.. (portal.Columns ?? []).Select(c => TypeOids.Of(c.Type))], Rows = rows };
        }
        finally
        {
            session.EndImplicitTransaction(failed).AsTask().GetAwaiter().GetResult();
        }
    }

    public void Dispose()
    {
        if (_isOpen)
        {
            _session.Dispose();
            _database.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }
}
