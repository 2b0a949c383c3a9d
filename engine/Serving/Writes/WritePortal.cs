using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Writes;

/// <summary>
/// A running INSERT, UPDATE or DELETE: the first pull hands it to the main lane and waits for its publication; then come
/// RETURNING's rows.
/// </summary>
internal sealed class WritePortal(Session session, WritePlan plan, IReadOnlyList<Datum> parameters) : IPortal
{
    private TableWriteCommand? _command;
    private bool _ended;

    public IReadOnlyList<ResultColumn>? Columns => plan.ReturningColumns;

    public string CommandTag => plan.Kind switch
    {
        WriteKind.Insert => $"INSERT 0 {_command?.AffectedRows ?? 0}",
        WriteKind.Update => $"UPDATE {_command?.AffectedRows ?? 0}",
        _ => $"DELETE {_command?.AffectedRows ?? 0}",
    };

    public ICopyIn? CopyIn => null;

    public ICopyOut? CopyOut => null;

    public async ValueTask<Batch?> Next(CancellationToken cancellation)
    {
        if (_ended)
        {
            return null;
        }

        if (_command is null)
        {
            var database = session.Database;
            var inputs = new WriteInputs(parameters, session.Values, null);
            if (plan.Reads.Count == 0)
            {
                using var lease = session.LeaseSnapshot();
                long now = database.Host.Clock.WallMicros;
                inputs = inputs with { Rows = WriteRows.Compute(database, plan, inputs, lease.Pin.Tick, now, cancellation) };
            }

            _command = new TableWriteCommand(database, plan, inputs);
            database.Lane.Enqueue(_command);
            await _command.Published.ConfigureAwait(false);
            if (_command.Returned is { Batch.RowCount: > 0 } returned)
            {
                return returned.Batch;
            }
        }

        _ended = true;
        return null;
    }

    public void Dispose() => _command?.Returned?.Dispose();
}
