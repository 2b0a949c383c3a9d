using Vectorized.Engine.Columns;

namespace Vectorized.Engine.State;

/// <summary>
/// Where a group table's checkpoint goes: deletes first, then the dirty groups as upsert rows, in pieces, each group once.
/// Called on the owner's thread; must not keep what it is given.
/// </summary>
internal interface IGroupSink
{
    /// <summary>Keys that were in the last checkpoint and are gone.</summary>
    void Delete(Batch keys);

    /// <summary>Groups whose keys and current accumulators (<see cref="GroupTable.Current{T}"/>) are those of the checkpoint.</summary>
    void Upsert(GroupTable table, ReadOnlySpan<int> groups);
}
