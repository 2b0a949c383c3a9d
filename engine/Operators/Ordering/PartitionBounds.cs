using System.Runtime.InteropServices;
using Vectorized.Engine.Columns;
using Vectorized.Engine.State;

namespace Vectorized.Engine.Operators.Ordering;

/// <summary>
/// How far down each partition of an append-only top-N still takes rows: once it holds offset + limit, the order key of its last
/// row, whose first bytes stand here, so that most rows are turned away after one look-up. A row whose bytes
/// equal the bound's is taken; cutting puts it right. Bounds move at the end of a tick. One thread.
/// </summary>
internal sealed class PartitionBounds : IDisposable
{
    private readonly OperatorContext _context;
    private readonly TopNSpec _spec;
    private readonly GroupTable _table;
    private readonly NormalizedKeyEncoder _encoder;
    private readonly NormalizedKeys _keys = new();
    private readonly List<(int Row, Bound Bound)> _moved = [];
    private byte[] _lastKey = new byte[64];

    internal PartitionBounds(OperatorContext context, TopNSpec spec)
    {
        _context = context;
        _spec = spec;
        _encoder = spec.OrderEncoder();
        _table = new GroupTable(
            new GroupTableSpec("top-n bounds", [.. spec.Partition.Select(c => spec.Types[c])], [Bound.Bytes], context.HashSeed),
            context.State);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Bound
    {
        internal const int Bytes = 40;

        internal OrderPrefix Key;
        internal long IsSet;
    }

    /// <summary>The rows that may come to the top; all of them when as many as the batch has.</summary>
    internal int Select(Batch batch, out Span<int> rows)
    {
        var scratch = _context.Scratch;
        rows = scratch.Allocate<int>(batch.RowCount);
        if (_spec.End == 0)
        {
            return 0;
        }

        var groups = scratch.Allocate<int>(batch.RowCount);
        _table.Find(batch, _spec.Partition, KeyHashing.Of(batch, _spec.Partition, _context.HashSeed, scratch), groups);
        _encoder.Encode(batch, _keys);
        var bounds = _table.Current<Bound>(0);
        int count = 0;
        for (int row = 0; row < rows.Length; row++)
        {
            rows[count] = row;
            bool isOut = groups[row] >= 0 && bounds[groups[row]].IsSet != 0 && bounds[groups[row]].Key.IsBelow(OrderPrefix.Of(_keys[row]));
            count += isOut ? 0 : 1;
        }

        return count;
    }

    /// <summary>Drops the rows of a partition that are beyond its end and notes its new bound. The change names the partition.</summary>
    internal void Cut(SortedChanges changes, int change, OrderedSet set, RowTable rows)
    {
        var prefix = changes.Partition(change);
        long size = set.CountOfPrefix(prefix);
        while (size > 0)
        {
            var last = set.SeekLast(prefix);
            var key = Copy(in last);
            long count = last.Count;
            if (size - count < _spec.End)
            {
                if (size >= _spec.End)
                {
                    _moved.Add((changes.RowOf(change), new Bound { Key = OrderPrefix.Of(key[prefix.Length..]), IsSet = 1 }));
                }

                return;
            }

            rows.Evict((int)last.Payload);
            set.Add(key, 0, -count);
            size -= count;
        }
    }

    /// <summary>Moves the bounds noted; the batch holds the partition columns of the rows noted.</summary>
    internal void EndTick(Batch partitions)
    {
        if (_moved.Count > 0)
        {
            var rows = _context.Scratch.Allocate<int>(_moved.Count);
            for (int i = 0; i < rows.Length; i++)
            {
                rows[i] = _moved[i].Row;
            }

            var keys = _context.Batches.Take(rows.Length, partitions.ColumnCount);
            foreach (int column in _spec.Partition)
            {
                keys[column] = Kernels.TakeKernel.Take(partitions[column], rows, _context.Scratch);
            }

            var groups = _context.Scratch.Allocate<int>(rows.Length);
            _table.FindOrInsert(keys, _spec.Partition, KeyHashing.Of(keys, _spec.Partition, _context.HashSeed, _context.Scratch), groups);
            var bounds = _table.Current<Bound>(0);
            for (int i = 0; i < rows.Length; i++)
            {
                bounds[groups[i]] = _moved[i].Bound;
            }

            _moved.Clear();
        }

        _table.EndTick();
    }

    public void Dispose()
    {
        _keys.Dispose();
        _table.Dispose();
    }

    private ReadOnlySpan<byte> Copy(in OrderedCursor cursor)
    {
        int length = cursor.KeyLength;
        if (_lastKey.Length < length)
        {
            _lastKey = new byte[2 * length];
        }

        cursor.CopyKey(_lastKey);
        return _lastKey.AsSpan(0, length);
    }
}
