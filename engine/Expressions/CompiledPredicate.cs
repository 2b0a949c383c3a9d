using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions;

/// <summary>
/// A condition ready to run: gives the rows where it is true. Top-level AND terms are evaluated in order, each on the
/// rows still left, and evaluation ends when none is. Belongs to one thread.
/// </summary>
public sealed class CompiledPredicate
{
    private readonly EvaluationRun _run = new();
    private readonly EvaluationStep[] _terms;

    private CompiledPredicate(ScalarExpression predicate)
    {
        var terms = new List<ScalarExpression>();
        Split(predicate, terms);
        _terms = ExpressionCompiler.Compile(terms, _run);
    }

    public static CompiledPredicate Compile(ScalarExpression predicate) => new(predicate);

    /// <summary>
    /// Writes the true rows, ascending, to <paramref name="rows"/> (room for all) and returns how many. The predicate's
    /// scratch memory is given back to the arena.
    /// </summary>
    public int Select(EvaluationContext context, Batch batch, Span<int> rows)
    {
        int rowCount = batch.RowCount;
        if (rowCount == 0)
        {
            return 0;
        }

        var mark = context.Arena.Position;
        var outer = context.Active;
        _run.Begin(context);
        try
        {
            var left = outer;
            foreach (var term in _terms)
            {
                Vector truth = default;
                context.Active = left;
                left = Evaluate(term, context, batch, left, ref truth);
                left = BooleanKernel.WhereTrue(truth, left, rowCount, context.Arena);
                if (!left.IsAll && BitmapKernel.Count(left, rowCount) == 0)
                {
                    return 0;
                }
            }

            return left.IsAll ? SelectionKernel.SelectAll(rowCount, rows) : SelectionKernel.Select(left.Booleans, rowCount, rows);
        }
        finally
        {
            context.Active = outer;
            context.Arena.Release(mark);
        }
    }

    /// <summary>Evaluates a term on the rows left; those it fails for, where that is taken, are left no longer.</summary>
    private RowMask Evaluate(EvaluationStep term, EvaluationContext context, Batch batch, RowMask left, ref Vector truth)
    {
        try
        {
            term.Evaluate(context, batch, ref truth);
            return left;
        }
        catch (SqlException e) when (FailingRows.Takes(context, e))
        {
            context.Active = left;
            var passing = FailingRows.Passing(term, _run, context, batch);
            context.Active = passing;
            _run.Begin(context);
            term.Evaluate(context, batch, ref truth);
            return passing;
        }
    }

    private static void Split(ScalarExpression predicate, List<ScalarExpression> terms)
    {
        if (predicate is LogicalExpression { IsAnd: true } and)
        {
            foreach (var term in and.Terms)
            {
                Split(term, terms);
            }
        }
        else
        {
            terms.Add(predicate);
        }
    }
}
