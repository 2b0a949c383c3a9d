using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow;
using Vectorized.Engine.Serving.Queries;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Writes;

/// <summary>
/// Carries one writing statement out. In a block: over the block's epoch and own writes, into its overlay. Outside: a short
/// one runs in the commit stage; another is computed here at the published epoch and checked there. When another
/// writer was first it is run again, up to <see cref="RunsMax"/> times, then in the commit stage if it is quick, else under
/// the table's turn, when no other writer is let in.
/// </summary>
internal sealed class WriteRun(Session session, Func<WritePlan> plan, IReadOnlyList<Datum> parameters) : IDisposable
{
    private const int RunsMax = 3;

    private readonly WriteInputs _inputs = new(parameters, session.Values, session.NextSeed()) { MemoryBytes = session.MemoryBytes };
    private TableWriteCommand? _command;
    private OwnedBatch? _returned;

    /// <summary>Rows the statement brings itself instead of a plan's (COPY): handed over by the first run.</summary>
    internal OwnedBatch? Rows { get; init; }

    internal long AffectedRows { get; private set; }

    internal OwnedBatch? Returned => _command is null ? _returned : _command.Returned;

    internal async ValueTask Run(CancellationToken cancellation)
    {
        if (session.Database.Lane.Loading is { } loading)
        {
            await loading.WaitForAll().WaitAsync(cancellation).ConfigureAwait(false);
        }

        if (session.MoreFollows)
        {
            session.BeginImplicitBlock();
        }

        if (session.Block is not null)
        {
            RunInBlock(cancellation);
            return;
        }

        for (int run = 0; run < RunsMax; run++)
        {
            long? spent = await TryRun(null, cancellation).ConfigureAwait(false);
            if (spent is null)
            {
                return;
            }

            if (run == RunsMax - 1 && spent <= session.Database.QuickWriteNanos && await TryInStage().ConfigureAwait(false))
            {
                return;
            }
        }

        await RunInTurn(cancellation).ConfigureAwait(false);
    }

    public void Dispose()
    {
        if (_command is null && session.Block is null)
        {
            Rows?.Dispose();
        }

        _command?.Dispose();
        _returned?.Dispose();
    }

    private void RunInBlock(CancellationToken cancellation)
    {
        var block = session.Block!;
        var statement = plan();
        var view = block.View;
        var rows = Rows is { } brought
            ? new ComputedRows(brought)
            : WriteRows.Compute(session.Database, statement, _inputs, view, block.StartedMicros, cancellation);
        var resolved = WriteResolver.Resolve(
            statement, _inputs, rows, view, session.Database.HashSeed, block.StartedMicros, block.Join);
        AffectedRows = resolved.AffectedRows;
        _returned = resolved.Returned;
        using (resolved.Changes)
        {
            block.Write(statement.Table, resolved.Changes.Batch);
        }
    }

    /// <summary>One run: null when it is published, else how long it took to compute what then did not hold.</summary>
    private async ValueTask<long?> TryRun(WriteTurn? turn, CancellationToken cancellation)
    {
        var database = session.Database;
        var statement = plan();
        bool isShort = statement.Kind != WriteKind.Insert && statement.IsShort(session.RowCount, database.ShortWriteRows);
        if (Rows is not null || isShort)
        {
            return await Send(statement, null, default, turn).ConfigureAwait(false) ? null : 0;
        }

        long started = database.Host.Clock.MonotonicNanos;
        using var lease = session.LeaseSnapshot();
        var rows = WriteRows.Compute(
            database, statement, _inputs, lease.View, database.Host.Clock.WallMicros, cancellation);
        if (rows.Rows.Batch.RowCount == 0)
        {
            // Nothing to change as of this epoch: that is its effect.
            rows.Dispose();
            return null;
        }

        long spent = database.Host.Clock.MonotonicNanos - started;
        return await Send(statement, rows, lease.Pin.Tick, turn).ConfigureAwait(false) ? null : spent;
    }

    private ValueTask<bool> TryInStage() => Send(plan(), null, default, null);

    /// <summary>Alone among the table's writers: what is computed now still holds when it is written.</summary>
    private async ValueTask RunInTurn(CancellationToken cancellation)
    {
        var lane = session.Database.Lane;
        var turn = new WriteTurn(plan().Table.Id);
        var taking = new TakeTurnCommand(turn, session.Database.Host.Threads);
        lane.Enqueue(taking);
        try
        {
            await taking.Published.ConfigureAwait(false);
            for (int run = 0; run < RunsMax; run++)
            {
                if (await TryRun(turn, cancellation).ConfigureAwait(false) is null)
                {
                    return;
                }
            }
        }
        finally
        {
            lane.Enqueue(new EndTurnCommand(turn, session.Database.Host.Threads));
        }

        throw new SqlException(
            SqlState.SerializationFailure, "the table kept changing while the statement was computed", hint: "Run it again.");
    }

    private async ValueTask<bool> Send(WritePlan statement, ComputedRows? rows, long epoch, WriteTurn? turn)
    {
        var command = new TableWriteCommand(session.Database, statement, _inputs) { Turn = turn };
        if (rows is not null || Rows is not null)
        {
            command.Bring(rows ?? new ComputedRows(Rows!), epoch);
        }

        session.Database.Lane.Enqueue(command);
        try
        {
            await command.Published.ConfigureAwait(false);
        }
        catch (WriteMismatch)
        {
            if (rows is not null)
            {
                command.Dispose();
            }

            return false;
        }
        catch
        {
            command.Dispose();
            throw;
        }

        _command = command;
        AffectedRows = command.AffectedRows;
        return true;
    }
}
