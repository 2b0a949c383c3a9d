using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions;

/// <summary>
/// AND/OR over two or more terms in three-valued logic. A term that can fail is evaluated only on the rows its
/// predecessors left undecided (not yet false for AND, not yet true for OR), so `x &lt;&gt; 0 AND 1 / x &gt; 2` is safe
/// in this order.
/// </summary>
internal sealed class LogicalStep(bool isAnd, EvaluationStep[] terms) : EvaluationStep(SqlType.Boolean)
{
    internal override bool CanFail { get; } = Array.Exists(terms, t => t.CanFail);

    internal override void Evaluate(EvaluationContext context, Batch batch, ref Vector result)
    {
        int rowCount = batch.RowCount;
        var outer = context.Active;
        terms[0].Evaluate(context, batch, ref result);
        for (int i = 1; i < terms.Length; i++)
        {
            if (terms[i].CanFail)
            {
                context.Active = Undecided(result, outer, rowCount, context.Arena);
                if (BitmapKernel.Count(context.Active, rowCount) == 0)
                {
                    break;
                }
            }

            Vector term = default;
            terms[i].Evaluate(context, batch, ref term);
            result = BooleanKernel.Combine(isAnd, result, term, rowCount, context.Arena);
        }

        context.Active = outer;
    }

    private RowMask Undecided(in Vector soFar, RowMask within, int rowCount, Arena arena)
    {
        var decided = isAnd ? BooleanKernel.Not(soFar, rowCount, arena) : soFar;
        return BooleanKernel.Except(within, BooleanKernel.WhereTrue(decided, default, rowCount, arena), rowCount, arena);
    }
}

/// <summary>IS NULL, IS NOT NULL.</summary>
internal sealed class NullTestStep(EvaluationStep argument, bool negated) : EvaluationStep(SqlType.Boolean)
{
    internal override bool CanFail => argument.CanFail;

    internal override void Evaluate(EvaluationContext context, Batch batch, ref Vector result)
    {
        Vector operand = default;
        argument.Evaluate(context, batch, ref operand);
        result = BooleanKernel.IsNull(operand, negated, batch.RowCount, context.Arena);
    }
}
