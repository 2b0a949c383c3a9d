using System.Buffers.Binary;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Operators.Ordering;
using Vectorized.Engine.Planning;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Time;

/// <summary>
/// The rows of a temporal filter for which the truth of a comparison with now() may still change, by number, and for each
/// comparison those rows in the order of their time. Invariant: after a tick, exactly the rows of the input with a
/// comparison that is not settled (<see cref="BoundClock.Floor"/> has not reached their time) stand here, and in the set of
/// each such comparison. Time going on costs O(log n) for each row whose truth changes. One thread.
/// </summary>
internal sealed class PendingRows : IDisposable
{
    private const int KeyBytes = sizeof(long) + sizeof(int);

    private readonly OperatorContext _context;
    private readonly BoundClock[] _clocks;
    private readonly CompiledExpression[] _values;
    private readonly OrderedSet[] _sets;
    private readonly long[] _at;
    private readonly long[] _floors;
    private readonly SqlType[] _types;
    private readonly RowTable _rows;
    private int _evictedEnd;

    internal PendingRows(OperatorContext context, SqlType[] types, IReadOnlyList<TimeBound> bounds)
    {
        _context = context;
        _types = types;
        _clocks = [.. bounds.Select(b => new BoundClock(context, b))];
        _values = [.. bounds.Select(b => CompiledExpression.Compile(b.Value))];
        _sets = [.. bounds.Select(_ => new OrderedSet("temporal filter", context.State))];
        _at = new long[bounds.Count];
        _floors = new long[bounds.Count];
        _rows = new RowTable(context, "temporal filter rows", types);
    }

    internal int RowCount => _rows.RowCount;

    internal long Bytes
    {
        get
        {
            long bytes = _rows.Bytes;
            foreach (var set in _sets)
            {
                bytes += set.LiveBytes;
            }

            return bytes;
        }
    }

    /// <summary>Moves to a new instant; gives the rows for which a comparison changed or is settled now, each once, ascending.</summary>
    internal void Advance(long nowMicros, List<int> changed)
    {
        _rows.BeginTick();
        changed.Clear();
        for (int i = 0; i < _clocks.Length; i++)
        {
            long before = _at[i];
            _at[i] = _clocks[i].At(nowMicros);
            _floors[i] = _clocks[i].Floor(nowMicros);
            if (_sets[i].KeyCount > 0)
            {
                TakeSettled(i, changed);
                AddCrossed(i, before, _at[i], changed);
            }
        }

        changed.Sort();
        int count = 0;
        for (int i = 0; i < changed.Count; i++)
        {
            if (count == 0 || changed[count - 1] != changed[i])
            {
                changed[count++] = changed[i];
            }
        }

        changed.RemoveRange(count, changed.Count - count);
    }

    /// <summary>The bounds as they were at an instant; the rows are loaded by themselves.</summary>
    internal void Restore(long nowMicros)
    {
        for (int i = 0; i < _clocks.Length; i++)
        {
            _at[i] = _clocks[i].At(nowMicros);
            _floors[i] = _clocks[i].Floor(nowMicros);
        }
    }

    /// <summary>Rows by number as a batch, with how often they are there.</summary>
    internal Batch Gather(ReadOnlySpan<int> numbers)
    {
        var batch = _context.Batches.Take(numbers.Length, _types.Length);
        for (int i = 0; i < _types.Length; i++)
        {
            batch[i] = _rows.Gather(i, numbers, _context.Scratch);
        }

        return batch;
    }

    internal long Count(int number) => _rows.Count(number);

    /// <summary>Lets go of those of some rows for which nothing is pending any more. After <see cref="Advance"/>.</summary>
    internal void EvictSettled(Batch batch, ReadOnlySpan<int> numbers)
    {
        var pending = Pending(batch);
        for (int row = 0; row < numbers.Length; row++)
        {
            if (!pending[row])
            {
                _rows.Evict(numbers[row]);
            }
        }

        _evictedEnd = _rows.Touched.Length;
    }

    /// <summary>Takes the tick's changes of pending rows.</summary>
    internal void Add(Batch batch)
    {
        var pending = Pending(batch);
        var rows = _context.Scratch.Allocate<int>(batch.RowCount);
        int count = 0;
        for (int row = 0; row < pending.Length; row++)
        {
            rows[count] = row;
            count += pending[row] ? 1 : 0;
        }

        if (count > 0)
        {
            _rows.Add(count == batch.RowCount ? batch : LateTake.Take(batch, rows[..count], _context));
        }
    }

