using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Operators.Time;
using Vectorized.Engine.Planning;
using Vectorized.Engine.State;

namespace Vectorized.Engine.Operators.Aggregates;

/// <summary>
/// The distinct (group, value) pairs of one argument, for all DISTINCT calls over it: an entry counts, call by call (calls
/// differ in their filters), how often the value stands in the group. A value enters a call's accumulators with its first
/// row and leaves with its last; the rows that do are handed on with weight +1 or -1. One look-up a row for all calls, by the
/// number of the row's group (which outlives its entries: they are empty when it has no row) or by its columns.
/// Without retractions an entry is a set of bits, one a call.
/// Invariant after a tick: an entry exists while some count is not 0. O(1) a row and call.
/// </summary>
internal sealed class DistinctSet : IDisposable
{
    private const int CallsMax = 64;
    private readonly OperatorContext _context;
    private readonly int _argument;
    private readonly bool _appendOnly;
    private readonly int[] _columns;
    private readonly List<AggregateInput> _calls = [];
    private readonly IReadOnlyList<Types.SqlType> _types;
    private readonly Batch? _byGroup;
    private GroupTable? _table;
    private WindowClosing? _closeBy;
    private ClosingKeys? _closing;

    /// <param name="context">The part's.</param>
    /// <param name="groupColumns">The group in the input; null: its number stands for it.</param>
    /// <param name="inputTypes">Types of all input columns.</param>
    /// <param name="argument">The values.</param>
    /// <param name="appendOnly">No row is ever retracted.</param>
    internal DistinctSet(
        OperatorContext context, IReadOnlyList<int>? groupColumns, IReadOnlyList<Types.SqlType> inputTypes, int argument, bool appendOnly)
    {
        _context = context;
        _argument = argument;
        _appendOnly = appendOnly;
        _byGroup = groupColumns is null ? new Batch() : null;
        _columns = groupColumns is null ? [0, 1] : [.. groupColumns, argument];
        _types = groupColumns is null
            ? [Types.SqlType.Int32, inputTypes[argument]] : [.. _columns.Select(c => inputTypes[c])];
    }

    internal int Argument => _argument;

    internal long Bytes => (_table?.LiveBytes ?? 0) + (_closing?.Bytes ?? 0);

    /// <summary>Whether another call can join: the bits of an entry are 64.</summary>
    internal bool IsFull => _calls.Count == CallsMax;

    /// <summary>The calls, one per filter.</summary>
    internal List<AggregateInput> Calls => _calls;

    /// <summary>The group column whose watermark ends groups: their values are forgotten with them.</summary>
    internal void CloseBy(WindowClosing closing) => _closeBy = closing;

    /// <summary>Forgets the values of groups that no change can reach any more. At a tick's end.</summary>
    internal void Close()
    {
        if (_closing is null)
        {
            return;
        }

        for (int entry = _closing.NextClosed(); entry >= 0; entry = _closing.NextClosed())
        {
            _table!.Touch(entry);
            _table.Remove(entry);
        }

        _table!.EndTick();
    }

    /// <summary>All calls have joined: the table is made.</summary>
    internal void Seal()
    {
        _table = new GroupTable(
            new GroupTableSpec(
                "distinct values", _types, [.. Enumerable.Repeat(sizeof(long), _appendOnly ? 1 : _calls.Count)],
                _context.HashSeed),
            _context.State);
        if (_closeBy is { } closing)
        {
            _closing = new ClosingKeys(_context, _table, closing.Column, closing.Watermark);
        }
    }

    internal void Add(AggregateTarget target, Batch batch, ReadOnlySpan<int> groups)
    {
        var scratch = _context.Scratch;
        var entries = scratch.Allocate<int>(batch.RowCount);
        var keys = KeysOf(batch, groups);
        _table!.FindOrInsert(keys, _columns, KeyHashing.Of(keys, _columns, _context.HashSeed, scratch), entries);
        if (_appendOnly)
        {
            AddNew(target, batch, groups, entries);
            return;
        }

        for (int call = 0; call < _calls.Count; call++)
        {
            int count = _calls[call].Select(batch, scratch, out var rows);
            if (count > 0)
            {
                Add(target, batch, call, entries, new AggregateRows(groups, rows, count, batch.Weights));
            }
        }
    }

