using Vectorized.Engine.Columns;
using Vectorized.Engine.Operators;

namespace Vectorized.Engine.Serving.Queries;

/// <summary>A leaf of a query: produces vectors until it has no more. Stepped by the driver.</summary>
internal abstract class QueryRoot(OperatorContext context) : Operator(context, inputCount: 1)
{
    public sealed override void Push(int input, Batch batch) => Emit(batch);

    /// <summary>The next vector, valid until the next call; null at the end.</summary>
    internal abstract Batch? Next();
}
