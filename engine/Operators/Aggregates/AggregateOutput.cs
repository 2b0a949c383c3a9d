using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Aggregates;

/// <summary>
/// The output delta of one tick: old and new results of the touched groups side by side, column by column, of which the rows
/// that differ are given out, retractions first. Results of old and new stand in one vector each: old ones from row 0,
/// new ones behind them. Used once a tick, by the operator's thread.
/// </summary>
internal sealed class AggregateOutput : IDisposable
{
    private readonly OperatorContext _context;
    private readonly GroupTable _table;
    private readonly SpillTable _spill;
    private readonly GroupKeys _shown;
    private readonly AggregateResult[] _results;
    private readonly Vector[] _vectors;
    private readonly NormalizedKeyEncoder? _prefixEncoder;
    private readonly NormalizedKeys _prefixes = new();
    private readonly Batch _keys = new();
    private int[] _positions = [];
    private int[] _groups = [];
    private int[] _newPositionOf = [];
    private int _oldCount;
    private int _rowCount;
    private int _retractionCount;

    internal AggregateOutput(OperatorContext context, GroupTable table, SpillTable spill, AggregateLayout layout)
        : this(context, table, spill, layout.Results, new GroupKeys(table))
    {
        if (layout.Ordered.Length > 0)
        {
            var types = OrderedValues.OrderTypes(table.Spec.KeyTypes);
            _prefixEncoder = new NormalizedKeyEncoder(
                types, [.. types.Select((_, i) => new SortKey(i, Descending: false, NullsFirst: false))]);
        }
    }

    /// <summary>Of results that read no ordered values.</summary>
    internal AggregateOutput(OperatorContext context, GroupTable table, SpillTable spill, AggregateResult[] results, GroupKeys shown)
    {
        _context = context;
        _table = table;
        _spill = spill;
        _shown = shown;
        _results = results;
        _vectors = new Vector[_results.Length];
    }

    /// <summary>Reads the results before the tick; <paramref name="exists"/> says which touched groups are there after it.</summary>
    internal void ReadOld(ReadOnlySpan<bool> exists)
    {
        int count = exists.Length;
        if (_positions.Length < 2 * count)
        {
            _positions = new int[2 * count];
            _groups = new int[2 * count];
            _newPositionOf = new int[count];
        }

        // First the old rows' places among the touched, then the new rows' groups.
        var touched = _table.Touched;
        _oldCount = 0;
        for (int i = 0; i < count; i++)
        {
            if (!_table.WasAbsent(i))
            {
                _positions[_oldCount++] = i;
            }
        }

        _rowCount = _oldCount;
        for (int i = 0; i < count; i++)
        {
            _newPositionOf[i] = exists[i] ? _rowCount : -1;
            if (exists[i])
            {
                _positions[_rowCount++] = touched[i];
            }
        }

        for (int i = 0; i < _results.Length; i++)
        {
            _vectors[i] = Vector.Allocate(_context.Scratch, _results[i].Type, _rowCount);
            _vectors[i].AddValidity(_context.Scratch);
        }

        Read(_positions.AsSpan(0, _oldCount), isOld: true);
    }

    /// <summary>Reads the results as they are now and finds the rows that differ.</summary>
    internal void ReadNew()
    {
        Read(_positions.AsSpan(_oldCount, _rowCount - _oldCount), isOld: false);
        for (int i = 0; i < _vectors.Length; i++)
        {
            if (Bitmap.CountSet(_vectors[i].Validity, _rowCount) == _rowCount)
            {
                _vectors[i].DropValidity();
            }
        }

        FindChanges();
    }

    /// <summary>The next rows of the delta, or null.</summary>
    internal Batch? Next(ref int start)
    {
        int count = Math.Min(_rowCount - start, Batch.RowsMax);
        if (count <= 0)
        {
            return null;
        }

        var positions = _positions.AsSpan(start, count);
        var groups = _groups.AsSpan(start, count);
        int keys = _shown.Count;
        var batch = _context.Batches.Take(count, keys + _vectors.Length);
        _shown.Gather(batch, groups, _context.Scratch);
        for (int i = 0; i < _vectors.Length; i++)
        {
            batch[keys + i] = TakeKernel.Take(_vectors[i], positions, _context.Scratch);
        }

        int retractions = Math.Clamp(_retractionCount - start, 0, count);
        if (retractions > 0)
        {
            var weights = _context.Scratch.Allocate<long>(count);
            weights[..retractions].Fill(-1);
            weights[retractions..].Fill(1);
            batch.SetWeights(weights);
        }

        start += count;
        return batch;
    }

    public void Dispose() => _prefixes.Dispose();

    private void Read(ReadOnlySpan<int> numbers, bool isOld)
    {
        if (numbers.IsEmpty || _results.Length == 0)
        {
            return;
        }

        var view = new GroupView(_table, _spill, isOld, _prefixes);
        if (_prefixEncoder is not null)
        {
            EncodePrefixes(in view, numbers);
        }

        int start = isOld ? 0 : _oldCount;
        for (int i = 0; i < _results.Length; i++)
        {
            _results[i].Write(in view, numbers, ref _vectors[i], start, _context.Scratch);
        }
    }

    private void EncodePrefixes(in GroupView view, ReadOnlySpan<int> numbers)
    {
        var groups = _context.Scratch.Allocate<int>(numbers.Length);
        for (int i = 0; i < groups.Length; i++)
        {
            groups[i] = view.GroupOf(numbers[i]);
        }

        _keys.Reset(numbers.Length, _table.Spec.KeyTypes.Count);
        for (int i = 0; i < _table.Spec.KeyTypes.Count; i++)
        {
            _keys[i] = _table.GatherKey(i, groups, _context.Scratch);
        }

        _prefixEncoder!.Encode(_keys, _prefixes);
    }

    /// <summary>Turns the positions into those of the delta: old rows that are gone or differ, then new ones.</summary>
    private void FindChanges()
    {
        var touched = _table.Touched;
        var isUnchanged = _context.Scratch.AllocateZeroed<bool>(_rowCount);
        var retracted = _context.Scratch.Allocate<int>(_oldCount);
        _retractionCount = 0;
        for (int old = 0; old < _oldCount; old++)
        {
            int place = _positions[old];
            int now = _newPositionOf[place];
            if (now >= 0 && IsSame(old, now))
            {
                isUnchanged[now] = true;
                continue;
            }

            retracted[_retractionCount] = old;
            _groups[_retractionCount++] = touched[place];
        }

        int count = _retractionCount;
        for (int now = _oldCount; now < _rowCount; now++)
        {
            if (!isUnchanged[now])
            {
                _groups[count] = _positions[now];
                // Never ahead of what is still to be read: count <= now.
                _positions[count++] = now;
            }
        }

        retracted[.._retractionCount].CopyTo(_positions);
        _rowCount = count;
    }

    private bool IsSame(int old, int now)
    {
        foreach (ref readonly var vector in _vectors.AsSpan())
        {
            if (!KeyEquality.Identical(in vector, old, in vector, now))
            {
                return false;
            }
        }

        return true;
    }
}
