using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Planning;

namespace Vectorized.Engine.Operators;

/// <summary>
/// Literal rows, once for each row of its input, which is the relation of one row without columns: d(values U) = values dU. So
/// in a view they come in its first tick and never change. Stateless.
/// </summary>
internal sealed class ValuesOperator(OperatorContext context, ValuesNode node) : Operator(context, 1)
{
    private readonly CompiledProjection[] _rows = [.. node.Rows.Select(row => CompiledProjection.Compile(row))];

    public override string Form => "values";

    public override void Push(int input, Batch batch)
    {
        int columns = node.Columns.Count;
        for (int start = 0; start < _rows.Length; start += Batch.RowsMax)
        {
            int count = Math.Min(Batch.RowsMax, _rows.Length - start);
            var literals = new Batch[count];
            for (int i = 0; i < count; i++)
            {
                literals[i] = Context.Batches.Take(1, columns);
                _rows[start + i].Evaluate(Context.Evaluation, batch, literals[i]);
            }

            Emit(Together(literals, columns, batch));
        }
    }

    private Batch Together(Batch[] literals, int columns, Batch unit)
    {
        var output = Context.Batches.Take(literals.Length, columns);
        var parts = new Vector[literals.Length];
        for (int column = 0; column < columns; column++)
        {
            for (int i = 0; i < parts.Length; i++)
            {
                parts[i] = literals[i][column];
            }

            output[column] = ConcatKernel.Concat(node.Columns[column].Type, parts, Context.Scratch);
        }

        if (unit.Weight(0) != 1)
        {
            var weights = Context.Scratch.Allocate<long>(literals.Length);
            weights.Fill(unit.Weight(0));
            output.SetWeights(weights);
        }

        return output;
    }
}
