using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Operators;

namespace Vectorized.Tests.Operators;

/// <summary>
/// A planted bug: stands on an edge of a correct dataflow and spoils what passes. The tests that hold operators against their
/// definitions must notice every one of them; otherwise they prove nothing.
/// </summary>
internal sealed class MutantOperator(OperatorContext context, Func<Batch, int, long> weightOf) : Operator(context, 1)
{
    public override void Push(int input, Batch batch)
    {
        var rows = new List<int>();
        var weights = new List<long>();
        for (int row = 0; row < batch.RowCount; row++)
        {
            long weight = weightOf(batch, row);
            if (weight != 0)
            {
                rows.Add(row);
                weights.Add(weight);
            }
        }

        if (rows.Count == 0)
        {
            return;
        }

        var output = BatchTake.Take(batch, rows.ToArray(), Context.Scratch, Context.Batches);
        var kept = Context.Scratch.Allocate<long>(rows.Count);
        weights.ToArray().CopyTo(kept);
        output.SetWeights(kept);
        Emit(output);
    }

    /// <summary>Every third retraction is lost.</summary>
    internal static MutantOperator LosesRetractions(OperatorContext context)
    {
        int seen = 0;
        return new MutantOperator(context, (batch, row) => batch.Weight(row) < 0 && ++seen % 3 == 0 ? 0 : batch.Weight(row));
    }

    /// <summary>A repeated row counts once.</summary>
    internal static MutantOperator ForgetsWeights(OperatorContext context) =>
        new(context, (batch, row) => Math.Sign(batch.Weight(row)));

    /// <summary>Rows with NULL in a column are lost.</summary>
    internal static MutantOperator LosesNulls(OperatorContext context, int column) =>
        new(context, (batch, row) => batch[column].IsValid(row) ? batch.Weight(row) : 0);
}

/// <summary>A planted bug: changes arrive a tick late.</summary>
internal sealed class TickLateOperator(OperatorContext context) : Operator(context, 1)
{
    private readonly List<OwnedBatch> _now = [];
    private readonly List<OwnedBatch> _before = [];

    public override void Push(int input, Batch batch)
    {
        var arena = new Arena();
        _now.Add(new OwnedBatch(BatchCopy.Into(arena, batch), arena));
    }

    protected override void FinishTick()
    {
        _before.ForEach(b => Emit(b.Batch));
        _before.Clear();
        _before.AddRange(_now);
        _now.Clear();
    }
}

/// <summary>A planted bug: NULLs of an int8 column become 0.</summary>
internal sealed class NullsAsZeroOperator(OperatorContext context, int column) : Operator(context, 1)
{
    public override void Push(int input, Batch batch)
    {
        var output = Context.Batches.Take(batch.RowCount, batch.ColumnCount);
        for (int i = 0; i < batch.ColumnCount; i++)
        {
            output[i] = batch[i];
        }

        output[column] = Vector.Allocate(Context.Scratch, batch[column].Type, batch.RowCount);
        for (int row = 0; row < batch.RowCount; row++)
        {
            output[column].Values<long>()[row] = batch[column].IsValid(row) ? batch[column].Value<long>(row) : 0;
        }

        output.SetWeights(batch.Weights);
        Emit(output);
    }
}

/// <summary>A planted bug: what it passes on is processed as if a tick later, so that Before(t) shows what is After(t).</summary>
internal sealed class LateStampOperator(OperatorContext context) : Operator(context, 1)
{
    public override void Push(int input, Batch batch)
    {
        Context.Tick++;
        Emit(batch);
        Context.Tick--;
    }
}