    internal void FinishTick()
    {
        if (_table is null)
        {
            return;
        }

        var exists = _context.Scratch.Allocate<bool>(_table.Touched.Length);
        for (int i = 0; i < exists.Length; i++)
        {
            exists[i] = !IsEmpty(_table.Touched[i]);
            if (!exists[i])
            {
                _table.Remove(_table.Touched[i]);
            }
        }

        _closing?.NoteTouched(exists);
        _table.EndTick();
    }

    public void Dispose()
    {
        _closing?.Dispose();
        _table?.Dispose();
    }

    private Batch KeysOf(Batch batch, ReadOnlySpan<int> groups)
    {
        if (_byGroup is null)
        {
            return batch;
        }

        _byGroup.Reset(batch.RowCount, 2);
        _byGroup[0] = Vector.Allocate(_context.Scratch, Types.SqlType.Int32, batch.RowCount);
        groups[..batch.RowCount].CopyTo(_byGroup[0].Values<int>());
        _byGroup[1] = batch[_argument];
        return _byGroup;
    }

    /// <summary>
    /// Without retractions: each row's calls as bits, so that an entry is read and written once a row; then, call by call, the rows
    /// whose value is new to it.
    /// </summary>
    private void AddNew(AggregateTarget target, Batch batch, ReadOnlySpan<int> groups, ReadOnlySpan<int> entries)
    {
        var scratch = _context.Scratch;
        var bits = scratch.AllocateZeroed<ulong>(batch.RowCount);
        for (int call = 0; call < _calls.Count; call++)
        {
            ulong bit = 1UL << call;
            int count = _calls[call].Select(batch, scratch, out var rows);
            if (rows.IsEmpty && count > 0)
            {
                foreach (ref ulong row in bits)
                {
                    row |= bit;
                }
            }

            foreach (int row in rows[..Math.Min(count, rows.Length)])
            {
                bits[row] |= bit;
            }
        }

        var known = _table!.Current<ulong>(0);
        ulong any = 0;
        for (int row = 0; row < bits.Length; row++)
        {
            ref ulong entry = ref known[entries[row]];
            bits[row] &= ~entry;
            entry |= bits[row];
            any |= bits[row];
        }

        var changed = scratch.Allocate<int>(batch.RowCount);
        for (; any != 0; any &= any - 1)
        {
            int call = System.Numerics.BitOperations.TrailingZeroCount(any);
            int count = 0;
            for (int row = 0; row < bits.Length; row++)
            {
                changed[count] = row;
                count += (int)(bits[row] >> call & 1);
            }

            _calls[call].Add(target, batch, new AggregateRows(groups, changed[..count], count, default));
        }
    }

    private void Add(AggregateTarget target, Batch batch, int call, ReadOnlySpan<int> entries, in AggregateRows rows)
    {
        var changed = _context.Scratch.Allocate<int>(rows.Count);
        var signs = _context.Scratch.Allocate<long>(batch.RowCount);
        var counts = _table!.Current<long>(call);
        int count = 0;
        for (int i = 0; i < rows.Count; i++)
        {
            int row = rows.Row(i);
            ref long value = ref counts[entries[row]];
            long before = value;
            value += rows.Weight(row);
            // Within a tick a count may pass through 0 or below it on its way; only 0 and not 0 are told apart.
            int sign = (value != 0 ? 1 : 0) - (before != 0 ? 1 : 0);
            signs[row] = sign;
            changed[count] = row;
            count += sign != 0 ? 1 : 0;
        }

        if (count > 0)
        {
            _calls[call].Add(target, batch, new AggregateRows(rows.Groups, changed[..count], count, signs));
        }
    }

    private bool IsEmpty(int entry)
    {
        if (_appendOnly)
        {
            return _table!.Current<ulong>(0)[entry] == 0;
        }

        for (int call = 0; call < _calls.Count; call++)
        {
            if (_table!.Current<long>(call)[entry] != 0)
            {
                return false;
            }
        }

        return true;
    }
}
