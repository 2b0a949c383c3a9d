using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Errors;

/// <summary>
/// Expressions over a batch in which some row fails, each by itself: a row is reported once for each expression that fails on
/// it (the first one only when the row is left out). One thread.
/// </summary>
internal sealed class GuardedProjection
{
    private readonly CompiledExpression[] _expressions;
    private readonly string[] _texts;
    private readonly IReadOnlyList<PlanColumn> _columns;
    private readonly ErrorPolicy _policy;
    private readonly List<ErrorIsolation.RowError> _failed = [];

    internal GuardedProjection(IReadOnlyList<ScalarExpression> expressions, IReadOnlyList<PlanColumn> columns, ErrorPolicy policy)
    {
        _expressions = [.. expressions.Select(CompiledExpression.Compile)];
        _texts = [.. expressions.Select(e => ExpressionDisplay.Show(e, columns))];
        _columns = columns;
        _policy = policy;
    }

    /// <summary>The rows that are kept, projected, with their weights; null: none.</summary>
    internal Batch? Apply(OperatorContext context, Batch batch)
    {
        var evaluation = context.Evaluation;
        int rowCount = batch.RowCount;
        var result = context.Batches.Take(rowCount, _expressions.Length);
        result.SetWeights(batch.Weights);
        var kept = evaluation.Active;
        for (int i = 0; i < _expressions.Length; i++)
        {
            var good = FindGood(evaluation, batch, i, kept);
            result[i] = Evaluate(evaluation, batch, i, good);
            kept = _policy.FailuresAreNull ? kept : good;
        }

        if (kept.IsAll)
        {
            return result;
        }

        int[] rows = new int[BitmapKernel.Count(kept, rowCount)];
        int count = 0;
        foreach (int row in kept.Rows(rowCount))
        {
            rows[count++] = row;
        }

        return count == 0 ? null : LateTake.Take(result, rows, context);
    }

    private RowMask FindGood(EvaluationContext evaluation, Batch batch, int expression, RowMask candidates)
    {
        _failed.Clear();
        var good = ErrorIsolation.FindFailing(
            evaluation, candidates, batch.RowCount,
            () =>
            {
                var trial = default(Vector);
                _expressions[expression].Evaluate(evaluation, batch, ref trial);
            },
            _failed);
        foreach (var (row, error) in _failed)
        {
            _policy.Log.Add(error, _texts[expression], _columns, batch, row);
        }

        return good;
    }

    /// <summary>The column of the good rows; the others are NULL.</summary>
    private Vector Evaluate(EvaluationContext evaluation, Batch batch, int expression, RowMask good)
    {
        var arena = evaluation.Arena;
        int rowCount = batch.RowCount;
        if (!good.IsAll && BitmapKernel.Count(good, rowCount) == 0)
        {
            return TakeKernel.AllNull(_expressions[expression].Type, rowCount, arena);
        }

        var outer = evaluation.Active;
        evaluation.Active = good;
        var vector = default(Vector);
        _expressions[expression].Evaluate(evaluation, batch, ref vector);
        evaluation.Active = outer;
        return ErrorIsolation.WithNulls(vector, _failed, arena);
    }
}
