namespace Vectorized.Engine.Planning;

/// <summary>
/// The rewrites that only make plans better. Tests switch some off (<c>DatabaseOptions.Rules</c>): plans differ then, answers do not.
/// </summary>
[Flags]
internal enum PlannerRules : byte
{
    None = 0,

    /// <summary>Constants computed while planning, and what they leave without rows.</summary>
    Folding = 1,

    /// <summary>Conditions evaluated where their columns come from; also equalities followed and outer joins made inner.</summary>
    PredicatePushDown = 2,

    JoinOrdering = 4,

    /// <summary>Aggregates left out that a key makes needless.</summary>
    AggregateElimination = 8,

    /// <summary>A relation joined with its own greatest value becomes a ranking (views).</summary>
    ExtremeRanking = 16,

    All = Folding | PredicatePushDown | JoinOrdering | AggregateElimination | ExtremeRanking,
}
