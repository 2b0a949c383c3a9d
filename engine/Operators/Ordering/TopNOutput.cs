using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Ordering;

/// <summary>The output delta of one tick of a top-N: rows by number, weights, row numbers if wanted. One thread.</summary>
internal sealed class TopNOutput(OperatorContext context, RowTable rows, TopNSpec spec)
{
    private int[] _numbers = new int[64];
    private long[] _weights = new long[64];
    private long[] _ranks = new long[64];
    private int _count;

    internal void Add(int number, long weight, long rank = 0)
    {
        if (_count == _numbers.Length)
        {
            Array.Resize(ref _numbers, 2 * _count);
            Array.Resize(ref _weights, 2 * _count);
            Array.Resize(ref _ranks, 2 * _count);
        }

        _numbers[_count] = number;
        _weights[_count] = weight;
        _ranks[_count++] = rank;
    }

    internal void Clear() => _count = 0;

    /// <summary>The next rows, or null.</summary>
    internal Batch? Next(ref int start)
    {
        int count = Math.Min(_count - start, Batch.RowsMax);
        if (count <= 0)
        {
            return null;
        }

        var numbers = _numbers.AsSpan(start, count);
        int columns = spec.Types.Length;
        var batch = context.Batches.Take(count, columns + (spec.EmitsRowNumber ? 1 : 0));
        for (int i = 0; i < columns; i++)
        {
            batch[i] = rows.Gather(i, numbers, context.Scratch);
        }

        if (spec.EmitsRowNumber)
        {
            batch[columns] = Vector.Allocate(context.Scratch, SqlType.Int64, count);
            _ranks.AsSpan(start, count).CopyTo(batch[columns].Values<long>());
        }

        var given = _weights.AsSpan(start, count);
        if (given.ContainsAnyExcept(1L))
        {
            var weights = context.Scratch.Allocate<long>(count);
            given.CopyTo(weights);
            batch.SetWeights(weights);
        }

        start += count;
        return batch;
    }
}
