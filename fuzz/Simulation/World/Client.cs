using Vectorized.Engine.Columns;
using Vectorized.Engine.Serving;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;
using Vectorized.Fuzz.Engines;
using Vectorized.Fuzz.Simulation.Scheduling;

namespace Vectorized.Fuzz.Simulation.World;

/// <summary>
/// A session driven on a simulated thread. What it is told goes into the trace. When the server dies under it
/// <see cref="ProcessDeathException"/> leaves the call: the statement's outcome is unknown then.
/// </summary>
internal sealed class Client(Life life, string name, bool outlives) : IDisposable
{
    private readonly ISession _session = life.Database.Connect("root", "dev");

    internal Life Life => life;

    /// <summary>Runs all statements of the text; the last one's outcome, or the first error.</summary>
    internal Outcome Run(string sql)
    {
        life.EndIfSuperseded(outlives);
        life.Scheduler.Trace.Add("send", $"{name}: {sql}");
        Outcome outcome;
        try
        {
            outcome = Execute(sql);
        }
        catch (ProcessDeathException)
        {
            life.InDoubt.Add(string.Join(' ', sql.Split(' ').TakeWhile(w => w.Length > 0 && char.IsUpper(w[0])).Take(2)));
            throw;
        }

        life.EndIfLogFailed();
        life.Process.Seam("an answer");
        life.EndIfSuperseded(outlives);
        life.Scheduler.Trace.Add(
            "answer", $"{name}: {(outcome.Succeeded ? $"{outcome.Rows.Count} rows" : $"{outcome.SqlState} {outcome.Message}")}");
        return outcome;
    }

    /// <summary>A definition: tried again when others' came between its planning and its turn, as the server asks for.</summary>
    internal Outcome Define(string sql)
    {
        const int TriesMax = 20;
        var outcome = Run(sql);
        for (int tries = 1; tries < TriesMax && outcome.SqlState == SqlState.SerializationFailure; tries++)
        {
            outcome = Run(sql);
        }

        return outcome;
    }

    /// <summary>A statement that must succeed.</summary>
    internal Outcome Must(string sql)
    {
        var outcome = Run(sql);
        return outcome.Succeeded ? outcome
            : throw new SimulationFailure($"{name}: {sql}\n  fails: {outcome.SqlState} {outcome.Message}");
    }

    /// <summary>Rows as text, cells parted by bars.</summary>
    internal List<string> Rows(string sql) => [.. Must(sql).Rows.Select(r => string.Join('|', r.Select(c => c ?? "NULL")))];

    public void Dispose() => _session.Dispose();

    private Outcome Execute(string sql)
    {
        try
        {
            var outcome = new Outcome();
            foreach (var statement in SqlParser.Parse(sql))
            {
                outcome = Execute(statement);
            }

            return outcome;
        }
        catch (Exception e) when (e is not ProcessDeathException and not ConnectionGoneException and not SimulationFailure)
        {
            if (life.Process.IsDead)
            {
                throw new ProcessDeathException();
            }

            life.EndIfLogFailed();
            return e is SqlException error ? Outcome.Failed(error.SqlState, error.Message)
                : throw new SimulationFailure($"{name}: {sql}\n  {e}");
        }
    }

    private Outcome Execute(Statement statement)
    {
        bool failed = true;
        try
        {
            var prepared = _session.Prepare(statement, []);
            using var portal = _session.Bind(prepared, []);
            var rows = new List<string?[]>();
            var options = _session.Settings.Values.Text;
            while (Await(portal.Next(CancellationToken.None)) is { } batch)
            {
                AddRows(rows, batch, options);
                life.Process.Seam("rows");
            }

            failed = false;
            return new Outcome { Types = [.. (portal.Columns ?? []).Select(c => TypeOids.Of(c.Type))], Rows = rows };
        }
        finally
        {
            Await(End(failed));
        }
    }

    private async ValueTask<int> End(bool failed)
    {
        await _session.EndImplicitTransaction(failed).ConfigureAwait(false);
        return 0;
    }

    private static void AddRows(List<string?[]> rows, Batch batch, TextOptions options)
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

    private T Await<T>(ValueTask<T> task)
    {
        if (task.IsCompleted)
        {
            return task.GetAwaiter().GetResult();
        }

        var running = task.AsTask();
        var over = life.Process.CreateSignal();
        running.ContinueWith(
            _ => over.Set(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        while (!running.IsCompleted)
        {
            over.Wait();
        }

        return running.GetAwaiter().GetResult();
    }
}
