using Vectorized.Engine.State;

namespace Vectorized.Engine.Operators.Aggregates;

/// <summary>
/// The accumulators of groups as they are (numbers are group numbers) or as they were before the tick (numbers are places
/// in the table's list of touched groups).
/// </summary>
internal readonly ref struct GroupView(GroupTable table, SpillTable? spill, bool isOld, NormalizedKeys? prefixes)
{
    internal bool IsOld => isOld;

    /// <summary>The groups' key columns as ordered sets have them in front of their keys, in the order the groups are asked for.</summary>
    internal NormalizedKeys Prefixes => prefixes!;

    internal Accumulators<T> Cells<T>(int accumulator) where T : unmanaged =>
        isOld ? table.Old<T>(accumulator) : table.Current<T>(accumulator);

    internal int GroupOf(int number) => isOld ? table.Touched[number] : number;

    /// <summary>The words a group's accumulator has spilled to.</summary>
    internal Span<ulong> SpilledWords(int accumulator, int number) => spill!.Read(accumulator, GroupOf(number), isOld);
}
