using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions;

/// <summary>
/// Evaluation that goes on over rows an expression fails for, where <see cref="EvaluationContext.RowErrors"/> takes their
/// errors. The vector is evaluated as ever; only when that fails, its failing rows are found (<see cref="ErrorIsolation"/>),
/// reported, and left out of a second evaluation. Nothing is paid while no row fails.
/// </summary>
internal static class FailingRows
{
    /// <summary>Whether the context takes this error instead of letting it end the evaluation.</summary>
    internal static bool Takes(EvaluationContext context, SqlException error) =>
        context.RowErrors is not null && error.SqlState.StartsWith("22", StringComparison.Ordinal);

    /// <summary>The step's values over the active rows, NULL where it fails.</summary>
    internal static Vector Evaluate(EvaluationStep step, EvaluationRun run, EvaluationContext context, Batch batch)
    {
        var outer = context.Active;
        var failed = new List<ErrorIsolation.RowError>();
        var passing = Find(step, run, context, batch, failed);
        if (!passing.IsAll && BitmapKernel.Count(passing, batch.RowCount) == 0)
        {
            // What fails over constants fails whatever rows count.
            return TakeKernel.AllNull(step.Type, batch.RowCount, context.Arena);
        }

        context.Active = passing;
        run.Begin(context);
        var values = default(Vector);
        step.Evaluate(context, batch, ref values);
        context.Active = outer;
        run.Begin(context);
        return ErrorIsolation.WithNulls(values, failed, context.Arena);
    }

    /// <summary>The rows of the mask the step does not fail for; evaluation goes on over these.</summary>
    internal static RowMask Passing(EvaluationStep step, EvaluationRun run, EvaluationContext context, Batch batch) =>
        Find(step, run, context, batch, []);

    private static RowMask Find(
        EvaluationStep step, EvaluationRun run, EvaluationContext context, Batch batch, List<ErrorIsolation.RowError> failed)
    {
        var passing = ErrorIsolation.FindFailing(
            context, context.Active, batch.RowCount,
            () =>
            {
                run.Begin(context);
                var unused = default(Vector);
                step.Evaluate(context, batch, ref unused);
            },
            failed,
            error => Takes(context, error));
        foreach (var (_, error) in failed)
        {
            context.RowErrors!.Report(error);
        }

        return passing;
    }
}
