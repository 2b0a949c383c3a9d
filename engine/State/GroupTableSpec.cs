using Vectorized.Engine.Types;

namespace Vectorized.Engine.State;

/// <summary>
/// The shape of a group table: key columns, and the bytes of each accumulator (a fixed-width record of the aggregate's
/// own making, 8-byte aligned, zero in a new group). No key columns: one group.
/// </summary>
internal sealed record GroupTableSpec(
    string Name, IReadOnlyList<SqlType> KeyTypes, IReadOnlyList<int> AccumulatorBytes, ulong HashSeed = 0);
