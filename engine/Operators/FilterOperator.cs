using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Operators.Errors;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators;

/// <summary>
/// Keeps the rows whose predicate is true, with their weights and hashes: d(filter A) = filter dA. Stateless. A batch that
/// passes whole goes on as it is. A row on which the predicate fails ends the view or query, unless the view has a policy for it.
/// </summary>
internal sealed class FilterOperator(OperatorContext context, FilterNode node, ErrorPolicy? onError = null) : Operator(context, 1)
{
    private readonly CompiledPredicate _predicate = CompiledPredicate.Compile(node.Predicate);
    private GuardedPredicate? _guarded;

    public override string Form => "filter";

    public override bool LeadsToResult => OutputsLeadToResult;

    public override void Push(int input, Batch batch)
    {
        var rows = Context.Scratch.Allocate<int>(batch.RowCount);
        int count = Select(batch, rows);
        if (count == batch.RowCount)
        {
            Emit(batch);
        }
        else if (count > 0)
        {
            Emit(LateTake.Take(batch, rows[..count], Context));
        }
    }

    private int Select(Batch batch, Span<int> rows)
    {
        if (onError is null)
        {
            return _predicate.Select(Context.Evaluation, batch, rows);
        }

        var taker = Context.Evaluation.RowErrors;
        Context.Evaluation.RowErrors = null;
        try
        {
            return _predicate.Select(Context.Evaluation, batch, rows);
        }
        catch (SqlException)
        {
            // Some row fails: it is found, reported, and does not pass.
            _guarded ??= new GuardedPredicate(node.Predicate, _predicate, node.Input.Columns, onError);
            return _guarded.Select(Context.Evaluation, batch, rows);
        }
        finally
        {
            Context.Evaluation.RowErrors = taker;
        }
    }
}
