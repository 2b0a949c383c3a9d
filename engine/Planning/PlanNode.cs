using Vectorized.Engine.Types;

namespace Vectorized.Engine.Planning;

/// <summary>
/// A node of the physical plan. The same plan serves a view (inputs are deltas of ticks) and an ad-hoc query (inputs are
/// one snapshot, closed). A node object referenced from two places is computed once. <see cref="Properties"/> are
/// proven by the planner and relied on by operators.
/// </summary>
public abstract record PlanNode
{
    /// <summary>Output columns, in order.</summary>
    public required IReadOnlyList<PlanColumn> Columns { get; init; }

    public required StreamProperties Properties { get; init; }

    /// <summary>Rough row count for join ordering and choices; never correctness.</summary>
    public double RowEstimate { get; init; } = 1000;

    /// <summary>
    /// Which forms of state operators may choose for the node: a stored plan keeps the revision it was made with, for its state
    /// was written by those. 0: before there were revisions. 1: <see cref="Operators.Ordering.TopFewOperator"/>; MIN and MAX of text
    /// in place and DISTINCT sets by group number in <see cref="Operators.Aggregates.AggregateLayout"/>. 2:
    /// <see cref="Operators.Ordering.FirstRankOperator"/>. 3: where rows stand by the values of some columns, what is kept by these and
    /// others stays there (<see cref="Dataflow.PartitioningRules"/>).
    /// </summary>
    public int StateRevision { get; init; } = NewestStateRevision;

    /// <summary>What plans made now have.</summary>
    public const int NewestStateRevision = 3;

    public abstract IReadOnlyList<PlanNode> Inputs { get; }
}

/// <summary>An output column.</summary>
public readonly record struct PlanColumn(string Name, SqlType Type);

/// <summary>What the deltas of a stream may look like (DESIGN.md section 1.3).</summary>
public enum StreamKind : byte
{
    /// <summary>Insertions only: weight +1, or n where n equal rows were merged into one.</summary>
    AppendOnly,

    /// <summary>Insertions and retractions in any order within a tick; the net is a valid multiset.</summary>
    General,

    /// <summary>The newest row of a key wins; retractions are not spelled out.</summary>
    Upsert,

    /// <summary>Changes in their order, with the ordinal within the tick as last column.</summary>
    OrderedChanges,
}

/// <summary>What the planner has proven of a stream.</summary>
/// <param name="Kind">How it may change.</param>
/// <param name="Key">Columns that identify a row at any time, or null: a bag (rows may repeat). Empty: at most one row.</param>
/// <param name="Closed">It ends: the other side of a join need not be stored. All inputs of an ad-hoc query are closed.</param>
public sealed record StreamProperties(StreamKind Kind, IReadOnlyList<int>? Key, bool Closed = false);
