using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.State;
using Vectorized.Engine.State.Checkpoints;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Ordering;

/// <summary>
/// The rows that stand in places of a <see cref="TopFewOperator"/>, by number, without the columns that are their partition's key.
/// Rows are found by nothing but their number, so the key of the table is a count. One thread.
/// </summary>
internal sealed class TopFewRows : IDisposable
{
    private static readonly int[] _keyColumns = [0];

    private readonly OperatorContext _context;
    private readonly TopNSpec _spec;
    private readonly GroupTable _partitions;
    private readonly GroupTable _table;
    private readonly RowCells _cells;
    private readonly WordsState _words;
    private readonly int[] _stored;
    private readonly Batch _key = new();
    private readonly Batch _one = new();
    private readonly int[] _oneNumber = new int[1];
    private readonly int[] _oneGroup = new int[1];
    private TopFewNew[] _new = new TopFewNew[64];
    private int _newCount;
    private long _made;

    internal TopFewRows(OperatorContext context, TopNSpec spec, GroupTable partitions)
    {
        _context = context;
        _spec = spec;
        _partitions = partitions;
        _stored = [.. Enumerable.Range(0, spec.Types.Length).Except(spec.Partition)];
        _cells = new RowCells([.. _stored.Select(c => spec.Types[c])], 0);
        _table = new GroupTable(
            new GroupTableSpec("top-few rows", [SqlType.Int64], _cells.Bytes, context.HashSeed) { ViewAccumulators = _cells.Views },
            context.State);
        _words = new WordsState(context.State, () => [_made], words => _made = words[0]);
    }

    /// <summary>A place whose row has come in this tick: where it stands among those of its partition.</summary>
    private readonly record struct TopFewNew(int Group, int Place, int Batch, int Row);

    internal int Count => _table.GroupCount;

    internal long Bytes => _table.LiveBytes;

    /// <summary>Notes the places of a partition whose rows are new.</summary>
    internal void CollectNew(ReadOnlySpan<TopFewPlace> places, int group)
    {
        for (int i = 0; i < places.Length; i++)
        {
            if (places[i].IsNew)
            {
                if (_newCount == _new.Length)
                {
                    Array.Resize(ref _new, 2 * _newCount);
                }

                _new[_newCount++] = new TopFewNew(group, i, places[i].Batch, places[i].Row);
            }
        }
    }

    /// <summary>Copies the rows of the places noted and gives the places their numbers.</summary>
    internal void WriteNew(List<Batch> batches)
    {
        var scratch = _context.Scratch;
        var starts = scratch.AllocateZeroed<int>(batches.Count + 1);
        foreach (ref readonly var made in _new.AsSpan(0, _newCount))
        {
            starts[made.Batch + 1]++;
        }

        for (int i = 1; i < starts.Length; i++)
        {
            starts[i] += starts[i - 1];
        }

        var numbers = Insert(_newCount);
        var rows = scratch.Allocate<int>(_newCount);
        var next = scratch.Allocate<int>(starts.Length);
        starts.CopyTo(next);
        foreach (ref readonly var made in _new.AsSpan(0, _newCount))
        {
            int at = next[made.Batch]++;
            rows[at] = made.Row;
            PlaceOf(in made).Number = numbers[at];
        }

        for (int i = 0; i < batches.Count; i++)
        {
            var range = starts[i]..starts[i + 1];
            if (starts[i] < starts[i + 1])
            {
                _cells.Write(_table, numbers[range], batches[i], _stored, rows[range]);
            }
        }

        _newCount = 0;
    }

    /// <summary>A row leaves its place for good; it stays readable until the tick ends.</summary>
    internal void Remove(int number)
    {
        _table.Touch(number);
        _cells.Release(_table, number);
        _table.Remove(number);
    }

    /// <summary>Whether two rows of a partition are the same to the bit.</summary>
    internal bool AreIdentical(int number, int other)
    {
        var mark = _context.Scratch.Position;
        Span<int> both = [number, other];
        bool same = true;
        for (int i = 0; same && i < _stored.Length; i++)
        {
            var column = _cells.Gather(_table, i, both, _context.Scratch);
            same = KeyEquality.Identical(in column, 0, in column, 1);
        }

        _context.Scratch.Release(mark);
        return same;
    }

    /// <summary>One row as a batch, valid until the next call.</summary>
    internal Batch One(int number, int group)
    {
        _oneNumber[0] = number;
        _oneGroup[0] = group;
        Gather(_one.Reset(1, _spec.Types.Length), _oneNumber, _oneGroup);
        return _one;
    }

    /// <summary>Rows by number, each with the group of its partition, into the first columns of a batch.</summary>
    internal void Gather(Batch batch, ReadOnlySpan<int> numbers, ReadOnlySpan<int> groups)
    {
        for (int i = 0; i < _spec.Partition.Length; i++)
        {
            batch[_spec.Partition[i]] = _partitions.GatherKey(i, groups, _context.Scratch);
        }

        for (int i = 0; i < _stored.Length; i++)
        {
            batch[_stored[i]] = _cells.Gather(_table, i, numbers, _context.Scratch);
        }
    }

    internal void EndTick() => _table.EndTick();

    public void Dispose()
    {
        _words.Dispose();
        _table.Dispose();
    }

    private ref TopFewPlace PlaceOf(in TopFewNew made)
    {
        var places = _partitions.Current<TopFewPlace>(1);
        return ref System.Runtime.CompilerServices.Unsafe.Add(ref places[made.Group], made.Place);
    }

    /// <summary>Numbers for so many new rows.</summary>
    private Span<int> Insert(int count)
    {
        var numbers = _context.Scratch.Allocate<int>(count);
        for (int start = 0; start < count; start += Batch.RowsMax)
        {
            int rows = Math.Min(Batch.RowsMax, count - start);
            var keys = Vector.Allocate(_context.Scratch, SqlType.Int64, rows);
            foreach (ref long key in keys.Values<long>())
            {
                key = _made++;
            }

            _key.Reset(rows, 1);
            _key[0] = keys;
            var hashes = KeyHashing.Of(_key, _keyColumns, _context.HashSeed, _context.Scratch);
            _table.FindOrInsert(_key, _keyColumns, hashes, numbers.Slice(start, rows));
        }

        return numbers;
    }
}
