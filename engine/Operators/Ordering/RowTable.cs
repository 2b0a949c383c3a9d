using Vectorized.Engine.Columns;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Ordering;

/// <summary>
/// The distinct rows of a stream by number, each with how often it stands there: what ordered sets point to. A tick's
/// changes add up by row, in whatever order they come. One thread; O(1) a row.
/// </summary>
internal sealed class RowTable : IDisposable
{
    private readonly OperatorContext _context;
    private readonly GroupTable _table;
    private readonly int[] _columns;

    internal RowTable(OperatorContext context, string name, IReadOnlyList<SqlType> types)
    {
        _context = context;
        _columns = [.. Enumerable.Range(0, types.Count)];
        _table = new GroupTable(new GroupTableSpec(name, types, [sizeof(long)], context.HashSeed), context.State);
    }

    internal long Bytes => _table.LiveBytes;

    internal int RowCount => _table.GroupCount;

    /// <summary>Numbers of rows that changed in this tick.</summary>
    internal ReadOnlySpan<int> Touched => _table.Touched;

    internal long OldCount(int touchedIndex) => _table.WasAbsent(touchedIndex) ? 0 : _table.Old<long>(0)[touchedIndex];

    internal long Count(int number) => _table.Current<long>(0)[number];

    /// <summary>Adds a batch's weights to its rows' counts.</summary>
    internal void Add(Batch batch)
    {
        var numbers = _context.Scratch.Allocate<int>(batch.RowCount);
        _table.FindOrInsert(batch, _columns, KeyHashing.Of(batch, _columns, _context.HashSeed, _context.Scratch), numbers);
        var counts = _table.Current<long>(0);
        for (int row = 0; row < numbers.Length; row++)
        {
            counts[numbers[row]] += batch.Weight(row);
        }
    }

    /// <summary>Takes a row out whatever its count.</summary>
    internal void Evict(int number)
    {
        _table.Touch(number);
        _table.Current<long>(0)[number] = 0;
    }

    /// <summary>One column of rows, in the arena. Strings stand in the table: valid within the tick.</summary>
    internal Vector Gather(int column, ReadOnlySpan<int> numbers, Arena arena) => _table.GatherKey(column, numbers, arena);

    /// <summary>Forgets the tick's changes and the rows whose count is 0.</summary>
    internal void EndTick()
    {
        var counts = _table.Current<long>(0);
        foreach (int number in _table.Touched)
        {
            if (counts[number] == 0)
            {
                _table.Remove(number);
            }
        }

        _table.EndTick();
    }

    public void Dispose() => _table.Dispose();
}
