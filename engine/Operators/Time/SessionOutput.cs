using Vectorized.Engine.Columns;
using Vectorized.Engine.Operators.Ordering;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Time;

/// <summary>The output delta of one tick of session windows: rows by number, their window, weights. One thread.</summary>
internal sealed class SessionOutput(OperatorContext context, RowTable rows, int columnCount, SqlType windowType)
{
    private readonly List<(int Number, long Weight, long Start, long End)> _rows = [];

    internal void Add(int number, long weight, long start, long end) => _rows.Add((number, weight, start, end));

    internal void Clear() => _rows.Clear();

    /// <summary>The next rows, or null.</summary>
    internal Batch? Next(ref int start)
    {
        int count = Math.Min(_rows.Count - start, Batch.RowsMax);
        if (count <= 0)
        {
            return null;
        }

        var numbers = context.Scratch.Allocate<int>(count);
        var weights = context.Scratch.Allocate<long>(count);
        var starts = Vector.Allocate(context.Scratch, windowType, count);
        var ends = Vector.Allocate(context.Scratch, windowType, count);
        for (int i = 0; i < count; i++)
        {
            (numbers[i], weights[i], starts.Values<long>()[i], ends.Values<long>()[i]) = _rows[start + i];
        }

        var batch = context.Batches.Take(count, columnCount + 2);
        for (int i = 0; i < columnCount; i++)
        {
            batch[i] = rows.Gather(i, numbers, context.Scratch);
        }

        batch[columnCount] = starts;
        batch[columnCount + 1] = ends;
        if (weights.ContainsAnyExcept(1L))
        {
            batch.SetWeights(weights);
        }

        start += count;
        return batch;
    }
}
