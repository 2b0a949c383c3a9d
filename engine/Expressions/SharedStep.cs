using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;

namespace Vectorized.Engine.Expressions;

/// <summary>Numbers the evaluations of one compiled unit, so that shared steps know what is stale.</summary>
internal sealed class EvaluationRun
{
    internal long Number { get; private set; }

    /// <summary>The rows the unit as a whole is evaluated on.</summary>
    internal RowMask Root { get; private set; }

    internal void Begin(EvaluationContext context)
    {
        Number++;
        Root = context.Active;
    }
}

/// <summary>
/// A sub-expression that occurs more than once: computed once an evaluation. If it cannot fail it is computed for all
/// rows at its first use; else it is kept only when its first use covers all rows the unit is evaluated on (a use inside
/// a CASE branch covers too few).
/// </summary>
internal sealed class SharedStep(EvaluationStep inner, EvaluationRun run) : EvaluationStep(inner.Type)
{
    private long _computedIn;
    private Vector _kept;

    internal override bool CanFail => inner.CanFail;

    internal override void Evaluate(EvaluationContext context, Batch batch, ref Vector result)
    {
        if (_computedIn == run.Number)
        {
            result = _kept;
            return;
        }

        bool coversAll = RowMaskBits.SameBits(context.Active, run.Root);
        if (!coversAll && inner.CanFail)
        {
            inner.Evaluate(context, batch, ref result);
            return;
        }

        var outer = context.Active;
        context.Active = run.Root;
        inner.Evaluate(context, batch, ref result);
        context.Active = outer;
        _kept = result;
        _computedIn = run.Number;
    }
}
