using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;

namespace Vectorized.Engine.Operators.Windows;

/// <summary>
/// Computes the functions over the gathered regions as they were and as they are, and gives out the rows that differ:
/// retractions, then insertions. Copies of a row are told apart by their results only. One thread.
/// </summary>
internal sealed class WindowDelta : IDisposable
{
    private readonly OperatorContext _context;
    private readonly WindowSpec _spec;
    private readonly IRowColumns _rows;
    private readonly WindowFunctionSet _functions;
    private readonly WindowSide _old;
    private readonly WindowSide _new;
    private readonly Vector[] _oldResults;
    private readonly Vector[] _newResults;
    private int[] _retracted = new int[256];
    private int[] _inserted = new int[256];
    private int[] _numbers = new int[Batch.RowsMax];
    private int _retractedCount;
    private int _insertedCount;

    internal WindowDelta(OperatorContext context, WindowSpec spec, IRowColumns rows, WindowFunctionSet functions)
    {
        _context = context;
        _spec = spec;
        _rows = rows;
        _functions = functions;
        _old = new WindowSide(spec, context);
        _new = new WindowSide(spec, context);
        _oldResults = new Vector[spec.Node.Calls.Count];
        _newResults = new Vector[spec.Node.Calls.Count];
    }

    /// <summary>Finds the differences; <see cref="Next"/> gives them out. In a query there is nothing before.</summary>
    internal void Compute(WindowEntries entries, bool isQuery)
    {
        _retractedCount = _insertedCount = 0;
        if (!isQuery)
        {
            _old.Build(entries, isOld: true, _rows);
            Compute(_old, _oldResults);
        }

        _new.Build(entries, isOld: false, _rows);
        Compute(_new, _newResults);
        if (isQuery)
        {
            for (int i = 0; i < _new.OutputCount; i++)
            {
                Insert(i);
            }

            return;
        }

        int before = 0;
        int after = 0;
        while (before < _old.OutputCount || after < _new.OutputCount)
        {
            int entry = Math.Min(
                before < _old.OutputCount ? _old.EntryOf(before) : int.MaxValue,
                after < _new.OutputCount ? _new.EntryOf(after) : int.MaxValue);
            int beforeEnd = EndOf(_old, before, entry);
            int afterEnd = EndOf(_new, after, entry);
            Compare(before, beforeEnd, after, afterEnd);
            (before, after) = (beforeEnd, afterEnd);
        }
    }

    /// <summary>The next rows of the delta from a place on, or null.</summary>
    internal Batch? Next(ref int start)
    {
        bool isRetraction = start < _retractedCount;
        int from = isRetraction ? start : start - _retractedCount;
        var all = isRetraction ? _retracted.AsSpan(0, _retractedCount) : _inserted.AsSpan(0, _insertedCount);
        int count = Math.Min(all.Length - from, Batch.RowsMax);
        if (count <= 0)
        {
            return null;
        }

        var outputs = all.Slice(from, count);
        var side = isRetraction ? _old : _new;
        var results = isRetraction ? _oldResults : _newResults;
        for (int i = 0; i < count; i++)
        {
            _numbers[i] = side.NumberOf(outputs[i]);
        }

        int columns = _spec.Rows.Types.Length;
        var batch = _context.Batches.Take(count, columns + results.Length);
        for (int i = 0; i < columns; i++)
        {
            batch[i] = _rows.Gather(i, _numbers.AsSpan(0, count), _context.Scratch);
        }

        for (int i = 0; i < results.Length; i++)
        {
            batch[columns + i] = TakeKernel.Take(results[i], outputs, _context.Scratch);
        }

        if (isRetraction)
        {
            var weights = _context.Scratch.Allocate<long>(count);
            weights.Fill(-1);
            batch.SetWeights(weights);
        }

        start += count;
        return batch;
    }

    public void Dispose()
    {
        _old.Dispose();
        _new.Dispose();
    }

    private void Compute(WindowSide side, Vector[] results)
    {
        if (side.OutputCount > 0)
        {
            _functions.Compute(side, results);
        }
    }

    private static int EndOf(WindowSide side, int start, int entry)
    {
        while (start < side.OutputCount && side.EntryOf(start) == entry)
        {
            start++;
        }

        return start;
    }

    /// <summary>The copies of one row: those whose results stay are paired off.</summary>
    private void Compare(int before, int beforeEnd, int after, int afterEnd)
    {
        if (beforeEnd - before == 1 && afterEnd - after == 1)
        {
            if (!IsSame(before, after))
            {
                Retract(before);
                Insert(after);
            }

            return;
        }

        int firstInserted = _insertedCount;
        for (; after < afterEnd; after++)
        {
            Insert(after);
        }

        for (; before < beforeEnd; before++)
        {
            int match = firstInserted;
            while (match < _insertedCount && !IsSame(before, _inserted[match]))
            {
                match++;
            }

            if (match < _insertedCount)
            {
                // Copies are alike but for their results: the last takes the place of the one paired off.
                _inserted[match] = _inserted[--_insertedCount];
            }
            else
            {
                Retract(before);
            }
        }
    }

    private void Retract(int output)
    {
        if (IsShown(_oldResults, output))
        {
            Put(ref _retracted, ref _retractedCount, output);
        }
    }

    private void Insert(int output)
    {
        if (IsShown(_newResults, output))
        {
            Put(ref _inserted, ref _insertedCount, output);
        }
    }

    private bool IsShown(Vector[] results, int output) =>
        _spec.Limit is not { } limit || results[limit.Call].Values<long>()[output] <= limit.Last;

    private bool IsSame(int before, int after)
    {
        for (int i = 0; i < _oldResults.Length; i++)
        {
            if (!KeyEquality.Identical(in _oldResults[i], before, in _newResults[i], after))
            {
                return false;
            }
        }

        return true;
    }

    private static void Put(ref int[] list, ref int count, int value)
    {
        if (count == list.Length)
        {
            Array.Resize(ref list, 2 * count);
        }

        list[count++] = value;
    }
}
