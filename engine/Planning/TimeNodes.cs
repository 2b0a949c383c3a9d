using Vectorized.Engine.Binding;

namespace Vectorized.Engine.Planning;

/// <summary>
/// Keeps rows while a predicate over them and now() is true: rows come and go as time passes. Of now() only comparisons that
/// <see cref="TimeBound"/> knows stand in it. In views only; in a query now() is fixed and a plain filter does.
/// </summary>
public sealed record TemporalFilterNode(PlanNode Input, ScalarExpression Predicate) : PlanNode
{
    public override IReadOnlyList<PlanNode> Inputs => [Input];
}

/// <summary>
/// EMIT ON WINDOW CLOSE: holds rows back until the watermark of a column has passed their value; then they are final, are
/// output once and never taken back. Rows whose value is NULL are never final.
/// </summary>
public sealed record WindowCloseNode(PlanNode Input, WindowClosing Closing) : PlanNode
{
    public override IReadOnlyList<PlanNode> Inputs => [Input];
}
