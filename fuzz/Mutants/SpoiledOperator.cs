using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Operators;

namespace Vectorized.Fuzz.Mutants;

/// <summary>Stands on an edge of a correct dataflow and changes the weights of what passes; a weight of 0 loses the row.</summary>
internal sealed class SpoiledOperator(OperatorContext context, Func<Batch, int, long> weightOf) : Operator(context, 1)
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

    /// <summary>Connected behind an operator.</summary>
    internal static SpoiledOperator Behind(Operator upstream, OperatorContext context, Func<Batch, int, long> weightOf)
    {
        var made = new SpoiledOperator(context, weightOf);
        upstream.ConnectTo(made, 0);
        return made;
    }

    /// <summary>Every third retraction is lost.</summary>
    internal static Func<Batch, int, long> LosesRetractions()
    {
        int seen = 0;
        return (batch, row) => batch.Weight(row) < 0 && ++seen % 3 == 0 ? 0 : batch.Weight(row);
    }

    /// <summary>A repeated row counts once.</summary>
    internal static Func<Batch, int, long> ForgetsWeights() => (batch, row) => Math.Sign(batch.Weight(row));

    /// <summary>Rows with NULL in a column are lost.</summary>
    internal static Func<Batch, int, long> LosesNulls(int column) =>
        (batch, row) => batch[column].IsValid(row) ? batch.Weight(row) : 0;

    /// <summary>The first row that ever passes counts twice.</summary>
    internal static Func<Batch, int, long> DoublesFirst()
    {
        bool doubled = false;
        return (batch, row) =>
        {
            long weight = doubled ? batch.Weight(row) : 2 * batch.Weight(row);
            doubled = true;
            return weight;
        };
    }

    /// <summary>The last row of the first batch with several is lost.</summary>
    internal static Func<Batch, int, long> LosesOne()
    {
        bool lost = false;
        return (batch, row) =>
        {
            bool loses = !lost && batch.RowCount > 1 && row == batch.RowCount - 1;
            lost |= loses;
            return loses ? 0 : batch.Weight(row);
        };
    }
}

/// <summary>What it passes on is processed as if a tick later, so that the other side before the tick shows what is after it.</summary>
internal sealed class LateStampOperator(OperatorContext context) : Operator(context, 1)
{
    public override void Push(int input, Batch batch)
    {
        Context.Tick++;
        Emit(batch);
        Context.Tick--;
    }
}
