using Vectorized.Engine.Columns;

namespace Vectorized.Engine.Operators;

/// <summary>
/// All rows of all members: d(A + B) = dA + dB. Stateless; batches pass as they are, in whatever order they come.
/// </summary>
internal sealed class UnionAllOperator(OperatorContext context, int inputCount) : Operator(context, inputCount)
{
    public override string Form => "union all";

    public override void Push(int input, Batch batch) => Emit(batch);
}
