namespace Vectorized.Engine.State;

/// <summary>
/// Where a group table's checkpoint goes: numbers that are gone first, then the dirty groups, in pieces, each group once.
/// Called on the owner's thread; must not keep what it is given.
/// </summary>
internal interface IGroupSink
{
    /// <summary>Groups that were in the last checkpoint and are gone; a number may come again among the changed ones.</summary>
    void Delete(ReadOnlySpan<int> groups);

    /// <summary>Groups whose keys and current accumulators (<see cref="GroupTable.Current{T}"/>) are those of the checkpoint.</summary>
    void Upsert(GroupTable table, ReadOnlySpan<int> groups);
}
