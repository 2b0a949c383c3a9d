using Vectorized.Engine.Columns;

namespace Vectorized.Engine.Dataflow;

/// <summary>
/// Deals a tick's rows of one relation to its parts: one run of them a part, in order, so that what an exchange delivers part after part
/// comes in the order in which it arrived, and vectors stay whole but at the runs' ends. Batches last until the tick ends. Main lane only.
/// </summary>
internal sealed class RelationDeal
{
    private readonly List<Batch> _waiting = [];
    private long _rows;

    internal bool IsEmpty => _waiting.Count == 0;

    internal void Add(Batch batch)
    {
        _waiting.Add(batch);
        _rows += batch.RowCount;
    }

    /// <summary>Leaves the rows at the inputs; few of them all at the first.</summary>
    internal void Deal(RelationInput[] inputs, int rowsToSpread)
    {
        int last = _rows < rowsToSpread ? 0 : inputs.Length - 1;
        long share = (_rows + last) / (last + 1);
        long left = share;
        int part = 0;
        foreach (var batch in _waiting)
        {
            for (int start = 0; start < batch.RowCount;)
            {
                if (left <= 0 && part < last)
                {
                    part++;
                    left += share;
                }

                // Cuts are at multiples of 8 rows so that bitmaps can be sliced.
                int count = batch.RowCount - start;
                if (part < last)
                {
                    count = (int)Math.Min(count, (Math.Max(left, 1) + 7) & ~7L);
                }

                if (count == batch.RowCount)
                {
                    inputs[part].Add(batch);
                }
                else
                {
                    inputs[part].Add(batch, start, count);
                }

                start += count;
                left -= count;
            }
        }

        _waiting.Clear();
        _rows = 0;
    }
}
