using Vectorized.Engine.Columns;
using Vectorized.Engine.State;

namespace Vectorized.Engine.Operators.Ordering;

/// <summary>
/// Applies a tick's sorted changes of one partition to the ordered set and finds what that changes in the window of ranks
/// [offset, end). Without row numbers only three kinds of keys can change their share of the window: those changed
/// themselves, and those between the old and the new key at either edge; so the cost is O((changes + keys that cross
/// an edge) log n), whatever the window's size. With row numbers every row behind the first change moves: the
/// window from there on is compared place by place, up to the last change if the partition's size stays. One thread.
/// </summary>
internal sealed class WindowChanges(TopNSpec spec, OrderedSet set, SortedChanges changes, TopNOutput output)
{
    private readonly Edge _lowOld = new();
    private readonly Edge _lowNew = new();
    private readonly Edge _highOld = new();
    private readonly Edge _highNew = new();
    private byte[] _key = new byte[256];
    private int[] _oldPlaces = new int[64];
    private int[] _newPlaces = new int[64];
    private long[] _ranksBefore = new long[64];

    /// <summary>Processes changes [start, end), all of one partition.</summary>
    internal void Process(int start, int end)
    {
        var prefix = changes.Partition(start);
        if (spec.EmitsRowNumber)
        {
            CompareWindows(prefix, start, end);
        }
        else
        {
            CompareEdges(prefix, start, end);
        }
    }

    private void Apply(int start, int end)
    {
        // Net retractions first: they exist, and a key may pass from one row to another.
        for (int change = start; change < end; change++)
        {
            if (changes.Net(change) < 0)
            {
                set.Add(changes.Key(change), 0, changes.Net(change));
            }
        }

        for (int change = start; change < end; change++)
        {
            if (changes.Net(change) > 0)
            {
                set.Add(changes.Key(change), changes.Number(change), changes.Net(change));
            }
        }
    }

    private void CompareEdges(ReadOnlySpan<byte> prefix, int start, int end)
    {
        long first = set.CountBelow(prefix);
        long size = set.CountOfPrefix(prefix);
        if (_ranksBefore.Length < end - start)
        {
            _ranksBefore = new long[Math.Max(end - start, 2 * _ranksBefore.Length)];
        }

        for (int change = start; change < end; change++)
        {
            _ranksBefore[change - start] = set.CountBelow(changes.Key(change)) - first;
        }

        _lowOld.Set(set, first, size, spec.Offset);
        _highOld.Set(set, first, size, spec.End);
        Apply(start, end);
        size += SumOfNet(start, end);
        _lowNew.Set(set, first, size, spec.Offset);
        _highNew.Set(set, first, size, spec.End);
        for (int change = start; change < end; change++)
        {
            long rank = set.CountBelow(changes.Key(change)) - first;
            long difference = spec.Overlap(rank, changes.After(change))
                - spec.Overlap(_ranksBefore[change - start], changes.Before(change));
            if (difference != 0)
            {
                output.Add(changes.Number(change), difference);
            }
        }

        var (low, lowEnd) = Edge.Ordered(_lowOld, _lowNew);
        CompareUnchanged(prefix, first, start, end, low, lowEnd, null);
        var (high, highEnd) = Edge.Ordered(_highOld, _highNew);
        CompareUnchanged(prefix, first, start, end, high, highEnd, lowEnd);
    }

    /// <summary>The shares of unchanged keys from one edge to another, both included, and above a third.</summary>
    private void CompareUnchanged(
        ReadOnlySpan<byte> prefix, long first, int start, int end, Edge from, Edge to, Edge? above)
    {
        // Nothing between them; but a key the edge runs through may be cut elsewhere now.
        if (from.IsBeyond || (from.SameAs(to) && from.Within == to.Within))
        {
            return;
        }

        var cursor = set.Seek(from.IsStart ? prefix : from.Key);
        long rank = cursor.IsValid ? -1 : 0;
        for (; cursor.IsValid && cursor.KeyStartsWith(prefix); cursor.MoveNext())
        {
            var key = KeyOf(in cursor);
            if (!to.IsBeyond && key.SequenceCompareTo(to.Key) > 0)
            {
                break;
            }

            if (rank < 0)
            {
                rank = set.CountBelow(key) - first;
            }

            if (!changes.Contains(start, end, key) && (above is null || !above.Covers(key)))
            {
                long before = rank - changes.NetBelow(start, end, key);
                long difference = spec.Overlap(rank, cursor.Count) - spec.Overlap(before, cursor.Count);
                if (difference != 0)
                {
                    output.Add((int)cursor.Payload, difference);
                }
            }

            rank += cursor.Count;
        }
    }

    private void CompareWindows(ReadOnlySpan<byte> prefix, int start, int end)
    {
        long first = set.CountBelow(prefix);
        long size = set.CountOfPrefix(prefix);
        long net = SumOfNet(start, end);
        long from = Math.Max(set.CountBelow(changes.Key(start)) - first, spec.Offset);
        long endOld = Math.Min(size, spec.End);
        long endNew = Math.Min(size + net, spec.End);
        if (net == 0)
        {
            // Behind the last changed key every row keeps its place.
            long last = set.CountBelow(changes.Key(end - 1)) - first + CountBefore(start, end);
            endOld = endNew = Math.Min(endOld, last);
        }

        int oldCount = ReadPlaces(first, from, endOld, ref _oldPlaces);
        Apply(start, end);
        int newCount = ReadPlaces(first, from, endNew, ref _newPlaces);
        for (int i = 0; i < Math.Max(oldCount, newCount); i++)
        {
            int before = i < oldCount ? _oldPlaces[i] : -1;
            int after = i < newCount ? _newPlaces[i] : -1;
            if (before == after)
            {
                continue;
            }

            if (before >= 0)
            {
                output.Add(before, -1, from + i + 1);
            }

            if (after >= 0)
            {
                output.Add(after, 1, from + i + 1);
            }
        }
    }

    /// <summary>How many rows the last changed key had before.</summary>
    private long CountBefore(int start, int end)
    {
        long count = 0;
        for (int change = end - 1; change >= start && changes.Key(change).SequenceEqual(changes.Key(end - 1)); change--)
        {
            count += changes.Before(change);
        }

        return count;
    }

    private int ReadPlaces(long first, long from, long end, ref int[] places)
    {
        if (end <= from)
        {
            return 0;
        }

        int count = checked((int)(end - from));
        if (places.Length < count)
        {
            places = new int[Math.Max(count, 2 * places.Length)];
        }

        var cursor = set.Select(first + from, out long within);
        for (int i = 0; i < count; cursor.MoveNext())
        {
            for (long left = cursor.Count - within; left > 0 && i < count; left--)
            {
                places[i++] = (int)cursor.Payload;
            }

            within = 0;
        }

        return count;
    }

    private long SumOfNet(int start, int end)
    {
        long net = 0;
        for (int change = start; change < end; change++)
        {
            net += changes.Net(change);
        }

        return net;
    }

    private ReadOnlySpan<byte> KeyOf(in OrderedCursor cursor)
    {
        int length = cursor.KeyLength;
        if (_key.Length < length)
        {
            _key = new byte[2 * length];
        }

        cursor.CopyKey(_key);
        return _key.AsSpan(0, length);
    }
}
