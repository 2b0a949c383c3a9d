using Vectorized.Engine.Types;

namespace Vectorized.Engine.State;

/// <summary>
/// The shape of a group table: key columns, and the bytes of each accumulator (a fixed-width record of the aggregate's
/// own making, 8-byte aligned, zero in a new group). No key columns: one group.
/// </summary>
internal sealed record GroupTableSpec(
    string Name, IReadOnlyList<SqlType> KeyTypes, IReadOnlyList<int> AccumulatorBytes, ulong HashSeed = 0)
{
    /// <summary>Accumulators that are views of strings in the table's pool.</summary>
    internal IReadOnlyList<int> ViewAccumulators { get; init; } = [];

    /// <summary>Its values can be computed again from other state: no checkpoint holds it.</summary>
    internal bool IsDerived { get; init; }
}
