using Vectorized.Engine.Columns;

namespace Vectorized.Engine.Operators;

/// <summary>
/// A root of the dataflow: the executor (or a query's driver) pushes batches into it and ends its tick. Passes them on
/// unchanged, so a relation's delta reaches all its consumers from one place. Stateless.
/// </summary>
internal sealed class InputOperator(OperatorContext context) : Operator(context, 1)
{
    public override string Form => "input";

    public override void Push(int input, Batch batch) => Emit(batch);
}
