using System.Buffers.Binary;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.State;
using Vectorized.Engine.State.Checkpoints;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Time;

/// <summary>
/// The sessions of all partitions of a stream that only grows: each a record of a group table, found by its number, in its
/// partition's list, the newest first. A row looks from there: it mostly lies in or behind the newest session, O(1). Lists in which
/// that takes many steps are also kept in an ordered set by (partition, start), O(log n) a row from then on. Numbers in lists are plus
/// one, 0 is none.
/// Invariant: a partition's sessions are apart by a gap or more, and hold all its times. One thread.
/// </summary>
internal sealed class SessionLists : IDisposable
{
    /// <summary>Accumulators of a partition: its newest session, and 1 if it stands in the ordered set.</summary>
    internal const int HeadCell = 0;
    internal const int IndexedCell = 1;

    private const int StepsMax = 32;
    private const int SparesMax = 256;
    private static readonly int[] _keyColumns = [0];

    private readonly OperatorContext _context;
    private readonly GroupTable _partitions;
    private readonly GroupTable _sessions;
    private readonly long _gap;
    private readonly int _startCell;
    private readonly int _lastCell;
    private readonly int _olderCell;
    private readonly int _partitionCell;
    private readonly OrderedSet _far;
    private readonly WordsState _words;
    private readonly byte[] _key = new byte[2 * sizeof(long)];
    private readonly Batch _ids = new();
    private readonly int[] _spares = new int[SparesMax];
    private int _spareCount;
    private int _sparesNext = 1;
    private long _made;

    /// <param name="context">The part's.</param>
    /// <param name="partitions">Keyed by the partition columns, with the two accumulators.</param>
    /// <param name="sessions">Keyed by a number of its own, with four accumulators of 8 bytes from <paramref name="first"/> on.</param>
    /// <param name="first">The start's; behind it the last time's, the older neighbour's, the partition's.</param>
    /// <param name="gap">Rows so many microseconds apart are not of one session.</param>
    internal SessionLists(OperatorContext context, GroupTable partitions, GroupTable sessions, int first, long gap)
    {
        _context = context;
        _partitions = partitions;
        _sessions = sessions;
        _gap = gap;
        (_startCell, _lastCell, _olderCell, _partitionCell) = (first, first + 1, first + 2, first + 3);
        _far = new OrderedSet("sessions of long lists", context.State);
        _words = new WordsState(context.State, () => [_made], words => _made = words[0]);
    }

    /// <summary>Sessions that have become part of others, in that order; whoever adds up rows joins them and clears the list.</summary>
    internal List<(int From, int Into)> Joined { get; } = [];

    internal long Bytes => _far.LiveBytes;

    /// <summary>The session a row of a partition belongs to, which grows by it, or begins with it.</summary>
    internal int Place(int partition, long time)
    {
        Find(partition, time, out int at, out int newer);
        var starts = _sessions.Current<long>(_startCell);
        var lasts = _sessions.Current<long>(_lastCell);
        if (at < 0 || (time > lasts[at] && IsCut(lasts[at], time)))
        {
            return Make(partition, time, at, newer);
        }

        _sessions.Touch(at);
        if (time < starts[at])
        {
            MoveStart(partition, at, time);
            int older = (int)_sessions.Current<long>(_olderCell)[at] - 1;
            if (older >= 0 && !IsCut(lasts[older], time))
            {
                Join(partition, older, at);
            }
        }
        else if (time > lasts[at])
        {
            lasts[at] = time;
            if (newer >= 0 && !IsCut(time, starts[newer]))
            {
                Join(partition, at, newer);
                return newer;
            }
        }

        return at;
    }

    /// <summary>Numbers made and not used are given back.</summary>
    internal void EndTick()
    {
        _spareCount = 0;
        _sparesNext = 1;
    }

    public void Dispose()
    {
        _words.Dispose();
        _far.Dispose();
    }

    /// <summary>Whether two times, the first not above the second, are a gap or more apart.</summary>
    private bool IsCut(long early, long late) => unchecked((ulong)(late - early)) >= (ulong)_gap;

    /// <summary>
    /// The newest session that does not lie a gap or more behind the time (or -1), and the next newer one (or -1).
    /// </summary>
    private void Find(int partition, long time, out int at, out int newer)
    {
        var starts = _sessions.Current<long>(_startCell);
        newer = -1;
        at = (int)_partitions.Current<long>(HeadCell)[partition] - 1;
        if (at < 0 || !(time < starts[at] && IsCut(time, starts[at])))
        {
            return;
        }

        if (_partitions.Current<long>(IndexedCell)[partition] == 0)
        {
            var olders = _sessions.Current<long>(_olderCell);
            for (int steps = 0; steps < StepsMax; steps++)
            {
                newer = at;
                at = (int)olders[at] - 1;
                if (at < 0 || !(time < starts[at] && IsCut(time, starts[at])))
                {
                    return;
                }
            }

            Index(partition);
        }

        Seek(partition, time, out at, out newer);
    }

