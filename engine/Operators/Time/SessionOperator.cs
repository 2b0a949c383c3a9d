using System.Buffers.Binary;
using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Operators.Ordering;
using Vectorized.Engine.Planning;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Time;

/// <summary>
/// SESSION windows: appends to each row the window of its session, [first row's time, last row's time + gap), a session being
/// rows of a partition whose neighbours in time are less than a gap apart. At a tick's end, for the partitions touched,
///   d(session A) = session(A[after t]) - session(A[before t])
/// of which only the differences are computed and output: the changed rows themselves, and the other rows of sessions whose
/// first or last time changed (a row may join two sessions, a deletion may part one). Rows without a time are dropped.
/// State: the rows by number, their keys (partition, time, stream key or whole row) in an ordered set, the sessions
/// (<see cref="SessionTable"/>); with a watermark also the sessions by their end, and those it has passed are forgotten.
/// O(log n + rows whose window changes) a change.
/// </summary>
internal sealed class SessionOperator : Operator
{
    private readonly int _time;
    private readonly long _gap;
    private readonly RowTable _rows;
    private readonly OrderedSet _order;
    private readonly SortedChanges _changes;
    private readonly SessionTable _sessions;
    private readonly SessionOutput _output;
    private readonly ClosingSessions? _closing;
    private byte[] _key = new byte[128];

    internal SessionOperator(OperatorContext context, SessionNode node) : base(context, 1)
    {
        _time = node.TimeColumn;
        _gap = node.GapMicros;
        SqlType[] types = [.. node.Input.Columns.Select(c => c.Type)];
        var spec = new TopNSpec(context, new TopNNode(
            node.Input, node.PartitionColumns, [new SortKey(_time, Descending: false, NullsFirst: false)], null, null, false)
        {
            Columns = node.Input.Columns,
            Properties = node.Input.Properties,
        });
        _rows = new RowTable(context, "session rows", types);
        _order = new OrderedSet("session rows", context.State);
        _changes = new SortedChanges(context, _rows, spec);
        _sessions = new SessionTable(_order, _gap, context.State);
        _output = new SessionOutput(context, _rows, types.Length, node.Columns[^1].Type);
        _closing = node.Closing is { } closing ? new ClosingSessions(context, closing.Watermark) : null;
    }

    public override string Form => _closing is null ? "session" : "session, closing";

    public override void Push(int input, Batch batch)
    {
        _rows.BeginTick();
        if (!batch[_time].MayHaveNulls)
        {
            _rows.Add(batch);
            return;
        }

        var rows = Context.Scratch.Allocate<int>(batch.RowCount);
        int count = 0;
        for (int row = 0; row < batch.RowCount; row++)
        {
            rows[count] = row;
            count += batch[_time].IsValid(row) ? 1 : 0;
        }

        if (count > 0)
        {
            _rows.Add(LateTake.Take(batch, rows[..count], Context));
        }
    }

    public override void Drop()
    {
        _changes.Dispose();
        _sessions.Dispose();
        _closing?.Dispose();
        _order.Dispose();
        _rows.Dispose();
    }

    protected override void FinishTick()
    {
        _rows.BeginTick();
        if (!_rows.Touched.IsEmpty)
        {
            _changes.Collect();
            for (int start = 0; start < _changes.Count;)
            {
                int end = _changes.PartitionEnd(start);
                Process(start, end);
                start = end;
            }

            var mark = Context.Mark();
            for (int start = 0; _output.Next(ref start) is { } batch;)
            {
                Emit(batch);
                Context.Recycle(mark);
            }

            _output.Clear();
        }

        _closing?.Close(this);
        if (!_rows.Touched.IsEmpty)
        {
            _rows.EndTick();
        }

        Counters.StateRows = _rows.RowCount;
        Counters.StateBytes = _rows.Bytes + _order.LiveBytes + _sessions.Bytes;
    }

    /// <summary>Forgets a session and its rows; nothing is output.</summary>
    internal void Forget(ReadOnlySpan<byte> partition, SessionSpan session)
    {
        _sessions.BeginPartition(partition);
        for (var cursor = _order.Seek(_sessions.KeyOf(session.Start)); IsIn(in cursor, partition, session);
            cursor = _order.Seek(_sessions.KeyOf(session.Start)))
        {
            _rows.Evict((int)cursor.Payload);
            _order.Add(KeyOf(in cursor), 0, -cursor.Count);
        }

        _sessions.Forget(session);
    }

    /// <summary>Changes [start, end), all of one partition, in the order of time.</summary>
    private void Process(int start, int end)
    {
        var partition = _changes.Partition(start);
        _sessions.BeginPartition(partition);
        for (int change = start; change < end;)
        {
            int next = change + 1;
            long time = TimeOf(change);
            while (next < end && TimeOf(next) == time)
            {
                next++;
            }

            // The set is asked only where the changed rows themselves do not tell.
            bool was = AnyBefore(change, next) || _order.HasPrefix(_sessions.KeyOf(time));
            Apply(change, next);
            bool isNow = AnyAfter(change, next) || _order.HasPrefix(_sessions.KeyOf(time));
            if (was != isNow && isNow)
            {
                _sessions.Insert(time);
            }
            else if (was != isNow)
            {
                _sessions.Remove(time);
            }

            change = next;
        }

        _sessions.EndPartition();
        _closing?.Note(partition, _sessions, _gap);
        OutputChanged(start, end);
        OutputOthers(start, end, partition, _sessions.Old, -1);
        OutputOthers(start, end, partition, _sessions.New, 1);
    }

