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
    /// <summary>Rows beyond it are not put out; null: all are.</summary>
    public RankLimit? Limit { get; init; }

    /// <summary>
    /// A row that is taken back comes again in the same tick, in the same partition, with an order value that comes no later (see
    /// <see cref="RisingRows"/>).
    /// </summary>
    public bool IsRising { get; init; }

    /// <summary>
    /// A partition column (its index in PartitionColumns) with a watermark: partitions below it get no changes any more. First ranks
    /// forget them.
    /// </summary>
    public WindowClosing? Closing { get; init; }

    public override IReadOnlyList<PlanNode> Inputs => [Input];
}

/// <summary>Only rows whose row_number, rank or dense_rank (the call of that number) is at most Last.</summary>
public readonly record struct RankLimit(int Call, long Last);