    /// <summary>Puts the rows that came into the sets and takes those that went out.</summary>
    internal void EndTick()
    {
        var touched = _rows.Touched;
        if (touched.Length == 0)
        {
            return;
        }

        var numbers = _context.Scratch.Allocate<int>(touched.Length);
        var signs = _context.Scratch.Allocate<int>(touched.Length);
        int count = 0;
        for (int i = _evictedEnd; i < touched.Length; i++)
        {
            long before = _rows.OldCount(i);
            long after = _rows.Count(touched[i]);
            if (after < 0)
            {
                throw new SqlException(SqlState.InternalError, "temporal filter: a row is retracted that is not there");
            }

            if (before == 0 != (after == 0))
            {
                numbers[count] = touched[i];
                signs[count++] = after == 0 ? -1 : 1;
            }
        }

        for (int start = 0; start < count; start += Batch.RowsMax)
        {
            int length = Math.Min(Batch.RowsMax, count - start);
            Register(numbers.Slice(start, length), signs.Slice(start, length));
        }

        _rows.EndTick();
        _evictedEnd = 0;
    }

    /// <summary>When time alone changes something next.</summary>
    internal long NextDue(long nowMicros)
    {
        long due = long.MaxValue;
        for (int i = 0; i < _clocks.Length; i++)
        {
            if (_sets[i].KeyCount == 0)
            {
                continue;
            }

            // Rows a bound has reached and may fall back behind come before the first it has not.
            var next = _clocks[i].Bound.FallsBack ? SeekNotReached(i) : _sets[i].First();
            due = Math.Min(due, _clocks[i].WhenReached(nowMicros, next.IsValid ? TimeOf(in next) : long.MaxValue));
        }

        return due;
    }

    public void Dispose()
    {
        foreach (var set in _sets)
        {
            set.Dispose();
        }

        _rows.Dispose();
    }

    private void TakeSettled(int bound, List<int> changed)
    {
        var set = _sets[bound];
        Span<byte> key = stackalloc byte[KeyBytes];
        for (var first = set.First(); first.IsValid && _clocks[bound].HasReached(_floors[bound], TimeOf(in first)); first = set.First())
        {
            changed.Add((int)first.Payload);
            first.CopyKey(key);
            set.Add(key, 0, -1);
        }
    }

    private void AddCrossed(int bound, long before, long after, List<int> changed)
    {
        if (before == after)
        {
            return;
        }

        // Reached by the higher value and not by the lower.
        long low = Math.Min(before, after);
        long high = Math.Max(before, after);
        long first = _clocks[bound].Bound.Inclusive ? low + 1 : low;
        long last = _clocks[bound].Bound.Inclusive ? high : high - 1;
        Span<byte> key = stackalloc byte[sizeof(long)];
        WriteTime(key, first);
        for (var cursor = _sets[bound].Seek(key); cursor.IsValid && TimeOf(in cursor) <= last; cursor.MoveNext())
        {
            changed.Add((int)cursor.Payload);
        }
    }

    private OrderedCursor SeekNotReached(int bound)
    {
        Span<byte> key = stackalloc byte[sizeof(long)];
        WriteTime(key, _clocks[bound].Bound.Inclusive ? _at[bound] + 1 : _at[bound]);
        return _sets[bound].Seek(key);
    }

    private void Register(ReadOnlySpan<int> numbers, ReadOnlySpan<int> signs)
    {
        var batch = Gather(numbers);
        Span<byte> key = stackalloc byte[KeyBytes];
        for (int i = 0; i < _clocks.Length; i++)
        {
            var times = Times(i, batch);
            for (int row = 0; row < numbers.Length; row++)
            {
                if (IsPending(i, in times, row))
                {
                    WriteTime(key, TimeAt(in times, row));
                    BinaryPrimitives.WriteInt32BigEndian(key[sizeof(long)..], numbers[row]);
                    _sets[i].Add(key, numbers[row], signs[row]);
                }
            }
        }
    }

    /// <summary>By row: whether a comparison may still change.</summary>
    private Span<bool> Pending(Batch batch)
    {
        var pending = _context.Scratch.AllocateZeroed<bool>(batch.RowCount);
        for (int i = 0; i < _clocks.Length; i++)
        {
            var times = Times(i, batch);
            for (int row = 0; row < pending.Length; row++)
            {
                pending[row] |= IsPending(i, in times, row);
            }
        }

        return pending;
    }

    private Vector Times(int bound, Batch batch)
    {
        Vector times = default;
        _values[bound].Evaluate(_context.Evaluation, batch, ref times);
        return TakeKernel.Flatten(times, _context.Scratch);
    }

    private bool IsPending(int bound, in Vector times, int row) =>
        times.IsValid(row) && !_clocks[bound].HasReached(_floors[bound], TimeAt(in times, row));

    private static long TimeAt(in Vector times, int row) =>
        times.Type.Layout == Layout.Fixed4 ? times.Value<int>(row) : times.Value<long>(row);

    private static void WriteTime(Span<byte> key, long time) => BinaryPrimitives.WriteInt64BigEndian(key, time ^ long.MinValue);

    private static long TimeOf(in OrderedCursor cursor) => BinaryPrimitives.ReadInt64BigEndian(cursor.KeyHead) ^ long.MinValue;
}
