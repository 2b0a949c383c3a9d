using Vectorized.Engine.Columns;
using Vectorized.Engine.Operators;
using Vectorized.Engine.Operators.Errors;

namespace Vectorized.Engine.Dataflow;

/// <summary>
/// Where a view's reported rows enter its error relation in one part: a root one level above the view's last, so that every report of the
/// tick is in. Deltas: d(errors) = reports of dA, by weight.
/// </summary>
internal sealed class RowErrorRoot(OperatorContext context, RowErrorLog log) : RootOperator(context)
{
    private OwnedBatch? _lastTick;

    public override string Form => "row errors";

    internal override void Deliver()
    {
        // What was pushed is read until its tick has ended everywhere.
        _lastTick?.Dispose();
        _lastTick = log.Take();
        if (_lastTick is { } reports)
        {
            for (int start = 0; start < reports.Batch.RowCount; start += Batch.RowsMax)
            {
                int count = Math.Min(Batch.RowsMax, reports.Batch.RowCount - start);
                Counters.RowsIn += count;
                Push(0, BatchSlice.Of(reports.Batch, start, count));
            }
        }

        EndTick(0);
    }

    public override void Drop() => _lastTick?.Dispose();
}
