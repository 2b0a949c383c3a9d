using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions;

/// <summary>
/// Finds the rows of a batch on which an evaluation fails, by halving the rows that count (<see cref="EvaluationContext.Active"/>)
/// until one is left: k failing rows of n cost about 2 k log n evaluations, none failing costs one. One thread.
/// </summary>
internal static class ErrorIsolation
{
    /// <summary>A row and what it raised.</summary>
    internal readonly record struct RowError(int Row, SqlException Error);

    /// <summary>
    /// Adds the failing ones among the candidates, ascending, and gives the candidates that are left. What the trials allocate
    /// is given back.
    /// </summary>
    internal static RowMask FindFailing(
        EvaluationContext context, RowMask candidates, int rowCount, Action evaluate, List<RowError> failed)
    {
        int[] rows = new int[BitmapKernel.Count(candidates, rowCount)];
        int count = 0;
        foreach (int row in candidates.Rows(rowCount))
        {
            rows[count++] = row;
        }

        int first = failed.Count;
        Try(context, rows, rowCount, evaluate, failed);
        if (failed.Count == first)
        {
            return candidates;
        }

        var left = Vector.Allocate(context.Arena, SqlType.Boolean, rowCount);
        foreach (int row in rows)
        {
            Bitmap.Set(left.Bits, row);
        }

        for (int i = first; i < failed.Count; i++)
        {
            Bitmap.Clear(left.Bits, failed[i].Row);
        }

        return new RowMask(left);
    }

    private static void Try(
        EvaluationContext context, ReadOnlySpan<int> rows, int rowCount, Action evaluate, List<RowError> failed)
    {
        if (rows.IsEmpty || Raises(context, rows, rowCount, evaluate) is not { } error)
        {
            return;
        }

        if (rows.Length == 1)
        {
            failed.Add(new RowError(rows[0], error));
            return;
        }

        Try(context, rows[..(rows.Length / 2)], rowCount, evaluate, failed);
        Try(context, rows[(rows.Length / 2)..], rowCount, evaluate, failed);
    }

    private static SqlException? Raises(EvaluationContext context, ReadOnlySpan<int> rows, int rowCount, Action evaluate)
    {
        var outer = context.Active;
        var mark = context.Arena.Position;
        var active = Vector.Allocate(context.Arena, SqlType.Boolean, rowCount);
        foreach (int row in rows)
        {
            Bitmap.Set(active.Bits, row);
        }

        context.Active = new RowMask(active);
        try
        {
            evaluate();
            return null;
        }
        catch (SqlException e)
        {
            return e;
        }
        finally
        {
            context.Active = outer;
            context.Arena.Release(mark);
        }
    }
}
