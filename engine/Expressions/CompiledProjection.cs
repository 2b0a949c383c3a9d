using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions;

/// <summary>
/// The stateless prefix of a dataflow as one unit: an optional filter, then expressions over the rows that pass. Only
/// columns the expressions use are gathered; sub-expressions that occur twice are computed once. Weights follow their
/// rows; hashes do not (their key's columns are renumbered). Belongs to one thread.
/// </summary>
public sealed class CompiledProjection
{
    private readonly EvaluationRun _run = new();
    private readonly EvaluationStep[] _steps;
    private readonly CompiledPredicate? _filter;
    private readonly int[] _columns;
    private readonly Batch _gathered = new();
    private int[] _rows = [];

    private CompiledProjection(IReadOnlyList<ScalarExpression> expressions, ScalarExpression? filter)
    {
        _steps = ExpressionCompiler.Compile(expressions, _run);
        _filter = filter is null ? null : CompiledPredicate.Compile(filter);
        var columns = new SortedSet<int>();
        foreach (var expression in expressions)
        {
            CollectColumns(expression, columns);
        }

        _columns = [.. columns];
    }

    /// <summary>Input columns the expressions read, ascending (the filter's apart).</summary>
    public ReadOnlySpan<int> Columns => _columns;

    public static CompiledProjection Compile(IReadOnlyList<ScalarExpression> expressions, ScalarExpression? filter = null) =>
        new(expressions, filter);

    /// <summary>The projected rows in a shell of the pool, or null when no row passes the filter.</summary>
    public Batch? Apply(EvaluationContext context, Batch batch, BatchPool pool)
    {
        var input = batch;
        int rowCount = batch.RowCount;
        ReadOnlySpan<int> rows = default;
        if (_filter is not null)
        {
            if (_rows.Length < rowCount)
            {
                _rows = new int[Math.Max(rowCount, Batch.RowsMax)];
            }

            int count = _filter.Select(context, batch, _rows);
            if (count == 0)
            {
                return null;
            }

            if (count < rowCount)
            {
                rows = _rows.AsSpan(0, count);
                input = Gather(context, batch, rows);
            }
        }
        else if (rowCount == 0)
        {
            return null;
        }

        var result = pool.Take(input.RowCount, _steps.Length);
        Evaluate(context, input, result);
        if (rows.IsEmpty)
        {
            result.SetWeights(batch.Weights);
        }
        else if (batch.HasWeights)
        {
            var weights = context.Arena.Allocate<long>(rows.Length);
            for (int i = 0; i < rows.Length; i++)
            {
                weights[i] = batch.Weights[rows[i]];
            }

            result.SetWeights(weights);
        }

        return result;
    }

    /// <summary>Evaluates all expressions on all rows of a batch into the columns of another, flat or dictionary.</summary>
    public void Evaluate(EvaluationContext context, Batch batch, Batch result)
    {
        var active = context.Active;
        _run.Begin(context);
        try
        {
            for (int i = 0; i < _steps.Length; i++)
            {
                ref var column = ref result[i];
                Evaluate(_steps[i], context, batch, ref column);
                if (column.Encoding == VectorEncoding.Constant)
                {
                    column = TakeKernel.Flatten(column, context.Arena);
                }
            }
        }
        finally
        {
            context.Active = active;
        }
    }

    private void Evaluate(EvaluationStep step, EvaluationContext context, Batch batch, ref Vector column)
    {
        var active = context.Active;
        try
        {
            step.Evaluate(context, batch, ref column);
        }
        catch (SqlException e) when (FailingRows.Takes(context, e))
        {
            context.Active = active;
            column = FailingRows.Evaluate(step, _run, context, batch);
        }
    }

    private Batch Gather(EvaluationContext context, Batch batch, ReadOnlySpan<int> rows)
    {
        _gathered.Reset(rows.Length, batch.ColumnCount);
        foreach (int column in _columns)
        {
            _gathered[column] = TakeKernel.Take(batch[column], rows, context.Arena);
        }

        return _gathered;
    }

    private static void CollectColumns(ScalarExpression expression, SortedSet<int> columns)
    {
        if (expression is ColumnExpression column)
        {
            columns.Add(column.Index);
        }

        foreach (var child in ExpressionComparer.Children(expression))
        {
            CollectColumns(child, columns);
        }
    }
}
