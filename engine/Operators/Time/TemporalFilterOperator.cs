using System.Runtime.InteropServices;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Planning;
using Vectorized.Engine.State.Checkpoints;

namespace Vectorized.Engine.Operators.Time;

/// <summary>
/// A filter whose predicate depends on now(), the tick's instant. With s(t) the filter as of the tick's now:
///   d(s A) at t = s(t) dA + (s(t) - s(t-1)) A[before t]
/// The first part is a plain filter. For the second the operator keeps the rows whose predicate may still change
/// (<see cref="PendingRows"/>), ordered by when it does, and looks at no others; rows that wait to come in and rows that wait
/// to go out are the same to it. Rows that are settled for good are not kept, so `ts > now() - interval` keeps what is
/// inside, `ts &lt;= now()` what is yet to come. It says when it wants a tick though no input comes (<see cref="DueTimes"/>).
/// Any combination of AND, OR and NOT goes. O(changes + rows whose predicate changes, times log n).
/// </summary>
internal sealed class TemporalFilterOperator : Operator
{
    private readonly CompiledPredicate _predicate;
    private readonly PendingRows _pending;
    private readonly DueTime _due;
    private readonly WordsState _words;
    private readonly List<int> _changed = [];
    private long _now = long.MinValue;
    private bool _hasAdvanced;

    internal TemporalFilterOperator(OperatorContext context, TemporalFilterNode node) : base(context, 1)
    {
        _predicate = CompiledPredicate.Compile(node.Predicate);
        _pending = new PendingRows(context, [.. node.Input.Columns.Select(c => c.Type)], TimeBound.Of(node.Predicate));
        _due = context.DueTimes.Add();
        _words = new WordsState(context.State, () => [_now], words => Restore(words[0]));
    }

    public override string Form => "temporal filter";

    public override void Push(int input, Batch batch)
    {
        Advance();
        var rows = Context.Scratch.Allocate<int>(batch.RowCount);
        int count = _predicate.Select(Context.Evaluation, batch, rows);
        _pending.Add(batch);
        if (count == batch.RowCount)
        {
            Emit(batch);
        }
        else if (count > 0)
        {
            Emit(LateTake.Take(batch, rows[..count], Context));
        }
    }

    public override void Leave() => Context.DueTimes.Remove(_due);

    public override void Drop()
    {
        _words.Dispose();
        _pending.Dispose();
    }

    protected override void FinishTick()
    {
        Advance();
        _hasAdvanced = false;
        _pending.EndTick();
        _due.Micros = _pending.NextDue(_now);
        Counters.StateRows = _pending.RowCount;
        Counters.StateBytes = _pending.Bytes;
    }

    /// <summary>Goes on from an instant; what is due next is found in a tick that is due at once.</summary>
    private void Restore(long now)
    {
        if (now != long.MinValue)
        {
            _now = now;
            _pending.Restore(now);
            _due.Micros = now;
        }
    }

    /// <summary>Before the tick's first change: what time has done to the rows there are.</summary>
    private void Advance()
    {
        if (_hasAdvanced)
        {
            return;
        }

        _hasAdvanced = true;
        long before = _now;
        _now = Context.Evaluation.NowMicros;
        _pending.Advance(_now, _changed);
        var changed = CollectionsMarshal.AsSpan(_changed);
        for (int start = 0; start < changed.Length; start += Batch.RowsMax)
        {
            Reconsider(changed.Slice(start, Math.Min(Batch.RowsMax, changed.Length - start)), before);
        }
    }

    private void Reconsider(ReadOnlySpan<int> numbers, long before)
    {
        var batch = _pending.Gather(numbers);
        var was = Truth(batch, before);
        var isNow = Truth(batch, _now);
        var rows = Context.Scratch.Allocate<int>(numbers.Length);
        var weights = Context.Scratch.Allocate<long>(numbers.Length);
        int count = 0;
        for (int row = 0; row < numbers.Length; row++)
        {
            if (was[row] != isNow[row])
            {
                rows[count] = row;
                weights[count++] = isNow[row] ? _pending.Count(numbers[row]) : -_pending.Count(numbers[row]);
            }
        }

        if (count > 0)
        {
            var output = LateTake.Take(batch, rows[..count], Context);
            output.SetWeights(weights[..count]);
            Emit(output);
        }

        _pending.EvictSettled(batch, numbers);
    }

    private Span<bool> Truth(Batch batch, long nowMicros)
    {
        var truth = Context.Scratch.AllocateZeroed<bool>(batch.RowCount);
        var rows = Context.Scratch.Allocate<int>(batch.RowCount);
        long saved = Context.Evaluation.NowMicros;
        Context.Evaluation.NowMicros = nowMicros;
        int count = _predicate.Select(Context.Evaluation, batch, rows);
        Context.Evaluation.NowMicros = saved;
        foreach (int row in rows[..count])
        {
            truth[row] = true;
        }

        return truth;
    }
}
