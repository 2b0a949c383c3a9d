using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Planning;

namespace Vectorized.Engine.Operators.Errors;

/// <summary>A condition over a batch in which some row fails: such a row is reported and does not pass. One thread.</summary>
internal sealed class GuardedPredicate(
    ScalarExpression predicate, CompiledPredicate compiled, IReadOnlyList<PlanColumn> columns, ErrorPolicy policy)
{
    private readonly string _text = ExpressionDisplay.Show(predicate, columns);
    private readonly List<ErrorIsolation.RowError> _failed = [];

    /// <summary>As <see cref="CompiledPredicate.Select"/>.</summary>
    internal int Select(EvaluationContext context, Batch batch, Span<int> rows)
    {
        int[] trial = new int[batch.RowCount];
        _failed.Clear();
        var good = ErrorIsolation.FindFailing(
            context, context.Active, batch.RowCount, () => compiled.Select(context, batch, trial), _failed);
        foreach (var (row, error) in _failed)
        {
            policy.Log.Add(error, _text, columns, batch, row);
        }

        if (_failed.Count == batch.RowCount)
        {
            return 0;
        }

        var outer = context.Active;
        context.Active = good;
        int count = compiled.Select(context, batch, rows);
        context.Active = outer;
        return count;
    }
}
