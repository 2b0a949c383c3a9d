using Vectorized.Engine.Columns;

namespace Vectorized.Engine.Operators;

/// <summary>
/// One delta operator of one worker part: takes batches on its inputs, emits batches to the operators downstream within
/// the same call. A tick is: any number of <see cref="Push"/> on each input, then <see cref="EndTick"/> once an input, in
/// the dataflow's order; inputs may interleave. When the last input of a tick has ended the operator emits what it
/// held back and ends the tick downstream. In a query there is one tick, and its end closes the inputs.
/// A pushed batch is valid during the call only; <see cref="OperatorContext.Keep"/> makes it last until the tick ends.
/// An operator never changes a batch it was given. One thread at a time steps a part.
/// </summary>
internal abstract class Operator(OperatorContext context, int inputCount) : IDisposable
{
    private readonly List<(Operator Target, int Input)> _outputs = [];
    private int _inputsOpen = inputCount;

    protected OperatorContext Context { get; } = context;

    /// <summary>The worker part it runs in.</summary>
    public int Part => Context.Part;

    public int InputCount { get; } = inputCount;

    /// <summary>The plan node it was made for, for EXPLAIN ANALYZE; null: for none in particular (an exchange).</summary>
    public Planning.PlanNode? Node { get; set; }

    /// <summary>Which specialised form runs, such as "append-only max": shown by counters, asserted by tests.</summary>
    public virtual string Form => GetType().Name;

    /// <summary>Rows in and out since the start.</summary>
    public OperatorCounters Counters { get; } = new();

    /// <summary>State held now. Any thread, approximate while ticks run.</summary>
    public virtual StateSize MeasureState() => new(Counters.StateRows, Counters.StateBytes);

    public void ConnectTo(Operator target, int input) => _outputs.Add((target, input));

    /// <summary>Removes an edge when a view is dropped.</summary>
    public void Disconnect(Operator target) => _outputs.RemoveAll(o => o.Target == target);

    public bool HasOutputs => _outputs.Count > 0;

    /// <summary>Whatever comes in goes into the query's result as it is or not at all, so a LIMIT above may stop the query.</summary>
    public virtual bool LeadsToResult => false;

    protected bool OutputsLeadToResult => _outputs.Count > 0 && _outputs.TrueForAll(o => o.Target.LeadsToResult);

    public abstract void Push(int input, Batch batch);

    /// <summary>All batches of the input for the current tick have been delivered.</summary>
    public void EndTick(int input)
    {
        InputEnded(input);
        if (--_inputsOpen > 0)
        {
            return;
        }

        _inputsOpen = InputCount;
        FinishTick();
        EndTickDownstream();
    }

    /// <summary>Ends the tick of what hangs on this operator; overridden only where a failure below is contained.</summary>
    protected virtual void EndTickDownstream()
    {
        foreach (var (target, targetInput) in _outputs)
        {
            if (Context.Timing is { } timing)
            {
                timing.EndTick(target, targetInput);
            }
            else
            {
                target.EndTick(targetInput);
            }
        }
    }

    /// <summary>One input has ended its tick; others may still come.</summary>
    protected virtual void InputEnded(int input)
    {
    }

    /// <summary>Every input has ended: emit what was held back.</summary>
    protected virtual void FinishTick()
    {
    }

    /// <summary>It gets nothing more and is to want nothing more. Called once, before <see cref="Drop"/>, maybe long before.</summary>
    public virtual void Leave()
    {
    }

    /// <summary>Frees state. Called once, when the operator has left its graph and nobody reads its state any more.</summary>
    public virtual void Drop()
    {
    }

    void IDisposable.Dispose()
    {
        Leave();
        Drop();
    }

    protected void Emit(Batch batch)
    {
        if (batch.RowCount == 0)
        {
            return;
        }

        Counters.RowsOut += batch.RowCount;
        foreach (var (target, input) in _outputs)
        {
            target.Counters.RowsIn += batch.RowCount;
            if (Context.Timing is { } timing)
            {
                timing.Push(target, input, batch);
            }
            else
            {
                target.Push(input, batch);
            }
        }
    }
}
