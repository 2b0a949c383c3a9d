using Vectorized.Engine.Budget;
using Vectorized.Engine.Operators;

namespace Vectorized.Engine.Dataflow;

/// <summary>
/// The relation of one row without columns, as the input of what has none (literal rows, table functions): its row comes in
/// part 0 in the first tick it sees. Failures below it stop the view only.
/// </summary>
internal sealed class UnitRoot(OperatorContext context, ViewFailure failure) : RootOperator(context)
{
    private bool _isDelivered;

    public override string Form => "unit";

    internal override void Deliver()
    {
        if (failure.HasFailed)
        {
            return;
        }

        var outer = Context.Evaluation.RowErrors;
        Context.Evaluation.RowErrors = failure.OfRows;
        using var use = MemoryAccount.Enter(failure.Memory);
        try
        {
            if (!_isDelivered && Context.Part == 0)
            {
                Push(0, Context.Batches.Take(1, 0));
            }

            _isDelivered = true;
            EndTick(0);
        }
        catch (Exception e) when (failure.Contains(e))
        {
            failure.Fail(e);
        }
        finally
        {
            Context.Evaluation.RowErrors = outer;
        }
    }
}
