using Vectorized.Engine.Columns;

namespace Vectorized.Engine.State;

/// <summary>Where a walk over an arrangement's row ids stands.</summary>
internal struct RowIdCursor
{
    internal int Chunk;
    internal int Row;
}

/// <summary>Walks by row id, for an owner that keeps something a row beside the arrangement.</summary>
internal sealed unsafe partial class Arrangement
{
    /// <summary>
    /// Fills <paramref name="rowIds"/> with the next rows visible at a stamp and returns how many; 0 at the end. Nothing may be
    /// applied meanwhile. Owner's thread.
    /// </summary>
    internal int NextRowIds(Stamp stamp, ref RowIdCursor cursor, Span<uint> rowIds)
    {
        RequireLoaded();
        int count = 0;
        int[] chunks = Rows.ScanOrder;
        for (; cursor.Chunk < chunks.Length; cursor.Chunk++, cursor.Row = 0)
        {
            uint first = (uint)chunks[cursor.Chunk] << RowStore.RowBits;
            int rows = Rows.ChunkAt(chunks[cursor.Chunk])->RowCount;
            for (; cursor.Row < rows; cursor.Row++)
            {
                if (count == rowIds.Length)
                {
                    return count;
                }

                uint row = first | (uint)cursor.Row;
                if (Rows.IsVisible(row, stamp.Tick))
                {
                    rowIds[count++] = row;
                }
            }
        }

        return count;
    }
}
