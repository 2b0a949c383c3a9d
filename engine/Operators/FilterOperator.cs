using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;

namespace Vectorized.Engine.Operators;

/// <summary>
/// Keeps the rows whose predicate is true, with their weights and hashes: d(filter A) = filter dA. Stateless. A batch that
/// passes whole goes on as it is.
/// </summary>
internal sealed class FilterOperator(OperatorContext context, ScalarExpression predicate) : Operator(context, 1)
{
    private readonly CompiledPredicate _predicate = CompiledPredicate.Compile(predicate);

    public override string Form => "filter";

    public override bool LeadsToResult => OutputsLeadToResult;

    public override void Push(int input, Batch batch)
    {
        var rows = Context.Scratch.Allocate<int>(batch.RowCount);
        int count = _predicate.Select(Context.Evaluation, batch, rows);
        if (count == batch.RowCount)
        {
            Emit(batch);
        }
        else if (count > 0)
        {
            Emit(LateTake.Take(batch, rows[..count], Context));
        }
    }
}
