using Vectorized.Engine.Columns;

namespace Vectorized.Engine.Operators;

/// <summary>
/// Shows each delta to a callback and its tick's end to another: tests, subscriptions that read a view's deltas at their
/// origin. The batch is valid during the call.
/// </summary>
internal sealed class CaptureOperator(OperatorContext context, Action<Batch> received, Action? ended = null)
    : Operator(context, 1)
{
    public override string Form => "capture";

    public override void Push(int input, Batch batch) => received(batch);

    protected override void FinishTick() => ended?.Invoke();
}
