using Vectorized.Engine.Columns;
using Vectorized.Engine.State;

namespace Vectorized.Engine.Operators.Ordering;

/// <summary>
/// The rows of a <see cref="RowTable"/> whose count changed in a tick, sorted by their ordered-set key, with the key, the
/// length of its partition's part, the count before and after. Made anew each tick in memory that is used again. One thread.
/// </summary>
internal sealed class SortedChanges : IDisposable
{
    private readonly OperatorContext _context;
    private readonly RowTable _rows;
    private readonly NormalizedKeyEncoder _encoder;
    private readonly NormalizedKeyEncoder _partitionEncoder;
    private readonly NormalizedKeys _keys = new();
    private readonly NormalizedKeys _partitions = new();
    private readonly Batch _batch = new();
    private readonly bool[] _reads;
    private readonly Comparison<int> _byKey;
    private int[] _order = [];
    private int[] _numbers = [];
    private long[] _before = [];
    private long[] _netBelow = [];

    internal SortedChanges(OperatorContext context, RowTable rows, TopNSpec spec)
    {
        _context = context;
        _rows = rows;
        _encoder = spec.FullEncoder();
        _partitionEncoder = spec.PartitionEncoder();
        _reads = new bool[spec.Types.Length];
        // Kept, for a comparer made for each sort would be an allocation a tick.
        _byKey = CompareKeys;
        foreach (int column in spec.Partition.Concat(spec.Order.Select(k => k.Column)).Concat(spec.Ties))
        {
            _reads[column] = true;
        }
    }

    internal int Count { get; private set; }

    /// <summary>A change's row.</summary>
    internal int Number(int change) => _numbers[_order[change]];

    internal ReadOnlySpan<byte> Key(int change) => _keys[_order[change]];

    internal ReadOnlySpan<byte> Partition(int change) => _partitions[_order[change]];

    internal long Before(int change) => _before[_order[change]];

    internal long After(int change) => _rows.Count(Number(change));

    internal long Net(int change) => After(change) - Before(change);

    /// <summary>The batch the keys were made from: the columns of the key only; row by <see cref="RowOf"/>.</summary>
    internal Batch Batch => _batch;

    internal int RowOf(int change) => _order[change];

    internal void Collect()
    {
        var touched = _rows.Touched;
        if (_order.Length < touched.Length)
        {
            int capacity = Math.Max(touched.Length, _order.Length * 2);
            _order = new int[capacity];
            _numbers = new int[capacity];
            _before = new long[capacity];
            _netBelow = new long[capacity + 1];
        }

        Count = 0;
        for (int i = 0; i < touched.Length; i++)
        {
            long before = _rows.OldCount(i);
            if (before != _rows.Count(touched[i]))
            {
                _order[Count] = Count;
                _before[Count] = before;
                _numbers[Count++] = touched[i];
            }
        }

        if (Count == 0)
        {
            return;
        }

        var numbers = _numbers.AsSpan(0, Count);
        _batch.Reset(Count, _reads.Length);
        for (int column = 0; column < _reads.Length; column++)
        {
            if (_reads[column])
            {
                _batch[column] = _rows.Gather(column, numbers, _context.Scratch);
            }
        }

        _encoder.Encode(_batch, _keys);
        _partitionEncoder.Encode(_batch, _partitions);
        _order.AsSpan(0, Count).Sort(_byKey);
        for (int i = 0; i < Count; i++)
        {
            _netBelow[i + 1] = _netBelow[i] + Net(i);
        }
    }

    /// <summary>The change after the last one of the same partition.</summary>
    internal int PartitionEnd(int start)
    {
        int end = start + 1;
        while (end < Count && Partition(end).SequenceEqual(Partition(start)))
        {
            end++;
        }

        return end;
    }

    /// <summary>By how much the changes from <paramref name="start"/> on that are below a key add to the counts there.</summary>
    internal long NetBelow(int start, int end, ReadOnlySpan<byte> key) => _netBelow[LowerBound(start, end, key)] - _netBelow[start];

    internal bool Contains(int start, int end, ReadOnlySpan<byte> key)
    {
        int at = LowerBound(start, end, key);
        return at < end && Key(at).SequenceEqual(key);
    }

    public void Dispose()
    {
        _keys.Dispose();
        _partitions.Dispose();
    }

    private int LowerBound(int start, int end, ReadOnlySpan<byte> key)
    {
        while (start < end)
        {
            int middle = (start + end) >>> 1;
            if (Key(middle).SequenceCompareTo(key) < 0)
            {
                start = middle + 1;
            }
            else
            {
                end = middle;
            }
        }

        return start;
    }

    /// <summary>By key; changes of one key by age, so that sorting is deterministic.</summary>
    private int CompareKeys(int x, int y)
    {
        int order = _keys[x].SequenceCompareTo(_keys[y]);
        return order != 0 ? order : x.CompareTo(y);
    }
}
