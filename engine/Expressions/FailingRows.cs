using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions;

/// <summary>
/// Evaluation that goes on over rows an expression fails for, where <see cref="EvaluationContext.RowErrors"/> takes their
/// errors. The vector is evaluated as ever; only when that fails, its failing rows are found by halving, reported, and left
/// out of a second evaluation. O(failing rows * log rows) evaluations; nothing is paid while no row fails.
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
        var failing = Find(step, run, context, batch);
        context.Active = Without(outer, failing, batch.RowCount, context.Arena);
        run.Begin(context);
        var values = default(Vector);
        step.Evaluate(context, batch, ref values);
        context.Active = outer;
        run.Begin(context);
        return WithNulls(values, failing, batch.RowCount, context.Arena);
    }

    /// <summary>The rows of the mask the step does not fail for; evaluation goes on over these.</summary>
    internal static RowMask Passing(EvaluationStep step, EvaluationRun run, EvaluationContext context, Batch batch)
    {
        var outer = context.Active;
        var failing = Find(step, run, context, batch);
        return Without(outer, failing, batch.RowCount, context.Arena);
    }

    private static HashSet<int> Find(EvaluationStep step, EvaluationRun run, EvaluationContext context, Batch batch)
    {
        var outer = context.Active;
        var failing = new HashSet<int>();
        try
        {
            Search(step, run, context, batch, outer, 0, batch.RowCount, failing);
        }
        finally
        {
            context.Active = outer;
        }

        return failing;
    }

    private static void Search(
        EvaluationStep step, EvaluationRun run, EvaluationContext context, Batch batch, RowMask outer, int start, int end,
        HashSet<int> failing)
    {
        var mark = context.Arena.Position;
        bool fails = false;
        try
        {
            context.Active = Between(outer, start, end, batch.RowCount, context.Arena);
            run.Begin(context);
            var unused = default(Vector);
            step.Evaluate(context, batch, ref unused);
        }
        catch (SqlException e) when (Takes(context, e))
        {
            fails = true;
            if (end - start == 1)
            {
                failing.Add(start);
                context.RowErrors!.Report(e);
                return;
            }
        }
        finally
        {
            context.Arena.Release(mark);
        }

        if (fails)
        {
            int middle = (start + end) / 2;
            Search(step, run, context, batch, outer, start, middle, failing);
            Search(step, run, context, batch, outer, middle, end, failing);
        }
    }

    private static RowMask Between(RowMask outer, int start, int end, int rowCount, Arena arena) =>
        Mask(rowCount, arena, row => row >= start && row < end && outer.Contains(row));

    private static RowMask Without(RowMask outer, HashSet<int> failing, int rowCount, Arena arena) =>
        Mask(rowCount, arena, row => !failing.Contains(row) && outer.Contains(row));

    private static RowMask Mask(int rowCount, Arena arena, Func<int, bool> contains)
    {
        var bits = new VectorBuilder(arena, SqlType.Boolean, rowCount);
        for (int row = 0; row < rowCount; row++)
        {
            bits.AppendBit(contains(row));
        }

        return new RowMask(bits.Build());
    }

    private static Vector WithNulls(in Vector values, HashSet<int> failing, int rowCount, Arena arena)
    {
        var result = new VectorBuilder(arena, values.Type, rowCount);
        var flat = Kernels.TakeKernel.Flatten(values, arena);
        for (int row = 0; row < rowCount; row++)
        {
            if (failing.Contains(row))
            {
                result.AppendNull();
            }
            else
            {
                result.AppendFrom(flat, row);
            }
        }

        return result.Build();
    }
}
