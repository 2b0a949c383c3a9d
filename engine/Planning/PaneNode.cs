namespace Vectorized.Engine.Planning;

/// <summary>
/// Below a HOP whose times nobody reads (only its windows): every time becomes the start of its pane, the longest stretch that no
/// window's bound divides, and rows of a vector that are equal then may leave once with the sum of their weights, before
/// each is repeated for its windows. The windows' content is the same with or without it. Input without a key.
/// </summary>
public sealed record PaneNode(PlanNode Input, int TimeColumn, long PaneMicros, long OffsetMicros) : PlanNode
{
    public override IReadOnlyList<PlanNode> Inputs => [Input];
}
