using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions;

/// <summary>
/// One node of a compiled expression: computes a vector from a batch, one virtual call a batch. Steps keep scratch
/// between calls, so a compiled expression belongs to one thread. The result may be flat, dictionary or constant; rows
/// outside <see cref="EvaluationContext.Active"/> hold garbage. A step leaves Active as it found it.
/// </summary>
internal abstract class EvaluationStep(SqlType type)
{
    internal SqlType Type { get; } = type;

    /// <summary>Some input can make it raise an error, so it must not run on rows that do not count.</summary>
    internal virtual bool CanFail => false;

    internal abstract void Evaluate(EvaluationContext context, Batch batch, ref Vector result);
}
