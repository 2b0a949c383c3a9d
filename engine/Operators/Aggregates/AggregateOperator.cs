using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Operators.Time;
using Vectorized.Engine.Planning;
using Vectorized.Engine.State;
using Vectorized.Engine.State.Checkpoints;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Aggregates;

/// <summary>
/// GROUP BY: at a tick's end, for each group g touched in it whose output changed,
///   d(aggregate A) = -f(A[before t] where g) + f(A[after t] where g)
/// where a group without rows has no output (but the one group of an aggregation without GROUP BY always has, from the
/// first tick on). One look-up a row finds the group for all aggregates; each then runs over the batch's column. Linear
/// aggregates are updated in place by weight; min, max and the like in place when no row is ever retracted, else through
/// ordered sets at O(log n) a change. Without aggregates it is DISTINCT.
/// Invariant: after a tick the accumulators are those of exactly the rows of A. O(changes + groups touched).
/// </summary>
internal sealed class AggregateOperator : Operator
{
    private const int RowCount = 0;
    private readonly int[] _groupColumns;
    private readonly int _hashKey;
    private readonly AggregateLayout _layout;
    private readonly GroupTable _table;
    private readonly AggregateTarget _target;
    private readonly AggregateOutput _output;
    private readonly bool _alwaysOneRow;
    private readonly ClosingKeys? _closing;
    private readonly WordsState _started;
    private bool _hasStarted;
    private bool _hasTickToForget;

    internal AggregateOperator(OperatorContext context, AggregateNode node) : base(context, 1)
    {
        _groupColumns = [.. node.GroupColumns];
        _hashKey = HashKeys.IdOf(_groupColumns);
        _layout = new AggregateLayout(context, node);
        var keyTypes = _groupColumns.Select(c => node.Input.Columns[c].Type).ToArray();
        var spec = new GroupTableSpec("groups", keyTypes, [.. _layout.Cells.Select(c => c.Bytes)], context.HashSeed)
        {
            ViewAccumulators = [.. _layout.Cells.Where(c => c.IsView).Select(c => c.Accumulator)],
        };
        _table = new GroupTable(spec, context.State);
        _target = new AggregateTarget(context, _table, new SpillTable(context, _table));
        _output = new AggregateOutput(context, _table, _target.Spill, _layout);
        // Values that stand in ordered sets are not found by group: then nothing is forgotten.
        if (node.Closing is { } closing && _layout.Ordered.Length == 0)
        {
            _closing = new ClosingKeys(context, _table, closing.Column, closing.Watermark);
            _layout.Distincts.ForEach(d => d.CloseBy(closing));
        }

        _layout.Distincts.ForEach(d => d.Seal());
        _started = new WordsState(context.State, () => [_hasStarted ? 1 : 0], words => _hasStarted = words[0] != 0);
        _alwaysOneRow = _groupColumns.Length == 0 && node.EmitEmpty && context.Part == 0;
    }

    public override string Form =>
        (_layout.Results.Length == 0 ? "distinct" : _groupColumns.Length == 0 ? "global aggregate" : "aggregate")
        + (_layout.IsAppendOnly ? " (append-only)" : " (general)")
        + (_layout.Ordered.Length > 0 ? ", ordered" : string.Empty)
        + (_layout.Distincts.Count > 0 ? ", distinct sets" : string.Empty)
        + (_closing is not null ? ", closing" : string.Empty);

    public override void Push(int input, Batch batch)
    {
        ForgetLastTick();
        var hashes = KeyHashes.Of(batch, _groupColumns, _hashKey, Context);
        var groups = Context.Scratch.Allocate<int>(batch.RowCount);
        _table.FindOrInsert(batch, _groupColumns, hashes, groups);
        foreach (var rows in _layout.Inputs)
        {
            rows.Add(_target, batch, groups);
        }

        foreach (var distinct in _layout.Distincts)
        {
            distinct.Add(_target, batch, groups);
        }

        foreach (var ordered in _layout.Ordered)
        {
            ordered.Add(batch);
        }
    }

    public override void Drop()
    {
        _output.Dispose();
        _started.Dispose();
        _closing?.Dispose();
        _target.Spill.Dispose();
        foreach (var distinct in _layout.Distincts)
        {
            distinct.Dispose();
        }

        foreach (var ordered in _layout.Ordered)
        {
            ordered.Dispose();
        }

        _table.Dispose();
    }

    protected override void FinishTick()
    {
        ForgetLastTick();
        if (_alwaysOneRow && !_hasStarted)
        {
            TouchOnlyGroup();
        }

        if (_table.Touched.Length > 0)
        {
            Finish();
        }

        if (_closing is not null)
        {
            CloseGroups(_closing);
        }

        Counters.StateRows = _table.GroupCount;
        Counters.StateBytes = StateBytes();
    }

    private long StateBytes()
    {
        long bytes = _table.LiveBytes + _target.Spill.Bytes + (_closing?.Bytes ?? 0);
        foreach (var ordered in _layout.Ordered)
        {
            bytes += ordered.Bytes;
        }

        foreach (var distinct in _layout.Distincts)
        {
            bytes += distinct.Bytes;
        }

        return bytes;
    }

    private void Finish()
    {
        var counts = _table.Current<long>(RowCount);
        var exists = Context.Scratch.Allocate<bool>(_table.Touched.Length);
        var touched = _table.Touched;
        for (int i = 0; i < touched.Length; i++)
        {
            exists[i] = counts[touched[i]] != 0 || _alwaysOneRow;
        }

        _output.ReadOld(exists);
        foreach (var ordered in _layout.Ordered)
        {
            ordered.Apply();
        }

        _output.ReadNew();
        var mark = Context.Mark();
        for (int start = 0; _output.Next(ref start) is { } batch;)
        {
            Emit(batch);
            Context.Recycle(mark);
        }

        for (int i = 0; i < touched.Length; i++)
        {
            if (!exists[i])
            {
                Remove(touched[i]);
            }
        }

        _closing?.NoteTouched(exists);

        foreach (var distinct in _layout.Distincts)
        {
            distinct.FinishTick();
        }

        _target.Spill.EndTick();
        _hasTickToForget = true;
    }

    /// <summary>Forgets the groups no change can reach any more: what they gave stays with those who got it.</summary>
    private void CloseGroups(ClosingKeys closing)
    {
        for (int group = closing.NextClosed(); group >= 0; group = closing.NextClosed())
        {
            _table.Touch(group);
            Remove(group);
            _hasTickToForget = true;
        }

        foreach (var distinct in _layout.Distincts)
        {
            distinct.Close();
        }
    }

    /// <summary>
    /// Frees removed groups only when the next tick comes: what was emitted has views of their keys and is read downstream
    /// until the tick has ended everywhere.
    /// </summary>
    private void ForgetLastTick()
    {
        if (_hasTickToForget)
        {
            _hasTickToForget = false;
            _table.EndTick();
        }
    }

    private void Remove(int group)
    {
        foreach (var cell in _layout.Cells)
        {
            cell.Remove(_target, group);
        }

        _table.Remove(group);
    }

    /// <summary>The group of an aggregation without GROUP BY exists before any row does.</summary>
    private void TouchOnlyGroup()
    {
        _hasStarted = true;
        var none = Context.Batches.Take(1, 0);
        var group = Context.Scratch.Allocate<int>(1);
        _table.FindOrInsert(none, [], KeyHashes.Of(none, [], 0, Context), group);
    }
}
