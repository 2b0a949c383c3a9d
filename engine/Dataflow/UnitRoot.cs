using Vectorized.Engine.Budget;
using Vectorized.Engine.Operators;
using Vectorized.Engine.State.Checkpoints;

namespace Vectorized.Engine.Dataflow;

/// <summary>
/// The relation of one row without columns, as the input of what has none (literal rows, table functions): its row comes in
/// part 0 in the first tick it sees. Failures below it stop the view only.
/// </summary>
internal sealed class UnitRoot : RootOperator
{
    private readonly ViewFailure _failure;
    private readonly WordsState _words;
    private bool _isDelivered;

    internal UnitRoot(OperatorContext context, ViewFailure failure) : base(context)
    {
        _failure = failure;
        _words = new WordsState(context.State, () => [_isDelivered ? 1 : 0], words => _isDelivered = words[0] != 0);
    }

    public override string Form => "unit";

    public override void Drop() => _words.Dispose();

    internal override void Deliver()
    {
        if (_failure.HasFailed)
        {
            return;
        }

        var outer = Context.Evaluation.RowErrors;
        Context.Evaluation.RowErrors = _failure.OfRows;
        using var use = MemoryAccount.Enter(_failure.Memory);
        try
        {
            if (!_isDelivered && Context.Part == 0)
            {
                Push(0, Context.Batches.Take(1, 0));
            }

            _isDelivered = true;
            EndTick(0);
        }
        catch (Exception e) when (_failure.Contains(e))
        {
            _failure.Fail(e);
        }
        finally
        {
            Context.Evaluation.RowErrors = outer;
        }
    }
}
