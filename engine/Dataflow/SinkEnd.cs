using Vectorized.Engine.Columns;
using Vectorized.Engine.Operators;

namespace Vectorized.Engine.Dataflow;

/// <summary>The last operators of a sink and who takes their rows. Owned by the main lane.</summary>
internal sealed class SinkEnd(SinkOperator[] ends)
{
    /// <summary>Replaced when the table changes its columns; null: the rows are discarded.</summary>
    internal SinkDelivery? Delivery { get; set; }

    internal bool HasRows
    {
        get
        {
            foreach (var end in ends)
            {
                if (end.HasRows)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>The oldest batch that waits; the caller's from now on.</summary>
    internal OwnedBatch Take()
    {
        foreach (var end in ends)
        {
            if (end.HasRows)
            {
                return end.Take();
            }
        }

        throw new InvalidOperationException("no rows wait");
    }
}

/// <summary>What becomes of a sink's rows in a table.</summary>
internal abstract class SinkDelivery
{
    internal abstract int TableId { get; }

    /// <summary>
    /// The table's changes that the rows come to, with all its columns, in order; null: none. Main lane; errors are the
    /// sink's. The rows stay the caller's.
    /// </summary>
    internal abstract OwnedBatch? Changes(Batch rows, long nowMicros);
}
