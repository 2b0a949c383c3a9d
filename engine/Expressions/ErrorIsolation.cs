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
    /// is given back. An error that <paramref name="takes"/> does not want ends it all.
    /// </summary>
    internal static RowMask FindFailing(
        EvaluationContext context, RowMask candidates, int rowCount, Action evaluate, List<RowError> failed,
        Predicate<SqlException>? takes = null)
    {
        int[] rows = new int[BitmapKernel.Count(candidates, rowCount)];
        int count = 0;
        foreach (int row in candidates.Rows(rowCount))
        {
            rows[count++] = row;
        }

        int first = failed.Count;
        Try(context, rows, rowCount, evaluate, failed, takes);
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

    /// <summary>The values as a flat vector that is NULL at the failed rows, under a bitmap of its own.</summary>
    internal static Vector WithNulls(in Vector values, List<RowError> failed, Arena arena)
    {
        var vector = TakeKernel.Flatten(values, arena);
        if (failed.Count == 0)
        {
            return vector;
        }

        // The bitmap may be an argument's, and so may the views: those of failed rows are no strings.
        var result = vector;
        if (vector.Type.Layout == Layout.View)
        {
            result = Vector.Allocate(arena, vector.Type, vector.Length);
            vector.Views.CopyTo(result.Views);
        }

        var validity = result.AddValidity(arena);
        if (vector.MayHaveNulls)
        {
            vector.Validity.CopyTo(validity);
        }

        foreach (var (row, _) in failed)
        {
            Bitmap.Clear(validity, row);
            if (result.Type.Layout == Layout.View)
            {
                // Views under a null are all zero.
                result.Views[row] = default;
            }
        }

        return result;
    }

    private static void Try(
        EvaluationContext context, ReadOnlySpan<int> rows, int rowCount, Action evaluate, List<RowError> failed,
        Predicate<SqlException>? takes)
    {
        if (rows.IsEmpty || Raises(context, rows, rowCount, evaluate, takes) is not { } error)
        {
            return;
        }

        if (rows.Length == 1)
        {
            failed.Add(new RowError(rows[0], error));
            return;
        }

        Try(context, rows[..(rows.Length / 2)], rowCount, evaluate, failed, takes);
        Try(context, rows[(rows.Length / 2)..], rowCount, evaluate, failed, takes);
    }

    private static SqlException? Raises(
        EvaluationContext context, ReadOnlySpan<int> rows, int rowCount, Action evaluate, Predicate<SqlException>? takes)
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
        catch (SqlException e) when (takes is null || takes(e))
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
