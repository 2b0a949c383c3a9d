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

/// <summary>
/// SESSION: appends the window of each row's session, [first time, last time + gap): rows of a partition whose neighbours in
/// time are less than the gap apart. The time column is a timestamp; rows without a time are dropped. Closing: the time column
/// has a watermark, and sessions that end before it are forgotten.
/// </summary>
public sealed record SessionNode(PlanNode Input, IReadOnlyList<int> PartitionColumns, int TimeColumn, long GapMicros) : PlanNode
{
    public WindowClosing? Closing { get; init; }

    public override IReadOnlyList<PlanNode> Inputs => [Input];
}

/// <summary>
/// The groups of an aggregate that are sessions: what an <see cref="AggregateNode"/> by the session's partition and window over a
/// <see cref="SessionNode"/> gives, in one. Output: the group columns (a partition column of the input,
/// <see cref="SessionStart"/> or <see cref="SessionEnd"/>), then a column an aggregate. The input only grows.
/// </summary>
public sealed record SessionAggregateNode(
    PlanNode Input,
    IReadOnlyList<int> PartitionColumns,
    int TimeColumn,
    long GapMicros,
    IReadOnlyList<int> GroupColumns,
    IReadOnlyList<AggregateCall> Aggregates) : PlanNode
{
    public const int SessionStart = -1;
    public const int SessionEnd = -2;

    public override IReadOnlyList<PlanNode> Inputs => [Input];
}
