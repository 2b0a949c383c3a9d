using Vectorized.Engine.Columns;

namespace Vectorized.Engine.State;

/// <summary>
/// Walks an arrangement's rows as of one tick, in vectors of up to <see cref="Batch.RowsMax"/>. The chunks and their
/// order are fixed when it starts. Vectors lie in chunk memory where every row of a range is visible, else compacted in
/// the arena; both stay while the reader's pin does and the arena is not reset. Any thread, one at a time.
/// </summary>
internal sealed unsafe class ArrangementScan
{
    private readonly Arrangement _arrangement;
    private readonly int[] _columns;
    private readonly int[] _chunks;
    private int _chunk;
    private int _row;

    internal ArrangementScan(Arrangement arrangement, long tick, int[] columns)
    {
        _arrangement = arrangement;
        _columns = columns;
        _chunks = arrangement.Rows.ScanOrder;
        Tick = tick;
    }

    internal long Tick { get; }

    /// <summary>
    /// Fills <paramref name="into"/> with the next rows, at most so many (a multiple of 8); false at the end.
    /// </summary>
    internal bool Next(Batch into, Arena arena, int rowsMax = Batch.RowsMax)
    {
        var rows = _arrangement.Rows;
        for (; _chunk < _chunks.Length; _chunk++, _row = 0)
        {
            var chunk = rows.ChunkAt(_chunks[_chunk]);
            int rowCount = Volatile.Read(ref chunk->RowCount);
            while (_row < rowCount)
            {
                int start = _row;
                int count = Math.Min(rowsMax, rowCount - start);
                _row += count;
                if (Emit(chunk, _chunks[_chunk], start, count, into, arena))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private bool Emit(ChunkHeader* chunk, int number, int start, int count, Batch into, Arena arena)
    {
        uint at = chunk->Relative(Tick);
        uint* deaths = chunk->Deaths;
        if (deaths == null && Volatile.Read(ref chunk->BirthMax) <= Tick)
        {
            Point(chunk, start, count, into, arena);
            return true;
        }

        var mark = arena.Position;
        var ids = arena.Allocate<uint>(count);
        uint first = ((uint)number << RowStore.RowBits) | (uint)start;
        int visible = Visibility.Select(chunk->Births + start, deaths == null ? null : deaths + start, count, at, first, ids);
        if (visible == 0 || visible == count)
        {
            arena.Release(mark);
        }

        if (visible == 0)
        {
            return false;
        }

        if (visible == count)
        {
            Point(chunk, start, count, into, arena);
            return true;
        }

        ids = ids[..visible];
        into.Reset(visible, _columns.Length);
        for (int i = 0; i < _columns.Length; i++)
        {
            into[i] = _arrangement.Gather(ids, _columns[i], arena);
        }

        into.SetWeights(_arrangement.GatherCounts(ids, arena));
        return true;
    }

    private void Point(ChunkHeader* chunk, int start, int count, Batch into, Arena arena)
    {
        into.Reset(count, _columns.Length);
        var columns = ChunkHeader.Columns(chunk);
        for (int i = 0; i < _columns.Length; i++)
        {
            var column = columns[_columns[i]];
            into[i] = Vector.Over(_arrangement.Spec.Columns[_columns[i]], chunk->Capacity, column.Values, column.Validity)
                .Slice(start, count);
        }

        if (chunk->Counts != null)
        {
            var counts = arena.Allocate<long>(count);
            new Span<long>(chunk->Counts + start, count).CopyTo(counts);
            into.SetWeights(counts);
        }
    }
}
