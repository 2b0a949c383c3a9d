using Vectorized.Engine.Columns;
using Vectorized.Engine.Operators;

namespace Vectorized.Engine.Dataflow;

/// <summary>
/// Where batches enter a part at one level: a relation's input, or the receiving end of an exchange. Passes through what
/// waits, in the order in which it came, and ends the tick.
/// </summary>
internal abstract class RootOperator(OperatorContext context) : Operator(context, inputCount: 1)
{
    public sealed override void Push(int input, Batch batch) => Emit(batch);

    /// <summary>Pushes what waits and ends the tick. Called once a tick.</summary>
    internal abstract void Deliver();
}

/// <summary>A relation's input in one part: the executor adds the tick's batches before the tick is stepped.</summary>
internal sealed class RelationInput(OperatorContext context) : RootOperator(context)
{
    private readonly List<Batch> _waiting = [];

    /// <summary>The batch is valid until the tick ends; a long one enters in vectors.</summary>
    internal void Add(Batch batch)
    {
        if (batch.RowCount <= Batch.RowsMax)
        {
            if (batch.RowCount > 0)
            {
                _waiting.Add(batch);
            }

            return;
        }

        Add(batch, 0, batch.RowCount);
    }

    /// <summary>A run of the batch's rows, in vectors; the start is a multiple of 8.</summary>
    internal void Add(Batch batch, int start, int count)
    {
        for (int end = start + count; start < end; start += Batch.RowsMax)
        {
            var slice = Context.Batches.Take(0, 0);
            _waiting.Add(BatchSlice.Into(slice, batch, start, Math.Min(Batch.RowsMax, end - start)));
        }
    }

    internal override void Deliver()
    {
        foreach (var batch in _waiting)
        {
            Counters.RowsIn += batch.RowCount;
            Push(0, batch);
        }

        _waiting.Clear();
        EndTick(0);
    }
}
