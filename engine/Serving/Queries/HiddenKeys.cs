using Vectorized.Engine.Columns;
using Vectorized.Engine.Serving.Transactions;
using Vectorized.Engine.State;

namespace Vectorized.Engine.Serving.Queries;

/// <summary>
/// The keys a transaction has touched up to one of its statements: what the epoch holds under them is not what it sees.
/// One thread, the session's.
/// </summary>
internal sealed class HiddenKeys(TableOverlay overlay, long statement)
{
    /// <summary>The table's key columns.</summary>
    internal int[] Key => overlay.Key;

    /// <summary>The rows whose key, in the columns named, is not touched; gives their number.</summary>
    internal int SelectUntouched(Batch rows, int[] keyAt, Arena arena, Span<int> selected)
    {
        var found = Find(rows, keyAt, arena);
        int count = 0;
        for (int row = 0; row < found.Length; row++)
        {
            selected[count] = row;
            count += found[row] == 0 ? 1 : 0;
        }

        return count;
    }

    /// <summary>For each row, not 0 where its key is touched.</summary>
    internal Span<uint> Find(Batch rows, int[] keyAt, Arena arena)
    {
        var found = arena.AllocateZeroed<uint>(rows.RowCount);
        var hashes = KeyHashing.Of(rows, keyAt, overlay.HashSeed, arena);
        overlay.Touched.ProbeFirst(0, rows, keyAt, hashes, new Stamp(statement), found);
        return found;
    }
}
