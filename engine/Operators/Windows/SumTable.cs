using Vectorized.Engine.Columns;
using Vectorized.Engine.Operators.Aggregates;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Windows;

/// <summary>Accumulators by small number: of outputs, of regions, of pages. Groups are made once and then cleared. One thread.</summary>
internal sealed class SumTable : IDisposable
{
    private readonly OperatorContext _context;
    private readonly AggregateLayout _layout;
    private readonly GroupTable _table;
    private readonly int[] _columns = [0];
    private int _count;

    internal SumTable(OperatorContext context, string name, AggregateLayout layout)
    {
        _context = context;
        _layout = layout;
        _table = new GroupTable(
            new GroupTableSpec(name, [SqlType.Int64], [.. layout.Cells.Select(c => c.Bytes)], context.HashSeed) { IsDerived = true },
            context.State);
        Target = new AggregateTarget(context, _table, new SpillTable(context, _table));
    }

    internal AggregateTarget Target { get; }

    internal GroupView View => new(_table, Target.Spill, isOld: false, null);

    /// <summary>Makes groups [start, end) zero, whether they were there or not; what they had spilled is given back.</summary>
    internal void Clear(int start, int end)
    {
        int known = Math.Min(end, _count);
        Ensure(end);
        foreach (var cell in _layout.Cells)
        {
            for (int group = start; cell.MaySpill && group < known; group++)
            {
                cell.Remove(Target, group);
            }
        }

        Target.Spill.EndTick();
        _table.ClearAccumulators(start, known);
    }

    public void Dispose()
    {
        Target.Spill.Dispose();
        _table.Dispose();
    }

    private void Ensure(int count)
    {
        if (count <= _count)
        {
            return;
        }

        var mark = _context.Scratch.Position;
        int added = Math.Max(count, Math.Min(2 * _count, _count + 4096)) - _count;
        var keys = Vector.Allocate(_context.Scratch, SqlType.Int64, added);
        for (int i = 0; i < added; i++)
        {
            keys.Values<long>()[i] = _count + i;
        }

        var batch = _context.Batches.Take(added, 1);
        batch[0] = keys;
        var groups = _context.Scratch.Allocate<int>(added);
        _table.FindOrInsert(batch, _columns, KeyHashing.Of(batch, _columns, _context.HashSeed, _context.Scratch), groups);
        for (int i = 0; i < added; i++)
        {
            if (groups[i] != _count + i)
            {
                throw new SqlException(SqlState.InternalError, "groups are not numbered in order");
            }
        }

        _table.EndTick();
        _count += added;
        _context.Scratch.Release(mark);
    }
}
