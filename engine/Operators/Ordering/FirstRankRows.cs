using Vectorized.Engine.Columns;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Ordering;

/// <summary>
/// The rows of rank 1 of a <see cref="FirstRankOperator"/>: each distinct row once, with how often it stands there, in a list of its
/// partition's. A tick's changes add up by row; what has changed when it ends is the output. Numbers in lists are plus one, 0 is
/// none. One thread; O(1) a row.
/// </summary>
internal sealed class FirstRankRows : IDisposable
{
    private const int CountCell = 0;
    private const int NextCell = 1;
    private const int PreviousCell = 2;

    /// <summary>The partition's number plus one; 0: the row is in no list.</summary>
    private const int PartitionCell = 3;

    private readonly OperatorContext _context;
    private readonly SqlType[] _types;
    private readonly int[] _columns;
    private readonly GroupTable _table;
    private readonly List<int> _changed = [];
    private readonly List<long> _weights = [];

    internal FirstRankRows(OperatorContext context, SqlType[] types)
    {
        _context = context;
        _types = types;
        _columns = [.. Enumerable.Range(0, types.Length)];
        _table = new GroupTable(
            new GroupTableSpec("first rank rows", types, [sizeof(long), sizeof(long), sizeof(long), sizeof(long)], context.HashSeed),
            context.State);
    }

    internal int Count => _table.GroupCount;

    internal long Bytes => _table.LiveBytes;

    /// <summary>Takes back all rows of a partition's list.</summary>
    internal void Clear(ref FirstRank first)
    {
        var counts = _table.Current<long>(CountCell);
        var nexts = _table.Current<long>(NextCell);
        for (long number = first.Head; number != 0;)
        {
            int row = (int)number - 1;
            _table.Touch(row);
            number = nexts[row];
            counts[row] = 0;
            Unlink(row);
        }

        first.Head = 0;
    }

    /// <summary>Forgets a whole list, whose head this is; nothing is output. After <see cref="Finish"/>.</summary>
    internal void Forget(long head)
    {
        var nexts = _table.Current<long>(NextCell);
        while (head != 0)
        {
            int row = (int)head - 1;
            head = nexts[row];
            _table.Touch(row);
            _table.Remove(row);
        }
    }

    /// <summary>Adds the weights of a batch's rows, each of a partition, whose first key they have.</summary>
    internal void Add(Batch batch, ReadOnlySpan<int> partitions, GroupTable table)
    {
        var numbers = _context.Scratch.Allocate<int>(batch.RowCount);
        _table.FindOrInsert(batch, _columns, KeyHashing.Of(batch, _columns, _context.HashSeed, _context.Scratch), numbers);
        var counts = _table.Current<long>(CountCell);
        var nexts = _table.Current<long>(NextCell);
        var previous = _table.Current<long>(PreviousCell);
        var lists = _table.Current<long>(PartitionCell);
        var firsts = table.Current<FirstRank>(0);
        for (int i = 0; i < numbers.Length; i++)
        {
            int row = numbers[i];
            counts[row] += batch.Weight(i);
            if (lists[row] == 0)
            {
                ref var first = ref firsts[partitions[i]];
                lists[row] = partitions[i] + 1;
                nexts[row] = first.Head;
                if (first.Head != 0)
                {
                    _table.Touch((int)first.Head - 1);
                    previous[(int)first.Head - 1] = row + 1;
                }

                first.Head = row + 1;
            }
        }
    }

    /// <summary>The tick's rows are all there: finds what has changed, and takes out the rows that are gone.</summary>
    internal void Finish(GroupTable partitions)
    {
        var counts = _table.Current<long>(CountCell);
        var old = _table.Old<long>(CountCell);
        // Taking a row out of its list touches its neighbours, which have not changed.
        int touched = _table.Touched.Length;
        for (int i = 0; i < touched; i++)
        {
            int row = _table.Touched[i];
            long now = counts[row];
            long change = now - (_table.WasAbsent(i) ? 0 : old[i]);
            if (now < 0)
            {
                throw new SqlException(SqlState.InternalError, "a row is taken back that has not the first rank");
            }

            if (change != 0)
            {
                _changed.Add(row);
                _weights.Add(change);
            }

            if (now == 0)
            {
                Unlink(row, partitions);
                _table.Remove(row);
            }
        }
    }

    /// <summary>The next changed rows with so many ranks, all 1, behind them; null when there are no more.</summary>
    internal Batch? Next(ref int start, int ranks)
    {
        int count = Math.Min(_changed.Count - start, Batch.RowsMax);
        if (count <= 0)
        {
            _changed.Clear();
            _weights.Clear();
            return null;
        }

        var scratch = _context.Scratch;
        var numbers = scratch.Allocate<int>(count);
        var weights = scratch.Allocate<long>(count);
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_changed).Slice(start, count).CopyTo(numbers);
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_weights).Slice(start, count).CopyTo(weights);
        var batch = _context.Batches.Take(count, _types.Length + ranks);
        for (int i = 0; i < _types.Length; i++)
        {
            batch[i] = _table.GatherKey(i, numbers, scratch);
        }

        for (int i = 0; i < ranks; i++)
        {
            batch[_types.Length + i] = Vector.Allocate(scratch, SqlType.Int64, count);
            batch[_types.Length + i].Values<long>().Fill(1);
        }

        if (weights.ContainsAnyExcept(1L))
        {
            batch.SetWeights(weights);
        }

        start += count;
        return batch;
    }

    /// <summary>Frees the rows that are gone. What was emitted has views of them until then.</summary>
    internal void EndTick() => _table.EndTick();

    public void Dispose() => _table.Dispose();

    private void Unlink(int row, GroupTable partitions)
    {
        var nexts = _table.Current<long>(NextCell);
        var previous = _table.Current<long>(PreviousCell);
        long list = _table.Current<long>(PartitionCell)[row];
        if (list == 0)
        {
            return;
        }

        if (nexts[row] != 0)
        {
            _table.Touch((int)nexts[row] - 1);
            previous[(int)nexts[row] - 1] = previous[row];
        }

        if (previous[row] != 0)
        {
            _table.Touch((int)previous[row] - 1);
            nexts[(int)previous[row] - 1] = nexts[row];
        }
        else
        {
            partitions.Current<FirstRank>(0)[(int)list - 1].Head = nexts[row];
        }

        Unlink(row);
    }

    private void Unlink(int row)
    {
        _table.Current<long>(NextCell)[row] = 0;
        _table.Current<long>(PreviousCell)[row] = 0;
        _table.Current<long>(PartitionCell)[row] = 0;
    }
}
