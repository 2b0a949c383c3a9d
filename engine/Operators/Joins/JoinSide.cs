using Vectorized.Engine.Columns;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Joins;

/// <summary>
/// One side of a join as the other side sees it: the arrangement its rows are found in, by which index, and where its
/// columns stand in the output (and in residual predicates). A side that only streams has no arrangement.
/// </summary>
internal sealed class JoinSide(Arrangement? arrangement, int index, IReadOnlyList<int> keys, IReadOnlyList<SqlType> types, int outputStart)
{
    internal Arrangement Arrangement => arrangement!;

    /// <summary>The index's place in the arrangement's list.</summary>
    internal int Index { get; } = index;

    internal int[] Keys { get; } = [.. keys];

    internal int HashKey { get; } = HashKeys.IdOf(keys);

    internal IReadOnlyList<SqlType> Types { get; } = types;

    internal int OutputStart { get; } = outputStart;

    /// <summary>The batch's hashes of this side's key.</summary>
    internal ReadOnlySpan<ulong> Hashes(Batch batch, OperatorContext context) =>
        KeyHashes.Of(batch, Keys, HashKey, context);
}
