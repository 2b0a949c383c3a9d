using Vectorized.Engine.Columns;

namespace Vectorized.Engine.State;

/// <summary>
/// Changes(from, to] of an arrangement, read from the births and deaths of its rows: what was visible at the first tick and
/// is not at the second leaves (weight minus its count), what is visible only at the second comes. Not consolidated: a row
/// that was replaced by an equal one comes and leaves. The caller pins both ticks and the memory. Vectors lie in the arena
/// (long strings in the chunks). Costs O(rows) comparisons of stamps, O(changes) for the rest; chunks without a death and
/// without a birth after the first tick are skipped. Any thread, one at a time.
/// </summary>
internal sealed unsafe class ArrangementChanges(Arrangement arrangement, long from, long to, int[] columns)
{
    private readonly int[] _chunks = arrangement.Rows.ScanOrder;
    private int _chunk;
    private int _row;

    /// <summary>Fills <paramref name="into"/> with the next changes and their weights; false at the end.</summary>
    internal bool Next(Batch into, Arena arena)
    {
        for (; _chunk < _chunks.Length; _chunk++, _row = 0)
        {
            var chunk = arrangement.Rows.ChunkAt(_chunks[_chunk]);
            if (Volatile.Read(ref chunk->BirthMax) <= from && chunk->Deaths == null)
            {
                continue;
            }

            int rowCount = Volatile.Read(ref chunk->RowCount);
            while (_row < rowCount)
            {
                int start = _row;
                int count = Math.Min(Batch.RowsMax / 2, rowCount - start);
                _row += count;
                if (Emit(chunk, ((uint)_chunks[_chunk] << RowStore.RowBits) | (uint)start, start, count, into, arena))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private bool Emit(ChunkHeader* chunk, uint first, int start, int count, Batch into, Arena arena)
    {
        var mark = arena.Position;
        var before = arena.Allocate<uint>(count);
        var after = arena.Allocate<uint>(count);
        before = before[..Visible(chunk, first, start, count, from, before)];
        after = after[..Visible(chunk, first, start, count, to, after)];
        var ids = arena.Allocate<uint>(before.Length + after.Length);
        var weights = arena.Allocate<long>(before.Length + after.Length);
        int changes = Difference(before, after, ids, weights);
        if (changes == 0)
        {
            arena.Release(mark);
            return false;
        }

        ids = ids[..changes];
        into.Reset(changes, columns.Length);
        for (int i = 0; i < columns.Length; i++)
        {
            into[i] = arrangement.Gather(ids, columns[i], arena);
        }

        into.SetWeights(weights[..changes]);
        return true;
    }

    private static int Visible(ChunkHeader* chunk, uint first, int start, int count, long tick, Span<uint> ids)
    {
        uint* deaths = chunk->Deaths;
        return Visibility.Select(
            chunk->Births + start, deaths == null ? null : deaths + start, count, chunk->Relative(tick), first, ids);
    }

    /// <summary>Merges two ascending lists of row ids: those in one only, with their signed counts.</summary>
    private int Difference(ReadOnlySpan<uint> before, ReadOnlySpan<uint> after, Span<uint> ids, Span<long> weights)
    {
        int found = 0;
        int i = 0;
        int k = 0;
        while (i < before.Length || k < after.Length)
        {
            if (i < before.Length && k < after.Length && before[i] == after[k])
            {
                i++;
                k++;
                continue;
            }

            bool leaves = k == after.Length || (i < before.Length && before[i] < after[k]);
            uint row = leaves ? before[i++] : after[k++];
            ids[found] = row;
            weights[found++] = leaves ? -arrangement.CountOf(row) : arrangement.CountOf(row);
        }

        return found;
    }
}
