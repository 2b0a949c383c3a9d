using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions;

/// <summary>
/// CASE: each condition is evaluated on the rows no branch has taken, each result on the rows its branch takes, so rows
/// of other branches raise no errors.
/// </summary>
internal sealed class CaseStep(EvaluationStep[] conditions, EvaluationStep[] results, EvaluationStep otherwise, SqlType type)
    : EvaluationStep(type)
{
    internal override bool CanFail { get; } =
        otherwise.CanFail || Array.Exists(conditions, c => c.CanFail) || Array.Exists(results, r => r.CanFail);

    internal override void Evaluate(EvaluationContext context, Batch batch, ref Vector result)
    {
        int rowCount = batch.RowCount;
        var arena = context.Arena;
        var outer = context.Active;
        var remaining = outer;
        int left = BitmapKernel.Count(remaining, rowCount);
        result = Vector.Allocate(arena, Type, rowCount);
        for (int i = 0; i < conditions.Length && left > 0; i++)
        {
            Vector condition = default;
            context.Active = remaining;
            conditions[i].Evaluate(context, batch, ref condition);
            var taken = BooleanKernel.WhereTrue(condition, remaining, rowCount, arena);
            int count = BitmapKernel.Count(taken, rowCount);
            if (count > 0)
            {
                BranchStep.Blend(context, batch, results[i], taken, ref result);
                remaining = BooleanKernel.Except(remaining, taken, rowCount, arena);
                left -= count;
            }
        }

        if (left > 0)
        {
            BranchStep.Blend(context, batch, otherwise, remaining, ref result);
        }

        context.Active = outer;
    }
}

/// <summary>COALESCE: each argument is evaluated on the rows where all before were NULL.</summary>
internal sealed class CoalesceStep(EvaluationStep[] arguments, SqlType type) : EvaluationStep(type)
{
    internal override bool CanFail { get; } = Array.Exists(arguments, a => a.CanFail);

    internal override void Evaluate(EvaluationContext context, Batch batch, ref Vector result)
    {
        int rowCount = batch.RowCount;
        var arena = context.Arena;
        var outer = context.Active;
        arguments[0].Evaluate(context, batch, ref result);
        BranchStep.CheckType(result, Type);
        var nulls = BooleanKernel.WhereNull(result, outer, rowCount, arena);
        if (arguments.Length > 1 && BitmapKernel.Count(nulls, rowCount) > 0)
        {
            var first = result;
            result = Vector.Allocate(arena, Type, rowCount);
            BlendKernel.Blend(ref result, first, default, rowCount, arena);
            for (int i = 1; i < arguments.Length && BitmapKernel.Count(nulls, rowCount) > 0; i++)
            {
                BranchStep.Blend(context, batch, arguments[i], nulls, ref result);
                nulls = BooleanKernel.WhereNull(result, nulls, rowCount, arena);
            }
        }

        context.Active = outer;
    }
}

/// <summary>What CASE and COALESCE share.</summary>
internal static class BranchStep
{
    /// <summary>Evaluates a step on some rows and writes them into the result. Leaves Active at those rows.</summary>
    internal static void Blend(EvaluationContext context, Batch batch, EvaluationStep step, RowMask rows, ref Vector result)
    {
        Vector values = default;
        context.Active = rows;
        step.Evaluate(context, batch, ref values);
        CheckType(values, result.Type);
        BlendKernel.Blend(ref result, values, rows, batch.RowCount, context.Arena);
    }

    /// <summary>Branches of one expression share one representation; the binder saw to it.</summary>
    internal static void CheckType(in Vector values, SqlType type)
    {
        if (values.Type.Layout != type.Layout || values.Type.NumericForm != type.NumericForm
            || (type.NumericForm is NumericForm.Scaled64 or NumericForm.Scaled128 && values.Type.Scale != type.Scale))
        {
            throw new SqlException(
                SqlState.InternalError, $"a branch of type {values.Type} stands in an expression of type {type}");
        }
    }
}
