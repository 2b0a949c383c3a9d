using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Ordering;

/// <summary>
/// The output delta of one tick of a <see cref="TopFewOperator"/>: rows by number with their partition's group, weights, row numbers
/// if wanted. One thread.
/// </summary>
internal sealed class TopFewOutput(OperatorContext context, TopNSpec spec, TopFewRows rows)
{
    private int[] _numbers = new int[64];
    private int[] _groups = new int[64];
    private long[] _weights = new long[64];
    private long[] _ranks = new long[64];
    private int _count;
    private OrderPrefix _lastKey;

    /// <summary>
    /// Compares the places of a partition before and after the tick, and gives up the rows that have none any more. The rows that stay
    /// are the first of the old ones, in their order.
    /// </summary>
    internal void Compare(int group, ReadOnlySpan<TopFewPlace> old, ReadOnlySpan<TopFewPlace> now)
    {
        int stay = 0;
        for (int i = 0; i < now.Length; i++)
        {
            int number = now[i].Number;
            if (stay < old.Length && old[stay].Number == number)
            {
                stay++;
            }
            else if (!spec.EmitsRowNumber)
            {
                AddUnranked(in now[i], group, 1);
            }

            if (spec.EmitsRowNumber && !IsUnchanged(i, old, in now[i]))
            {
                if (i < old.Length)
                {
                    Add(old[i].Number, group, -1, i + 1);
                }

                Add(number, group, 1, i + 1);
            }
        }

        for (int i = stay; i < old.Length; i++)
        {
            if (!spec.EmitsRowNumber)
            {
                AddUnranked(in old[i], group, -1);
            }

            rows.Remove(old[i].Number);
        }
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

        int columns = spec.Types.Length;
        var batch = context.Batches.Take(count, columns + (spec.EmitsRowNumber ? 1 : 0));
        rows.Gather(batch, _numbers.AsSpan(start, count), _groups.AsSpan(start, count));
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

    /// <summary>A place of the same row, or of another one that is the same (a bag has copies).</summary>
    private bool IsUnchanged(int place, ReadOnlySpan<TopFewPlace> old, in TopFewPlace now) => place < old.Length
        && (old[place].Number == now.Number
            || (old[place].Key.IsSame(in now.Key) && rows.AreIdentical(old[place].Number, now.Number)));

    /// <summary>Copies of a row stand side by side and leave as one row of their weight.</summary>
    private void AddUnranked(in TopFewPlace place, int group, int weight)
    {
        if (_count > 0 && _groups[_count - 1] == group && _lastKey.IsSame(in place.Key) && Math.Sign(_weights[_count - 1]) == weight
            && rows.AreIdentical(_numbers[_count - 1], place.Number))
        {
            _weights[_count - 1] += weight;
            return;
        }

        _lastKey = place.Key;
        Add(place.Number, group, weight, 0);
    }

    private void Add(int number, int group, long weight, long rank)
    {
        if (_count == _numbers.Length)
        {
            Array.Resize(ref _numbers, 2 * _count);
            Array.Resize(ref _groups, 2 * _count);
            Array.Resize(ref _weights, 2 * _count);
            Array.Resize(ref _ranks, 2 * _count);
        }

        _numbers[_count] = number;
        _groups[_count] = group;
        _weights[_count] = weight;
        _ranks[_count++] = rank;
    }
}
