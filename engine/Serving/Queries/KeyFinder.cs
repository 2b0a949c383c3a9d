using Vectorized.Engine.Columns;
using Vectorized.Engine.State;

namespace Vectorized.Engine.Serving.Queries;

/// <summary>Finds the rows of a table that stand under given keys, as a reader sees them.</summary>
internal static class KeyFinder
{
    /// <summary>
    /// For each of the rows given (with the table's columns), the table's row under the same key: all columns, NULL where
    /// there is none. Memory: the arena, and the pinned relation for long strings.
    /// </summary>
    internal static Batch Find(ReadView view, int tableId, Batch rows, int[] key, ulong hashSeed, Arena arena, Span<bool> exists)
    {
        int width = view.Relation(tableId).Relation.Columns.Count;
        var pieces = view.Rows(tableId, key);
        var hashes = KeyHashing.Of(rows, key, hashSeed, arena);
        var pieceOf = arena.Allocate<int>(rows.RowCount);
        pieceOf.Fill(-1);
        var gathered = new Batch?[pieces.Length];
        for (int i = 0; i < pieces.Length; i++)
        {
            var piece = pieces[i];
            var found = arena.AllocateZeroed<uint>(rows.RowCount);
            piece.Arrangement.ProbeFirst(piece.Index, rows, key, hashes, new Stamp(piece.Tick), found);
            var hidden = piece.Hidden is null ? default : piece.Hidden.Find(rows, key, arena);
            bool any = false;
            for (int row = 0; row < found.Length; row++)
            {
                if (found[row] != 0 && (hidden.IsEmpty || hidden[row] == 0))
                {
                    pieceOf[row] = i;
                    any = true;
                }
            }

            gathered[i] = any ? Gather(piece.Arrangement, found, width, arena) : null;
        }

        for (int row = 0; row < rows.RowCount; row++)
        {
            exists[row] = pieceOf[row] >= 0;
        }

        return Merge(gathered, pieceOf, rows.RowCount, [.. view.Relation(tableId).Relation.Columns.Select(c => c.Type)], arena);
    }

    private static Batch Gather(Arrangement arrangement, Span<uint> found, int width, Arena arena)
    {
        var batch = new Batch().Reset(found.Length, width);
        for (int column = 0; column < width; column++)
        {
            batch[column] = arrangement.Gather(found, column, arena);
        }

        return batch;
    }

    private static Batch Merge(Batch?[] gathered, Span<int> pieceOf, int count, Types.SqlType[] types, Arena arena)
    {
        var result = new Batch().Reset(count, types.Length);
        for (int column = 0; column < types.Length; column++)
        {
            var builder = new VectorBuilder(arena, types[column], count);
            for (int row = 0; row < count; row++)
            {
                if (pieceOf[row] < 0)
                {
                    builder.AppendNull();
                }
                else
                {
                    builder.AppendFrom(gathered[pieceOf[row]]![column], row);
                }
            }

            result[column] = builder.Build();
        }

        return result;
    }
}
