using System.Buffers.Binary;
using Vectorized.Engine.State;

namespace Vectorized.Engine.Operators.Time;

/// <summary>A session: the times of its first and its last row.</summary>
internal readonly record struct SessionSpan(long Start, long Last)
{
    internal bool Holds(long time) => Start <= time && time <= Last;
}

/// <summary>
/// The sessions of all partitions, ordered by (partition, start). Invariant between ticks: the times of a partition's rows,
/// taken in order, are cut wherever two neighbours are a gap or more apart, and the pieces stand here. Times are inserted
/// and removed one by one; a partition's old sessions that changed and the new ones are collected meanwhile. O(log n) a
/// change, whatever the size of sessions. One thread.
/// </summary>
internal sealed class SessionTable(OrderedSet rows, long gap, StateContext context) : IDisposable
{
    /// <summary>A time in a key: the byte of a value that is not NULL, then 8 that sort.</summary>
    internal const int TimeBytes = 1 + sizeof(long);

    /// <summary>What a session counts in the set: it stood there before the tick, or came into being in it.</summary>
    private const long Standing = 1;
    private const long Made = 2;

    private readonly OrderedSet _set = new("sessions", context);
    private byte[] _key = new byte[64];
    private int _prefix;

    /// <summary>Sessions of the partition as before the tick that are no longer so, by start. After <see cref="EndPartition"/>.</summary>
    internal List<SessionSpan> Old { get; } = [];

    /// <summary>Sessions of the partition that were not there before, by start. After <see cref="EndPartition"/>.</summary>
    internal List<SessionSpan> New { get; } = [];

    internal long Bytes => _set.LiveBytes;

    /// <summary>From here on all calls are about one partition.</summary>
    internal void BeginPartition(ReadOnlySpan<byte> prefix)
    {
        Old.Clear();
        New.Clear();
        _prefix = prefix.Length;
        if (_key.Length < _prefix + TimeBytes + 1)
        {
            _key = new byte[2 * (_prefix + TimeBytes + 1)];
        }

        prefix.CopyTo(_key);
    }

    /// <summary>The partition has a first row at a time; the rows already hold it.</summary>
    internal void Insert(long time)
    {
        bool hasBefore = TryLast(time, out var before);
        if (hasBefore && time <= before.Last)
        {
            return;
        }

        bool hasAfter = TryFirstAfter(time, out var after);
        long start = time;
        long last = time;
        if (hasBefore && !IsCut(before.Last, time))
        {
            start = before.Start;
            Take(before);
        }

        if (hasAfter && !IsCut(time, after.Start))
        {
            last = after.Last;
            Take(after);
        }

        Make(new SessionSpan(start, last));
    }

    /// <summary>The partition has lost its last row at a time; the rows no longer hold it.</summary>
    internal void Remove(long time)
    {
        TryLast(time, out var session);
        if (time != session.Start && time != session.Last && !IsCut(RowBefore(time), RowAfter(time)))
        {
            return;
        }

        Take(session);
        if (time != session.Start)
        {
            Make(session with { Last = RowBefore(time) });
        }

        if (time != session.Last)
        {
            Make(session with { Start = RowAfter(time) });
        }
    }

    /// <summary>The session a time lies in now.</summary>
    internal SessionSpan Current(long time)
    {
        TryLast(time, out var session);
        return session;
    }

    /// <summary>The session a time lay in before the tick, given that it had rows then. After <see cref="EndPartition"/>.</summary>
    internal SessionSpan Before(long time)
    {
        int low = 0;
        for (int high = Old.Count; low < high;)
        {
            int middle = (low + high) / 2;
            (low, high) = Old[middle].Start <= time ? (middle + 1, high) : (low, middle);
        }

        return low > 0 && Old[low - 1].Holds(time) ? Old[low - 1] : Current(time);
    }

    /// <summary>The tick's changes of the partition are done.</summary>
    internal void EndPartition()
    {
        foreach (var made in New)
        {
            _set.Add(KeyOf(made.Start), 0, Standing - Made);
        }

        Old.Sort(static (a, b) => a.Start.CompareTo(b.Start));
        New.Sort(static (a, b) => a.Start.CompareTo(b.Start));
        // What became something else and then itself again is unchanged.
        if (Old.Exists(o => New.BinarySearch(o, _byStart) is >= 0 and var at && New[at] == o))
        {
            var same = Old.Intersect(New).ToHashSet();
            Old.RemoveAll(same.Contains);
            New.RemoveAll(same.Contains);
        }
    }

    /// <summary>Forgets a session whose rows are forgotten.</summary>
    internal void Forget(SessionSpan session) => _set.Add(KeyOf(session.Start), 0, -Standing);

    /// <summary>The key of a time in the partition. Valid until the next call.</summary>
    internal ReadOnlySpan<byte> KeyOf(long time)
    {
        _key[_prefix] = 1;
        BinaryPrimitives.WriteInt64BigEndian(_key.AsSpan(_prefix + 1), time ^ long.MinValue);
        return _key.AsSpan(0, _prefix + TimeBytes);
    }

    internal static long TimeAt(ReadOnlySpan<byte> key, int prefix) =>
        BinaryPrimitives.ReadInt64BigEndian(key[(prefix + 1)..]) ^ long.MinValue;

    public void Dispose() => _set.Dispose();

    private static readonly Comparer<SessionSpan> _byStart = Comparer<SessionSpan>.Create((a, b) => a.Start.CompareTo(b.Start));

    /// <summary>Whether two times, the first not above the second, are a gap or more apart.</summary>
    private bool IsCut(long early, long late) => unchecked((ulong)(late - early)) >= (ulong)gap;

    /// <summary>The last session that starts at or before a time.</summary>
    private bool TryLast(long time, out SessionSpan session)
    {
        KeyOf(time);
        _key[_prefix + TimeBytes] = 0;
        return Read(_set.SeekBelow(_key.AsSpan(0, _prefix + TimeBytes + 1)), out session);
    }

    private bool TryFirstAfter(long time, out SessionSpan session)
    {
        KeyOf(time);
        _key[_prefix + TimeBytes] = 0;
        return Read(_set.Seek(_key.AsSpan(0, _prefix + TimeBytes + 1)), out session);
    }

    private bool Read(OrderedCursor cursor, out SessionSpan session)
    {
        session = default;
        if (!cursor.IsValid || !cursor.KeyStartsWith(_key.AsSpan(0, _prefix)))
        {
            return false;
        }

        session = new SessionSpan(ReadTime(cursor), cursor.Payload);
        return true;
    }

    private long RowBefore(long time) => ReadTime(rows.SeekBelow(KeyOf(time)));

    private long RowAfter(long time) => ReadTime(rows.Seek(KeyOf(time)));

    private long ReadTime(OrderedCursor cursor)
    {
        Span<byte> key = cursor.KeyLength <= 512 ? stackalloc byte[512] : new byte[cursor.KeyLength];
        cursor.CopyKey(key);
        return TimeAt(key, _prefix);
    }

    private void Take(SessionSpan session)
    {
        var key = KeyOf(session.Start);
        _set.TryGet(key, out _, out long count);
        _set.Add(key, 0, -count);
        if (count == Standing)
        {
            Old.Add(session);
        }
        else
        {
            // Changes come in the order of time: what one makes, the next may take, so it stands at the end.
            New.RemoveAt(New.LastIndexOf(session));
        }
    }

    private void Make(SessionSpan session)
    {
        _set.Add(KeyOf(session.Start), session.Last, Made);
        New.Add(session);
    }
}
