using Vectorized.Engine.Columns;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Joins;

/// <summary>
/// One side of a join as the other side sees it: the arrangement its rows are found in, by which index, and where its
/// columns stand in the output (and in residual predicates); where the arrangement has other columns besides, their
/// places. A side that only streams has no arrangement.
/// </summary>
internal sealed class JoinSide(
    ArrangementSlot? slot, int index, IReadOnlyList<int> keys, IReadOnlyList<SqlType> types, int outputStart,
    int[]? storedColumns = null, bool isElsewhere = false)
{
    internal Arrangement Arrangement => slot!.Current;

    /// <summary>The index's place in the arrangement's list.</summary>
    internal int Index { get; } = index;

    internal int[] Keys { get; } = [.. keys];

    internal int HashKey { get; } = HashKeys.IdOf(keys);

    internal IReadOnlyList<SqlType> Types { get; } = types;

    internal int OutputStart { get; } = outputStart;

    /// <summary>The state before the tick being executed: of rows kept elsewhere, before the ticks that it stands for.</summary>
    internal Stamp Before(OperatorContext context) =>
        isElsewhere && context.Elsewhere is { } seen ? new Stamp(seen.Before) : Stamp.Before(context.Tick);

    /// <summary>The state after it.</summary>
    internal Stamp After(OperatorContext context) =>
        isElsewhere && context.Elsewhere is { } seen ? new Stamp(seen.After) : Stamp.After(context.Tick);

    /// <summary>A column of stored rows.</summary>
    internal Vector Gather(ReadOnlySpan<uint> rowIds, int column, Arena arena) =>
        Arrangement.Gather(rowIds, storedColumns is null ? column : storedColumns[column], arena);

    /// <summary>The batch's hashes of this side's key.</summary>
    internal ReadOnlySpan<ulong> Hashes(Batch batch, OperatorContext context) =>
        KeyHashes.Of(batch, Keys, HashKey, context);
}

/// <summary>Rows kept elsewhere that stand for a join's side: in which arrangement, by which index, each column's place there.</summary>
internal sealed record StoredSide(ArrangementSlot Slot, int Index, int[] Columns);
