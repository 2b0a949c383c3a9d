using System.Buffers.Binary;
using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Aggregates;

/// <summary>
/// The distinct values of each group by how often they occur, for mode(): one ordered set keyed (group, the largest count
/// first, value), each key once. Invariant: for every key of the ordered values with count c it holds that key under c.
/// O(log n) a change.
/// </summary>
internal sealed class CountRanking : IDisposable
{
    internal const int CountBytes = sizeof(long);

    private readonly NormalizedKeyEncoder _groupEncoder;
    private readonly NormalizedKeys _groups = new();
    private readonly OrderedSet _set;
    private byte[] _key = new byte[128];

    internal CountRanking(StateContext context, SqlType[] types, IReadOnlyList<int> groupColumns)
    {
        _groupEncoder = new NormalizedKeyEncoder(types, [.. groupColumns.Select(c => new SortKey(c, false, false))]);
        _set = new OrderedSet("values by count", context);
    }

    internal long Bytes => _set.LiveBytes;

    /// <summary>Takes the batch whose rows <see cref="Move"/> names.</summary>
    internal void Start(Batch batch) => _groupEncoder.Encode(batch, _groups);

    /// <summary>A key's count goes from one value to another; 0: it is not there.</summary>
    internal void Move(int row, ReadOnlySpan<byte> key, long payload, long before, long after)
    {
        int prefix = _groups[row].Length;
        if (before > 0)
        {
            _set.Add(Ranked(key, prefix, before), payload, -1);
        }

        if (after > 0)
        {
            _set.Add(Ranked(key, prefix, after), payload);
        }
    }

    /// <summary>The most frequent key of a group, the first in order among equals; not valid if there is none.</summary>
    internal OrderedCursor First(ReadOnlySpan<byte> prefix)
    {
        var cursor = _set.Seek(prefix);
        return cursor.IsValid && cursor.KeyStartsWith(prefix) ? cursor : default;
    }

    public void Dispose()
    {
        _set.Dispose();
        _groups.Dispose();
    }

    private ReadOnlySpan<byte> Ranked(ReadOnlySpan<byte> key, int prefix, long count)
    {
        int length = key.Length + CountBytes;
        if (_key.Length < length)
        {
            _key = new byte[length * 2];
        }

        key[..prefix].CopyTo(_key);
        BinaryPrimitives.WriteInt64BigEndian(_key.AsSpan(prefix), long.MaxValue - count);
        key[prefix..].CopyTo(_key.AsSpan(prefix + CountBytes));
        return _key.AsSpan(0, length);
    }
}
