using Vectorized.Engine.Columns;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Ordering;

/// <summary>
/// The distinct rows of a stream by number, each with how often it stands there: what ordered sets point to. A tick's
/// changes add up by row, in whatever order they come. Rows that are gone are freed when the next tick begins, for what was
/// emitted has views of them. One thread; O(1) a row.
/// </summary>
internal sealed class RowTable : IDisposable
{
    private readonly OperatorContext _context;
    private readonly GroupTable _table;
    private readonly int[] _columns;
    private bool _hasTickToForget;

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

    /// <summary>Forgets the last tick's changes, if that is still to do. Called before anything else in a tick.</summary>
    internal void BeginTick()
    {
        if (_hasTickToForget)
        {
            _hasTickToForget = false;
            _table.EndTick();
        }
    }

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

    /// <summary>Gives up the rows whose count is 0, and the tick's changes, when the next tick begins.</summary>
    internal void EndTick()
    {
        _hasTickToForget = true;
        var counts = _table.Current<long>(0);
        foreach (int number in _table.Touched)
        {
            if (counts[number] == 0)
            {
                _table.Remove(number);
            }
        }
    }

    public void Dispose() => _table.Dispose();
}
