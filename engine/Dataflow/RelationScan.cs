using Vectorized.Engine.Columns;
using Vectorized.Engine.Operators;
using Vectorized.Engine.State;

namespace Vectorized.Engine.Dataflow;

/// <summary>One part of one stored relation, walked slice by slice into the gates of a view that is being built. Main lane only.</summary>
internal sealed class RelationScan(Arrangement arrangement, long asOf, OperatorContext context, ViewGate[] gates)
{
    private readonly ArrangementScan _scan =
        arrangement.Scan(asOf, [.. Enumerable.Range(0, arrangement.Spec.Columns.Count)]);

    /// <summary>Pushes at least one vector unless the end is reached; 0 at the end.</summary>
    internal long Push(int rowsMax)
    {
        long pushed = 0;
        while (pushed < rowsMax)
        {
            var batch = context.Batches.Take(0, 0);
            if (!_scan.Next(batch, context.TickArena, Math.Min(Batch.RowsMax, rowsMax)))
            {
                break;
            }

            pushed += batch.RowCount;
            foreach (var gate in gates)
            {
                gate.Push(0, batch);
            }
        }

        return pushed;
    }
}
