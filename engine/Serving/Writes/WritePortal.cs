using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Writes;

/// <summary>
/// A running INSERT, UPDATE or DELETE: the first pull carries it out and, outside of a block, waits for its publication; then
/// come RETURNING's rows.
/// </summary>
internal sealed class WritePortal(
    Session session, WriteKind kind, Func<WritePlan> plan, IReadOnlyList<ResultColumn>? columns, IReadOnlyList<Datum> parameters)
    : IPortal
{
    private WriteRun? _run;
    private bool _ended;

    public IReadOnlyList<ResultColumn>? Columns => columns;

    public string CommandTag => kind switch
    {
        WriteKind.Insert => $"INSERT 0 {_run?.AffectedRows ?? 0}",
        WriteKind.Update => $"UPDATE {_run?.AffectedRows ?? 0}",
        _ => $"DELETE {_run?.AffectedRows ?? 0}",
    };

    public ICopyIn? CopyIn => null;

    public ICopyOut? CopyOut => null;

    public async ValueTask<Batch?> Next(CancellationToken cancellation)
    {
        if (_ended)
        {
            return null;
        }

        if (_run is null)
        {
            _run = new WriteRun(session, plan, parameters);
            await _run.Run(cancellation).ConfigureAwait(false);
            if (_run.Returned is { Batch.RowCount: > 0 } returned)
            {
                return returned.Batch;
            }
        }

        _ended = true;
        return null;
    }

    public void Dispose() => _run?.Dispose();
}
