using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.State;

/// <summary>
/// Reads rows of a row store by id: gathers a column into an arena, compares keys. Views are copied as 16 bytes and
/// point into chunk heaps: valid while the reader's pin (or, for the owner, the tick) lasts. Row id 0 reads as NULL.
/// </summary>
internal static unsafe class RowReader
{
    internal static Vector Gather(RowStore store, ReadOnlySpan<uint> rows, int column, Arena arena)
    {
        var vector = Vector.Allocate(arena, store.Types[column], rows.Length);
        bool nulls = vector.Type.Layout switch
        {
            Layout.Bit => GatherBits(store, rows, column, vector.Bits),
            Layout.Fixed2 => Gather<short>(store, rows, column, (short*)vector.ValuesPointer),
            Layout.Fixed4 => Gather<int>(store, rows, column, (int*)vector.ValuesPointer),
            Layout.Fixed8 => Gather<long>(store, rows, column, (long*)vector.ValuesPointer),
            _ => Gather<Int128>(store, rows, column, (Int128*)vector.ValuesPointer),
        };
        if (nulls)
        {
            GatherValidity(store, rows, column, ref vector, arena);
        }

        return vector;
    }

    /// <summary>Whether a stored row has the key that a row of a batch has; NULL equals NULL.</summary>
    internal static bool KeyEquals(
        RowStore store, uint row, ReadOnlySpan<int> storedColumns, Batch batch, ReadOnlySpan<int> batchColumns, int batchRow)
    {
        var chunk = store.ChunkOf(row);
        int index = RowStore.RowOf(row);
        for (int i = 0; i < storedColumns.Length; i++)
        {
            var stored = ChunkHeader.Columns(chunk) + storedColumns[i];
            ref var vector = ref batch[batchColumns[i]];
            bool present = stored->Validity == null || KeyEquality.Bit(stored->Validity, index);
            if (present != vector.IsValid(batchRow))
            {
                return false;
            }

            if (present && !KeyEquality.Equal(
                KeyForms.Of(store.Types[storedColumns[i]]), stored->Values, index, vector.ValuesPointer, vector.ValueIndex(batchRow)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a stored row is the same, value for value, as a row of a batch with the same columns.</summary>
    internal static bool RowEquals(RowStore store, uint row, Batch batch, int batchRow)
    {
        var chunk = store.ChunkOf(row);
        int index = RowStore.RowOf(row);
        for (int column = 0; column < chunk->ColumnCount; column++)
        {
            var stored = ChunkHeader.Columns(chunk) + column;
            ref var vector = ref batch[column];
            bool present = stored->Validity == null || KeyEquality.Bit(stored->Validity, index);
            if (present != vector.IsValid(batchRow))
            {
                return false;
            }

            if (present && !KeyEquality.Identical(
                vector.Type.Layout, stored->Values, index, vector.ValuesPointer, vector.ValueIndex(batchRow)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Gather<T>(RowStore store, ReadOnlySpan<uint> rows, int column, T* target) where T : unmanaged
    {
        bool nulls = false;
        for (int i = 0; i < rows.Length; i++)
        {
            uint row = rows[i];
            if (row == 0)
            {
                target[i] = default;
                nulls = true;
                continue;
            }

            var source = ChunkHeader.Columns(store.ChunkOf(row)) + column;
            target[i] = ((T*)source->Values)[RowStore.RowOf(row)];
            nulls |= source->Validity != null;
        }

        return nulls;
    }

    private static bool GatherBits(RowStore store, ReadOnlySpan<uint> rows, int column, Span<byte> target)
    {
        bool nulls = false;
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i] == 0)
            {
                nulls = true;
                continue;
            }

            var source = ChunkHeader.Columns(store.ChunkOf(rows[i])) + column;
            if (KeyEquality.Bit(source->Values, RowStore.RowOf(rows[i])))
            {
                Bitmap.Set(target, i);
            }

            nulls |= source->Validity != null;
        }

        return nulls;
    }

    private static void GatherValidity(RowStore store, ReadOnlySpan<uint> rows, int column, ref Vector vector, Arena arena)
    {
        var validity = vector.AddValidity(arena);
        bool views = vector.Type.Layout == Layout.View;
        for (int i = 0; i < rows.Length; i++)
        {
            bool valid = rows[i] != 0;
            if (valid)
            {
                var source = ChunkHeader.Columns(store.ChunkOf(rows[i])) + column;
                valid = source->Validity == null || KeyEquality.Bit(source->Validity, RowStore.RowOf(rows[i]));
            }

            if (!valid)
            {
                Bitmap.Clear(validity, i);
                if (views)
                {
                    vector.Views[i] = default;
                }
            }
        }
    }
}
