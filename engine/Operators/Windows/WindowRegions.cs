using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Operators.Ordering;
using Vectorized.Engine.State;

namespace Vectorized.Engine.Operators.Windows;

/// <summary>
/// Applies a tick's sorted changes of a partition to the ordered set and finds the stretches of it where results may have
/// changed, as ranks after the tick: around each change as far as calls reach, overlapping ones joined, and around these the
/// rows their frames hold. Rows that are gone stand between ranks; the rows as they were follow from the rows as they
/// are and the changes. O(log n) a change and step, plus the rows of the stretches. One thread.
/// </summary>
internal sealed class WindowRegions(
    WindowSpec spec, OrderedSet set, RowTable rows, SortedChanges changes, WindowEntries entries, WindowSummaries summaries,
    IReadOnlyList<FrameValueFunction> values, Arena arena)
{
    private readonly int[] _one = new int[1];
    private readonly int[] _other = new int[1];
    private byte[] _key = new byte[256];
    private long[] _ranks = new long[64];
    private long[] _netBelow = new long[65];
    private int _start;
    private int _end;
    private long _first;
    private long _size;
    private bool _tailMoves;
    private byte[] _oldTop = new byte[64];
    private int _oldTopLength;

    /// <summary>The partition's rows that are put out, now or before, are in front of this rank.</summary>
    private long _shown;

    private readonly record struct Stretch(long Start, long End);

    /// <summary>Changes [start, end), all of one partition.</summary>
    internal void Add(int start, int end)
    {
        (_start, _end) = (start, end);
        var partition = changes.Partition(start);
        _first = set.CountBelow(partition);
        bool hadTop = spec.Limit is not null && FindOldTop(partition);
        Apply(start, end);
        _size = set.CountOfPrefix(partition);
        FindRanks();
        _shown = spec.Limit is null ? _size
            : Math.Max(TopEnd(), hadTop ? set.CountBelow(OldTop) - _first + CountAt(OldTop) : 0);
        _tailMoves = spec.Reach.HasTail && TailMoves();
        var affected = Affected(start);
        for (int change = start + 1; change < end; change++)
        {
            var next = Affected(change);
            if (next.Start <= affected.End)
            {
                affected = new Stretch(Math.Min(affected.Start, next.Start), Math.Max(affected.End, next.End));
            }
            else
            {
                Load(affected);
                affected = next;
            }
        }

        Load(affected);
        if (spec.DropsBeyond)
        {
            Drop(partition, TopEnd());
        }
    }

    private ReadOnlySpan<byte> OldTop => _oldTop.AsSpan(0, _oldTopLength);

    /// <summary>Remembers the last row within the limit as it was.</summary>
    private bool FindOldTop(ReadOnlySpan<byte> partition)
    {
        _size = set.CountOfPrefix(partition);
        long end = TopEnd();
        if (end == 0)
        {
            return false;
        }

        var key = KeyAt(end - 1);
        if (_oldTop.Length < key.Length)
        {
            _oldTop = new byte[2 * key.Length];
        }

        key.CopyTo(_oldTop);
        _oldTopLength = key.Length;
        return true;
    }

    private long CountAt(ReadOnlySpan<byte> key) => set.TryGet(key, out _, out long count) ? count : 0;

    /// <summary>How many rows of the partition are within the limit.</summary>
    private long TopEnd()
    {
        long last = spec.Limit!.Value.Last;
        if (spec.LimitKind != WindowFunctionKind.DenseRank)
        {
            return last >= _size || last == 0 ? Math.Min(last, _size)
                : spec.LimitKind == WindowFunctionKind.Rank ? PeersEnd(last) : last;
        }

        long end = 0;
        for (long group = 0; group < last && end < _size; group++)
        {
            end = PeersEnd(end + 1);
        }

        return end;
    }

    private void Drop(ReadOnlySpan<byte> partition, long end)
    {
        // A key of several copies that row_number cuts stays whole.
        for (long size = _size; size > end;)
        {
            var last = set.SeekLast(partition);
            long count = last.Count;
            if (size - count < end)
            {
                return;
            }

            int number = (int)last.Payload;
            set.Add(KeyAt(size - 1), 0, -count);
            rows.Evict(number);
            size -= count;
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

    private void FindRanks()
    {
        int count = _end - _start;
        if (_ranks.Length < count)
        {
            _ranks = new long[Math.Max(count, 2 * _ranks.Length)];
            _netBelow = new long[_ranks.Length + 1];
        }

        for (int i = 0; i < count; i++)
        {
            _ranks[i] = set.CountBelow(changes.Key(_start + i)) - _first;
            _netBelow[i + 1] = _netBelow[i] + changes.Net(_start + i);
        }
    }

    /// <summary>Whether the partition's last row is another one now.</summary>
    private bool TailMoves()
    {
        for (int change = _start; change < _end; change++)
        {
            if (_ranks[change - _start] + changes.After(change) >= _size)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The ranks a change may have an effect on, whole keys; neither start nor end goes back from change to change.</summary>
    private Stretch Affected(int change)
    {
        var reach = spec.Reach;
        long rank = _ranks[change - _start];
        long rankEnd = rank + changes.After(change);
        bool sizeStays = _netBelow[_end - _start] == 0;
        bool isAllBefore = reach.Before.IsAll || (reach.Before.IsByPlace && !sizeStays) || _tailMoves;
        bool isAllBehind = reach.Behind.IsAll || (reach.Behind.IsByPlace && !sizeStays) || rank < reach.HeadRows;
        long start = isAllBefore ? 0 : Math.Max(0, rank - reach.Before.Rows);
        long end = isAllBehind ? _size : Math.Min(_size, rankEnd + reach.Behind.Rows);
        if (reach.Behind.IsByPlace)
        {
            // Between the first change and the last every row may have moved.
            end = Math.Max(end, _ranks[_end - _start - 1] + changes.After(_end - 1));
        }

        var key = changes.Key(change);
        if (reach.Before.Groups >= 0 && start > 0)
        {
            start = Math.Min(start, GroupsBefore(key, reach.Before.Groups));
        }

        if (reach.Behind.Groups >= 0 && end < _size)
        {
            end = Math.Max(end, GroupsBehind(key, reach.Behind.Groups));
        }

        foreach (var frame in reach.Valued)
        {
            if (frame.End.Unit == FrameBoundUnit.Value && start > 0)
            {
                start = Math.Min(start, LastBefore(rank, new Test(frame.End.Column, frame.OrderColumn, changes.Number(change), 0)));
            }

            if (frame.Start.Unit == FrameBoundUnit.Value && end < _size)
            {
                end = Math.Max(end, FirstFrom(rankEnd, new Test(frame.Start.Column, frame.OrderColumn, changes.Number(change), 1)));
            }
        }

        return new Stretch(KeyStart(start), KeyEnd(end));
    }

    /// <summary>Adds a region with what its affected rows depend on.</summary>
    private void Load(Stretch affected)
    {
        if (affected.Start > _shown)
        {
            return;
        }

        affected = affected with { End = Math.Max(affected.Start, Math.Min(affected.End, KeyEnd(_shown))) };
        var reach = spec.Reach;
        long start = reach.Back.IsAll ? 0 : Math.Max(0, affected.Start - reach.Back.Rows);
        long end = reach.Ahead.IsAll ? _size : Math.Min(_size, affected.End + reach.Ahead.Rows);
        int firstGone = FirstChangeAt(affected.Start);
        bool startsGone = firstGone < _end && _ranks[firstGone - _start] == affected.Start && changes.After(firstGone) == 0;
        int lastGone = LastGoneAt(affected.End);
        if (affected.Start == affected.End && lastGone < 0)
        {
            return;
        }

        if (start > 0)
        {
            var key = startsGone ? changes.Key(firstGone) : KeyAt(affected.Start);
            int number = startsGone ? changes.Number(firstGone) : NumberAt(affected.Start);
            if (spec.Reach.UsesPeers)
            {
                start = Math.Min(start, GroupsBefore(key, Math.Max(reach.Back.Groups, 0)));
            }

            foreach (var frame in reach.Valued)
            {
                if (frame.Start.Unit == FrameBoundUnit.Value)
                {
                    start = Math.Min(start, LastBefore(affected.Start, new Test(frame.OrderColumn, frame.Start.Column, number, 0)));
                }

                if (frame.End.Unit == FrameBoundUnit.Value)
                {
                    start = Math.Min(start, LastBefore(affected.Start, new Test(frame.OrderColumn, frame.End.Column, number, 1)));
                }
            }

            start = spec.Reach.UsesPeers ? PeersStart(start) : KeyStart(start);
        }

        if (end < _size)
        {
            var key = lastGone >= 0 ? changes.Key(lastGone) : KeyAt(affected.End - 1);
            int number = lastGone >= 0 ? changes.Number(lastGone) : NumberAt(affected.End - 1);
            if (spec.Reach.UsesPeers)
            {
                end = Math.Max(end, GroupsBehind(key, Math.Max(reach.Ahead.Groups, 0)));
            }

            foreach (var frame in reach.Valued)
            {
                if (frame.End.Unit == FrameBoundUnit.Value)
                {
                    end = Math.Max(end, FirstFrom(affected.End, new Test(frame.OrderColumn, frame.End.Column, number, 1)));
                }

                if (frame.Start.Unit == FrameBoundUnit.Value)
                {
                    end = Math.Max(end, FirstFrom(affected.End, new Test(frame.OrderColumn, frame.Start.Column, number, 0)));
                }
            }

            end = spec.Reach.UsesPeers ? PeersEnd(end) : KeyEnd(end);
        }

        Load(affected, start, end);
    }

    private void Load(Stretch affected, long start, long end)
    {
        int change = FirstChangeAt(start);
        long net = _netBelow[change - _start];
        entries.BeginRegion(start - net, start, _size - _netBelow[_end - _start], _size);
        Carry(start, end);
        var cursor = start < end ? set.Select(_first + start, out _) : default;
        for (long rank = start; ;)
        {
            for (; change < _end && changes.After(change) == 0 && _ranks[change - _start] <= rank; change++)
            {
                long at = _ranks[change - _start];
                entries.Add(changes.Number(change), changes.Before(change), 0, at >= affected.Start && at <= affected.End);
            }

            if (rank >= end)
            {
                return;
            }

            long count = cursor.Count;
            long before = count;
            if (change < _end && _ranks[change - _start] == rank && changes.After(change) > 0)
            {
                before = changes.Before(change++);
            }

            entries.Add((int)cursor.Payload, before, count, rank < affected.End && rank + count > affected.Start);
            rank += count;
            cursor.MoveNext();
        }
    }

    /// <summary>What the new region's functions need of the rows in front of it and behind it; no change lies there that matters.</summary>
    private void Carry(long start, long end)
    {
        int region = entries.RegionCount - 1;
        if (spec.Reach.CarriesBefore && start > 0)
        {
            summaries.Carry(region, isBefore: true, _first, _first + start);
        }

        if (spec.Reach.CarriesAfter && end < _size)
        {
            summaries.Carry(region, isBefore: false, _first + end, _first + _size);
        }

        foreach (var function in values)
        {
            if (function.HeadCount > 0 && function.HeadCount <= start)
            {
                function.SetOutside(region, isBefore: true, NumberAt(function.HeadCount - 1));
            }

            if (function.NeedsLast && end < _size)
            {
                function.SetOutside(region, isBefore: false, NumberAt(_size - 1));
            }
        }
    }

    /// <summary>The first change at or behind a rank.</summary>
    private int FirstChangeAt(long rank)
    {
        int low = _start;
        int high = _end;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_ranks[middle - _start] < rank)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>The last row gone from right in front of a rank, or -1.</summary>
    private int LastGoneAt(long rank)
    {
        int last = -1;
        for (int change = FirstChangeAt(rank);
            change < _end && _ranks[change - _start] == rank && changes.After(change) == 0; change++)
        {
            last = change;
        }

        return last;
    }

    /// <summary>A test of the row at a rank: whether its column, less another row's, is at least so (-1, 0, 1) in the order.</summary>
    private readonly record struct Test(int Column, int OtherColumn, int Other, int Least);

    private bool Holds(in Test test, long rank)
    {
        _one[0] = NumberAt(rank);
        _other[0] = test.Other;
        var mark = arena.Position;
        var order = spec.Rows.Order[0];
        int result = RowOrder.Compare(
            in order, rows.Gather(test.Column, _one, arena), 0, rows.Gather(test.OtherColumn, _other, arena), 0);
        arena.Release(mark);
        return result >= test.Least;
    }

    /// <summary>The first rank from here on for which the test holds, as for all behind it; by growing steps.</summary>
    private long FirstFrom(long rank, Test test)
    {
        long step = 1;
        long low = rank;
        long high = rank;
        while (high < _size && !Holds(in test, high))
        {
            low = high + 1;
            high = Math.Min(_size, high + step);
            step *= 2;
        }

        return Bisect(low, Math.Min(high, _size), in test);
    }

    /// <summary>The first rank below this one for which the test holds, as for all behind it; else this one.</summary>
    private long LastBefore(long rank, Test test)
    {
        long step = 1;
        long high = rank;
        long low = rank;
        while (low > 0 && Holds(in test, low - 1))
        {
            high = low - 1;
            low = Math.Max(0, high - step + 1);
            step *= 2;
        }

        return Bisect(Math.Min(low, high), high, in test);
    }

    private long Bisect(long low, long high, in Test test)
    {
        while (low < high)
        {
            long middle = (low + high) >>> 1;
            if (Holds(in test, middle))
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }

    private int NumberAt(long rank) => (int)set.Select(_first + rank, out _).Payload;

    /// <summary>Good until the next one is read.</summary>
    private ReadOnlySpan<byte> KeyAt(long rank)
    {
        var cursor = set.Select(_first + rank, out _);
        int length = cursor.KeyLength;
        if (_key.Length < length)
        {
            _key = new byte[2 * length];
        }

        cursor.CopyKey(_key);
        return _key.AsSpan(0, length);
    }

    private ReadOnlySpan<byte> Peers(ReadOnlySpan<byte> key) => key[..spec.PeersLength(key)];

    /// <summary>Where the group so many before a key's begins.</summary>
    private long GroupsBefore(ReadOnlySpan<byte> key, long groups)
    {
        long start = set.CountBelow(Peers(key)) - _first;
        for (; groups > 0 && start > 0; groups--)
        {
            start = PeersStart(start - 1);
        }

        return start;
    }

    /// <summary>Where the group so many behind a key's ends.</summary>
    private long GroupsBehind(ReadOnlySpan<byte> key, long groups)
    {
        var peers = Peers(key);
        long end = set.CountBelow(peers) - _first + set.CountOfPrefix(peers);
        for (; groups > 0 && end < _size; groups--)
        {
            end = PeersEnd(end + 1);
        }

        return end;
    }

    /// <summary>Where the group of the row at a rank begins.</summary>
    private long PeersStart(long rank)
    {
        if (rank <= 0 || rank >= _size)
        {
            return rank;
        }

        return set.CountBelow(Peers(KeyAt(rank))) - _first;
    }

    /// <summary>Where the group of the row in front of a rank ends.</summary>
    private long PeersEnd(long rank)
    {
        if (rank <= 0 || rank >= _size)
        {
            return rank;
        }

        var peers = Peers(KeyAt(rank - 1));
        return set.CountBelow(peers) - _first + set.CountOfPrefix(peers);
    }

    private long KeyStart(long rank)
    {
        if (rank <= 0 || rank >= _size)
        {
            return rank;
        }

        _ = set.Select(_first + rank, out long within);
        return rank - within;
    }

    private long KeyEnd(long rank)
    {
        if (rank <= 0 || rank >= _size)
        {
            return rank;
        }

        var cursor = set.Select(_first + rank - 1, out long within);
        return rank - 1 - within + cursor.Count;
    }
}
