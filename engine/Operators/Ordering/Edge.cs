using Vectorized.Engine.State;

namespace Vectorized.Engine.Operators.Ordering;

/// <summary>The key at one edge of a window of ranks, and how much of its count lies before the edge.</summary>
internal sealed class Edge
{
    private byte[] _key = new byte[64];
    private int _length;

    internal ReadOnlySpan<byte> Key => _key.AsSpan(0, _length);

    /// <summary>The edge is the start of the partition.</summary>
    internal bool IsStart { get; private set; }

    /// <summary>The edge lies behind the partition's last row.</summary>
    internal bool IsBeyond { get; private set; }

    internal long Within { get; private set; }

    /// <summary>Finds the key at a rank of the partition whose first row has rank <paramref name="first"/> in the set.</summary>
    internal void Set(OrderedSet set, long first, long size, long rank)
    {
        IsStart = rank == 0;
        IsBeyond = !IsStart && rank >= size;
        Within = 0;
        _length = 0;
        if (IsStart || IsBeyond)
        {
            return;
        }

        var cursor = set.Select(first + rank, out long within);
        Within = within;
        _length = cursor.KeyLength;
        if (_key.Length < _length)
        {
            _key = new byte[2 * _length];
        }

        cursor.CopyKey(_key);
    }

    internal static (Edge Low, Edge High) Ordered(Edge a, Edge b) => a.CompareTo(b) <= 0 ? (a, b) : (b, a);

    internal bool SameAs(Edge other) => CompareTo(other) == 0;

    /// <summary>Whether a key stands at or before the edge.</summary>
    internal bool Covers(ReadOnlySpan<byte> key) => IsBeyond || (!IsStart && key.SequenceCompareTo(Key) <= 0);

    private int CompareTo(Edge other)
    {
        if (IsStart || other.IsStart || IsBeyond || other.IsBeyond)
        {
            return Rank.CompareTo(other.Rank);
        }

        return Key.SequenceCompareTo(other.Key);
    }

    private int Rank => IsStart ? 0 : IsBeyond ? 2 : 1;
}