    private void Seek(int partition, long time, out int at, out int newer)
    {
        var after = _far.Seek(Key(partition, time, isBehind: true));
        int behind = after.IsValid && after.KeyStartsWith(_key.AsSpan(0, sizeof(long))) ? (int)after.Payload : -1;
        if (behind >= 0 && !IsCut(time, _sessions.Current<long>(_startCell)[behind]))
        {
            // It grows to the front: what comes behind it does not matter.
            (at, newer) = (behind, -1);
            return;
        }

        var before = _far.SeekBelow(Key(partition, time, isBehind: true));
        at = before.IsValid && before.KeyStartsWith(_key.AsSpan(0, sizeof(long))) ? (int)before.Payload : -1;
        newer = behind;
    }

    private int Make(int partition, long time, int older, int newer)
    {
        int made = TakeSpare();
        _sessions.Current<long>(_startCell)[made] = time;
        _sessions.Current<long>(_lastCell)[made] = time;
        _sessions.Current<long>(_olderCell)[made] = older + 1;
        _sessions.Current<long>(_partitionCell)[made] = partition;
        if (newer < 0)
        {
            _partitions.Current<long>(HeadCell)[partition] = made + 1;
        }
        else
        {
            _sessions.Touch(newer);
            _sessions.Current<long>(_olderCell)[newer] = made + 1;
        }

        if (_partitions.Current<long>(IndexedCell)[partition] != 0)
        {
            _far.Add(Key(partition, time, isBehind: false), made);
        }

        return made;
    }

    /// <summary>The older of two neighbours becomes part of the newer one.</summary>
    private void Join(int partition, int from, int into)
    {
        _sessions.Touch(from);
        _sessions.Touch(into);
        long start = _sessions.Current<long>(_startCell)[from];
        if (_partitions.Current<long>(IndexedCell)[partition] != 0)
        {
            _far.Add(Key(partition, start, isBehind: false), 0, -1);
        }

        MoveStart(partition, into, start);
        _sessions.Current<long>(_olderCell)[into] = _sessions.Current<long>(_olderCell)[from];
        Joined.Add((from, into));
    }

    private void MoveStart(int partition, int session, long start)
    {
        ref long current = ref _sessions.Current<long>(_startCell)[session];
        if (_partitions.Current<long>(IndexedCell)[partition] != 0)
        {
            _far.Add(Key(partition, current, isBehind: false), 0, -1);
            _far.Add(Key(partition, start, isBehind: false), session);
        }

        current = start;
    }

    /// <summary>Brings a partition's list into the ordered set.</summary>
    private void Index(int partition)
    {
        _partitions.Current<long>(IndexedCell)[partition] = 1;
        for (long number = _partitions.Current<long>(HeadCell)[partition]; number != 0;)
        {
            int session = (int)number - 1;
            _far.Add(Key(partition, _sessions.Current<long>(_startCell)[session], isBehind: false), session);
            number = _sessions.Current<long>(_olderCell)[session];
        }
    }

    /// <summary>A session's key, or what comes next behind the one that starts at the time. Valid until the next call.</summary>
    private ReadOnlySpan<byte> Key(int partition, long start, bool isBehind)
    {
        BinaryPrimitives.WriteInt64BigEndian(_key, partition);
        ulong order = (ulong)start ^ (1UL << 63);
        BinaryPrimitives.WriteUInt64BigEndian(_key.AsSpan(sizeof(long)), isBehind && order != ulong.MaxValue ? order + 1 : order);
        return _key;
    }

    /// <summary>A new session's number. They are made some at a time, twice as many the next time within a tick.</summary>
    private int TakeSpare()
    {
        if (_spareCount == 0)
        {
            _spareCount = _sparesNext;
            _sparesNext = Math.Min(2 * _sparesNext, SparesMax);
            var mark = _context.Scratch.Position;
            var ids = Vector.Allocate(_context.Scratch, SqlType.Int64, _spareCount);
            foreach (ref long id in ids.Values<long>())
            {
                id = _made++;
            }

            _ids.Reset(_spareCount, 1);
            _ids[0] = ids;
            _sessions.FindOrInsert(
                _ids, _keyColumns, KeyHashing.Of(_ids, _keyColumns, _context.HashSeed, _context.Scratch), _spares.AsSpan(0, _spareCount));
            _context.Scratch.Release(mark);
        }

        return _spares[--_spareCount];
    }
}
