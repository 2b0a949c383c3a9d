using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;

namespace Vectorized.Engine.Operators.Aggregates;

/// <summary>
/// Which rows a call takes: those whose argument is present (if it has one that matters) and whose filter is true. Shared by
/// all calls with the same argument and filter; computed once a batch.
/// </summary>
internal sealed class AggregateInput(int argument, bool skipsNulls, int filter)
{
    private readonly List<AggregateCell> _cells = [];

    internal int Argument => argument;

    internal bool SkipsNulls => skipsNulls;

    internal int Filter => filter;

    internal List<AggregateCell> Cells => _cells;

    /// <summary>Adds a batch's rows to the cells of this input.</summary>
    internal void Add(AggregateTarget target, Batch batch, ReadOnlySpan<int> groups)
    {
        if (_cells.Count == 0)
        {
            return;
        }

        int count = Select(batch, target.Context.Scratch, out var rows);
        if (count > 0)
        {
            Add(target, batch, new AggregateRows(groups, rows, count, batch.Weights));
        }
    }

    /// <summary>Adds chosen rows.</summary>
    internal void Add(AggregateTarget target, Batch batch, in AggregateRows rows)
    {
        var values = argument < 0 ? default : TakeKernel.Flatten(batch[argument], target.Context.Scratch);
        foreach (var cell in _cells)
        {
            cell.Add(target, in values, in rows);
        }
    }

    /// <summary>How many rows are taken; the numbers are empty when all are.</summary>
    internal int Select(Batch batch, Arena arena, out Span<int> rows)
    {
        rows = default;
        bool checksNulls = skipsNulls && argument >= 0 && batch[argument].MayHaveNulls;
        if (filter < 0 && !checksNulls)
        {
            return batch.RowCount;
        }

        rows = arena.Allocate<int>(batch.RowCount);
        int count = filter >= 0
            ? SelectionKernel.Select(batch[filter], batch.RowCount, rows) : SelectionKernel.SelectAll(batch.RowCount, rows);
        if (checksNulls)
        {
            int kept = 0;
            ref readonly var vector = ref batch[argument];
            foreach (int row in rows[..count])
            {
                rows[kept] = row;
                kept += vector.IsValid(row) ? 1 : 0;
            }

            count = kept;
        }

        if (count == batch.RowCount)
        {
            rows = default;
        }

        return count;
    }
}
