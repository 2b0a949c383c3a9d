using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Operators.Aggregates;
using Vectorized.Engine.Planning;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Time;

/// <summary>
/// Aggregates by SESSION of a stream that only grows: at a tick's end, for each session touched in it whose output changed,
///   d(sessions A) = -f(session before t) + f(session after t)
/// No row is kept. A session is a group's accumulators with its first and last time; a row finds its own (<see cref="SessionLists"/>),
/// and the same kernels as those of any aggregate then run over the batch. A row that closes the gap between two sessions joins their
/// accumulators, once the batch's rows are in them. Rows without a time are dropped.
/// Invariant after a tick: the sessions are those of exactly the rows of A. O(rows + sessions touched) for rows about in order, else
/// O(log n) a row. Tested against <see cref="SessionOperator"/> below an aggregate, the general form.
/// </summary>
internal sealed class SessionAggregateOperator : Operator
{
    private const int RowCount = 0;

    private readonly int[] _partition;
    private readonly int _time;
    private readonly int _hashKey;
    private readonly int[] _outputs;
    private readonly AggregateLayout _layout;
    private readonly GroupTable _partitions;
    private readonly GroupTable _sessions;
    private readonly SessionLists _lists;
    private readonly AggregateTarget _target;
    private readonly AggregateOutput _output;
    private int[] _from = new int[16];
    private int[] _into = new int[16];
    private bool _hasTickToForget;

    internal SessionAggregateOperator(OperatorContext context, SessionAggregateNode node) : base(context, 1)
    {
        _partition = [.. node.PartitionColumns];
        _time = node.TimeColumn;
        _hashKey = HashKeys.IdOf(_partition);
        _layout = new AggregateLayout(context, new AggregateNode(node.Input, _partition, node.Aggregates)
        {
            Columns = [],
            Properties = node.Properties,
        });
        if (_layout.Ordered.Length + _layout.Distincts.Count > 0)
        {
            throw new SqlException(SqlState.InternalError, "an aggregate by session that keeps its values in order");
        }

        int first = _layout.Cells.Count;
        _partitions = new GroupTable(
            new GroupTableSpec(
                "session partitions", [.. _partition.Select(c => node.Input.Columns[c].Type)], [sizeof(long), sizeof(long)],
                context.HashSeed),
            context.State);
        var spec = new GroupTableSpec(
            "sessions", [SqlType.Int64],
            [.. _layout.Cells.Select(c => c.Bytes), sizeof(long), sizeof(long), sizeof(long), sizeof(long)], context.HashSeed)
        {
            ViewAccumulators = [.. _layout.Cells.Where(c => c.IsView).Select(c => c.Accumulator)],
        };
        _sessions = new GroupTable(spec, context.State);
        _lists = new SessionLists(context, _partitions, _sessions, first, node.GapMicros);
        _target = new AggregateTarget(context, _sessions, new SpillTable(context, _sessions));
        var type = node.Input.Columns[_time].Type;
        _output = new AggregateOutput(
            context, _sessions, _target.Spill,
            [
                new SessionBoundResult(first, gap: 0, type), new SessionBoundResult(first + 1, node.GapMicros, type), .. _layout.Results,
            ],
            new GroupKeys(_partitions, _sessions, first + 3));

        // Of the columns read: partition, start, end, results.
        _outputs =
        [
            .. node.GroupColumns.Select(g => g == SessionAggregateNode.SessionStart ? _partition.Length
                : g == SessionAggregateNode.SessionEnd ? _partition.Length + 1 : Array.IndexOf(_partition, g)),
            .. node.Aggregates.Select((_, i) => _partition.Length + 2 + i),
        ];
    }

    public override string Form => "session aggregate (append-only)";

    public override void Push(int input, Batch batch)
    {
        ForgetLastTick();
        if (batch[_time].MayHaveNulls)
        {
            batch = WithTimes(batch);
            if (batch.RowCount == 0)
            {
                return;
            }
        }

        var partitions = Context.Scratch.Allocate<int>(batch.RowCount);
        _partitions.FindOrInsert(batch, _partition, KeyHashes.Of(batch, _partition, _hashKey, Context), partitions);
        var times = Kernels.TakeKernel.Flatten(batch[_time], Context.Scratch).Values<long>();
        var groups = Context.Scratch.Allocate<int>(batch.RowCount);
        for (int row = 0; row < groups.Length; row++)
        {
            groups[row] = _lists.Place(partitions[row], times[row]);
        }

        foreach (var rows in _layout.Inputs)
        {
            rows.Add(_target, batch, groups);
        }

        JoinSessions();
    }