    private bool AnyBefore(int start, int end)
    {
        for (; start < end; start++)
        {
            if (_changes.Before(start) > 0)
            {
                return true;
            }
        }

        return false;
    }

    private bool AnyAfter(int start, int end)
    {
        for (; start < end; start++)
        {
            if (_changes.After(start) > 0)
            {
                return true;
            }
        }

        return false;
    }

    private void Apply(int start, int end)
    {
        // Net retractions first: they exist, and a key may pass from one row to another.
        for (int change = start; change < end; change++)
        {
            if (_changes.Net(change) < 0)
            {
                _order.Add(_changes.Key(change), 0, _changes.Net(change));
            }
        }

        for (int change = start; change < end; change++)
        {
            if (_changes.Net(change) > 0)
            {
                _order.Add(_changes.Key(change), _changes.Number(change), _changes.Net(change));
            }
        }
    }

    private void OutputChanged(int start, int end)
    {
        for (int change = start; change < end; change++)
        {
            long time = TimeOf(change);
            long before = _changes.Before(change);
            long after = _changes.After(change);
            var old = before == 0 ? default : _sessions.Before(time);
            var current = after == 0 ? default : _sessions.Current(time);
            if (before != 0 && after != 0 && old == current)
            {
                Output(_changes.Number(change), after - before, current);
                continue;
            }

            if (before != 0)
            {
                Output(_changes.Number(change), -before, old);
            }

            if (after != 0)
            {
                Output(_changes.Number(change), after, current);
            }
        }
    }

    /// <summary>The unchanged rows of sessions that were or are now.</summary>
    private void OutputOthers(int start, int end, ReadOnlySpan<byte> partition, List<SessionSpan> sessions, int sign)
    {
        foreach (var session in sessions)
        {
            for (var cursor = _order.Seek(_sessions.KeyOf(session.Start)); IsIn(in cursor, partition, session); cursor.MoveNext())
            {
                if (!_changes.Contains(start, end, KeyOf(in cursor)))
                {
                    Output((int)cursor.Payload, sign * cursor.Count, session);
                }
            }
        }
    }

    private void Output(int number, long weight, SessionSpan session) =>
        _output.Add(number, weight, session.Start, EndOf(session, _gap));

    /// <summary>The end of a session's window.</summary>
    internal static long EndOf(SessionSpan session, long gap) =>
        !Temporal.IsFinite(session.Last) ? session.Last
            : session.Last > long.MaxValue - gap ? long.MaxValue : session.Last + gap;

    private bool IsIn(in OrderedCursor cursor, ReadOnlySpan<byte> partition, SessionSpan session) =>
        cursor.IsValid && cursor.KeyStartsWith(partition) && SessionTable.TimeAt(KeyOf(in cursor), partition.Length) <= session.Last;

    private long TimeOf(int change) => SessionTable.TimeAt(_changes.Key(change), _changes.Partition(change).Length);

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

    /// <summary>
    /// The sessions of all partitions by the end of their window: what a watermark on the time has reached gets no row any
    /// more. Invariant between ticks: it holds exactly the sessions.
    /// </summary>
    private sealed class ClosingSessions(OperatorContext context, IReadOnlyList<WatermarkTerm> watermark) : IDisposable
    {
        private readonly OrderedSet _set = new("sessions by end", context.State);
        private byte[] _key = new byte[128];

        /// <summary>Takes note of a partition's sessions that went and came.</summary>
        internal void Note(ReadOnlySpan<byte> partition, SessionTable sessions, long gap)
        {
            foreach (var old in sessions.Old)
            {
                _set.Add(Key(partition, sessions, old, gap), 0, -1);
            }

            foreach (var made in sessions.New)
            {
                _set.Add(Key(partition, sessions, made, gap), made.Last);
            }
        }

        internal void Close(SessionOperator sessions)
        {
            long reached = context.Watermarks.Of(watermark);
            for (var first = _set.First(); first.IsValid && ClosingKeys.ValueOf(in first) <= reached; first = _set.First())
            {
                int length = first.KeyLength;
                long last = first.Payload;
                first.CopyKey(_key);
                var key = _key.AsSpan(0, length);
                int prefix = length - sizeof(long) - SessionTable.TimeBytes;
                var span = new SessionSpan(SessionTable.TimeAt(key, sizeof(long) + prefix), last);
                _set.Add(key, 0, -1);
                sessions.Forget(key.Slice(sizeof(long), prefix), span);
            }
        }

        public void Dispose() => _set.Dispose();

        /// <summary>End, partition, start.</summary>
        private ReadOnlySpan<byte> Key(ReadOnlySpan<byte> partition, SessionTable sessions, SessionSpan session, long gap)
        {
            int length = sizeof(long) + partition.Length + SessionTable.TimeBytes;
            if (_key.Length < length)
            {
                _key = new byte[2 * length];
            }

            BinaryPrimitives.WriteInt64BigEndian(_key, EndOf(session, gap) ^ long.MinValue);
            sessions.KeyOf(session.Start).CopyTo(_key.AsSpan(sizeof(long)));
            return _key.AsSpan(0, length);
        }
    }
}
