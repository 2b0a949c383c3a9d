using Vectorized.Engine.Types;

namespace Vectorized.Engine.State;

/// <summary>
/// What an arrangement holds and how it is found. <see cref="Key"/>: the columns whose values name at most one row at
/// any tick; null: a bag, whose equal rows carry a count. <see cref="AppendOnly"/>: the planner has proved that rows
/// are never retracted (and, with a key, never repeated). <see cref="Indexes"/>: column lists rows can be found by, in
/// the order probes name them; one that lists exactly the key's columns is unique. A key or bag that is not append-only
/// has an index of its own besides if none of these is the key's.
/// </summary>
internal sealed record ArrangementSpec(
    string Name,
    IReadOnlyList<SqlType> Columns,
    IReadOnlyList<int>? Key,
    bool AppendOnly = false,
    IReadOnlyList<IReadOnlyList<int>>? Indexes = null,
    ulong HashSeed = 0)
{
    /// <summary>Readers look rows up by key: stored runs have directories, so that they can before the rows are loaded.</summary>
    internal bool IsLookedUp { get; init; }
}