    public override void Drop()
    {
        _output.Dispose();
        _target.Spill.Dispose();
        _lists.Dispose();
        _sessions.Dispose();
        _partitions.Dispose();
    }

    protected override void FinishTick()
    {
        ForgetLastTick();
        if (_sessions.Touched.Length > 0)
        {
            Finish();
        }

        Counters.StateRows = _sessions.GroupCount;
        Counters.StateBytes = _sessions.LiveBytes + _partitions.LiveBytes + _target.Spill.Bytes + _lists.Bytes;
    }

    private void Finish()
    {
        var counts = _sessions.Current<long>(RowCount);
        var touched = _sessions.Touched;
        var exists = Context.Scratch.Allocate<bool>(touched.Length);
        for (int i = 0; i < touched.Length; i++)
        {
            exists[i] = counts[touched[i]] != 0;
        }

        _output.ReadOld(exists);
        _output.ReadNew();
        var mark = Context.Mark();
        for (int start = 0; _output.Next(ref start) is { } batch;)
        {
            var arranged = Context.Batches.Take(batch.RowCount, _outputs.Length);
            for (int i = 0; i < _outputs.Length; i++)
            {
                arranged[i] = batch[_outputs[i]];
            }

            arranged.SetWeights(batch.Weights);
            Emit(arranged);
            Context.Recycle(mark);
        }

        for (int i = 0; i < touched.Length; i++)
        {
            if (!exists[i])
            {
                foreach (var cell in _layout.Cells)
                {
                    cell.Remove(_target, touched[i]);
                }

                _sessions.Remove(touched[i]);
            }
        }

        _lists.EndTick();
        _target.Spill.EndTick();
        _hasTickToForget = true;
    }

    private Batch WithTimes(Batch batch)
    {
        var rows = Context.Scratch.Allocate<int>(batch.RowCount);
        int count = 0;
        for (int row = 0; row < batch.RowCount; row++)
        {
            rows[count] = row;
            count += batch[_time].IsValid(row) ? 1 : 0;
        }

        return count == batch.RowCount ? batch : LateTake.Take(batch, rows[..count], Context);
    }

    /// <summary>Accumulators of sessions that have become part of others go into theirs, in the order in which that came about.</summary>
    private void JoinSessions()
    {
        var joined = _lists.Joined;
        if (joined.Count == 0)
        {
            return;
        }

        if (_from.Length < joined.Count)
        {
            _from = new int[2 * joined.Count];
            _into = new int[2 * joined.Count];
        }

        for (int i = 0; i < joined.Count; i++)
        {
            (_from[i], _into[i]) = joined[i];
        }

        foreach (var cell in _layout.Cells)
        {
            cell.Merge(_target, _from.AsSpan(0, joined.Count), _target, _into.AsSpan(0, joined.Count));
        }

        var counts = _sessions.Current<long>(RowCount);
        foreach (int from in _from.AsSpan(0, joined.Count))
        {
            counts[from] = 0;
        }

        joined.Clear();
    }

    /// <summary>What was given up is freed when the next tick begins: emitted retractions have views of it.</summary>
    private void ForgetLastTick()
    {
        if (_hasTickToForget)
        {
            _hasTickToForget = false;
            _sessions.EndTick();
            _partitions.EndTick();
        }
    }
}

/// <summary>A session's start, or the end of its window: so much behind its last row, at most the last of all times.</summary>
internal sealed class SessionBoundResult(int time, long gap, SqlType type) : AggregateResult(type)
{
    internal override void Write(in GroupView view, ReadOnlySpan<int> numbers, ref Vector output, int start, Arena arena)
    {
        var times = view.Cells<long>(time);
        var values = output.Values<long>()[start..];
        for (int i = 0; i < numbers.Length; i++)
        {
            long value = times[numbers[i]];
            values[i] = gap == 0 ? value : SessionOperator.EndOf(new SessionSpan(value, value), gap);
        }
    }
}
