using Vectorized.Engine.Columns;
using Vectorized.Engine.State;

namespace Vectorized.Engine.Serving.Writes;

/// <summary>
/// Whether the rows a statement read in order to change them still stand as it saw them. A row version is known by its birth:
/// the version of a key that is visible at the epoch read must be the one visible now, and a key without row must have
/// none now. Main lane only; the epoch is pinned by the statement; O(keys).
/// </summary>
internal static class TargetCheck
{
    /// <summary>The first key that has changed, or -1.</summary>
    internal static int FindChanged(Database database, StoredRelation table, Batch keys, int[] keyAt, long epoch, long now)
    {
        if (epoch == now || keys.RowCount == 0)
        {
            return -1;
        }

        using var arena = new Arena();
        var (arrangements, index) = table.FindIndex(table.Relation.Key!);
        var hashes = KeyHashing.Of(keys, keyAt, database.HashSeed, arena);
        var then = arena.Allocate<uint>(keys.RowCount);
        var today = arena.Allocate<uint>(keys.RowCount);
        foreach (var arrangement in arrangements)
        {
            then.Clear();
            today.Clear();
            arrangement.ProbeFirst(index, keys, keyAt, hashes, new Stamp(epoch), then);
            arrangement.ProbeFirst(index, keys, keyAt, hashes, new Stamp(now), today);
            int changed = then.CommonPrefixLength(today);
            if (changed < keys.RowCount)
            {
                return changed;
            }
        }

        return -1;
    }
}

/// <summary>Another writer has changed what a statement outside of a block was about to change: it is run again.</summary>
internal sealed class WriteMismatch : Exception;
