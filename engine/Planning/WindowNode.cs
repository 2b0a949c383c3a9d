using Vectorized.Engine.Binding;

namespace Vectorized.Engine.Planning;

/// <summary>
/// Window functions: each input row with a column a call appended. All share the partition and the order; ties break by the
/// stream's key, then by whole row; rows equal in the order are peers. Each call has a frame of its own.
/// </summary>
public sealed record WindowNode(
    PlanNode Input,
    IReadOnlyList<int> PartitionColumns,
    IReadOnlyList<SortKey> Order,
    IReadOnlyList<WindowCall> Calls) : PlanNode
{
    public override IReadOnlyList<PlanNode> Inputs => [Input];
}
