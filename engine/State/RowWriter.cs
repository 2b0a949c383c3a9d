using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.State;

/// <summary>
/// Copies rows of a batch into a row store, column at a time: whole runs where source and target are contiguous, else
/// row by row. Strings are copied into the target chunk's heap. Owner thread; the rows are unborn meanwhile.
/// </summary>
internal static unsafe class RowWriter
{
    private const int RunMin = 8;

    /// <summary>
    /// Writes row sourceRows[i] (i itself when empty) of the batch into row rows[i]; the first <paramref name="reusedCount"/>
    /// were written before.
    /// </summary>
    internal static void Write(
        RowStore store, Batch batch, ReadOnlySpan<int> sourceRows, ReadOnlySpan<uint> rows, int reusedCount)
    {
        if (reusedCount == 0 && rows.Length >= RunMin && RunLength(rows, 0) == rows.Length)
        {
            WriteRun(store, batch, sourceRows, 0, rows[0], rows.Length);
            return;
        }

        for (int column = 0; column < store.Types.Count; column++)
        {
            ref var source = ref batch[column];
            switch (store.Types[column].Layout)
            {
                case Layout.Bit: WriteBits(store, column, in source, sourceRows, rows); break;
                case Layout.Fixed2: WriteFixed<short>(store, column, in source, sourceRows, rows); break;
                case Layout.Fixed4: WriteFixed<int>(store, column, in source, sourceRows, rows); break;
                case Layout.Fixed8: WriteFixed<long>(store, column, in source, sourceRows, rows); break;
                case Layout.Fixed16: WriteFixed<Int128>(store, column, in source, sourceRows, rows); break;
                default:
                    FreeStrings(store, column, rows[..reusedCount]);
                    WriteViews(store, column, in source, sourceRows, rows);
                    break;
            }

            WriteValidity(store, column, in source, sourceRows, rows);
        }
    }

    /// <summary>
    /// Writes rows of the batch, the given ones or (none given) neighbours from <paramref name="start"/> on, into
    /// <paramref name="count"/> neighbours of one chunk that were never written before.
    /// </summary>
    internal static void WriteRun(
        RowStore store, Batch batch, ReadOnlySpan<int> sourceRows, int start, uint first, int count)
    {
        var owner = store.OwnerOf(first);
        var columns = ChunkHeader.Columns(store.ChunkOf(first));
        int at = RowStore.RowOf(first);
        for (int column = 0; column < store.Types.Count; column++)
        {
            ref readonly var source = ref batch[column];
            byte* target = columns[column].Values;
            switch (store.Types[column].Layout)
            {
                case Layout.Bit:
                    for (int k = 0; k < count; k++)
                    {
                        Put(target, at + k, source.Bit(sourceRows.IsEmpty ? start + k : sourceRows[k]));
                    }

                    break;
                case Layout.Fixed2: CopyRun(in source, sourceRows, start, (short*)target + at, count); break;
                case Layout.Fixed4: CopyRun(in source, sourceRows, start, (int*)target + at, count); break;
                case Layout.Fixed8: CopyRun(in source, sourceRows, start, (long*)target + at, count); break;
                case Layout.Fixed16: CopyRun(in source, sourceRows, start, (Int128*)target + at, count); break;
                default:
                    var views = (StringView*)target + at;
                    CopyRun(in source, sourceRows, start, views, count);
                    ClearNulls(in source, sourceRows, start, views, count);
                    owner.Strings.KeepAll(new Span<StringView>(views, count));
                    break;
            }

            if (columns[column].Validity != null || HasNull(in source, sourceRows, start, count))
            {
                byte* validity = owner.RequireValidity(column);
                for (int k = 0; k < count; k++)
                {
                    Put(validity, at + k, source.IsValid(sourceRows.IsEmpty ? start + k : sourceRows[k]));
                }
            }
        }
    }

    private static void CopyRun<T>(in Vector source, ReadOnlySpan<int> sourceRows, int start, T* target, int count)
        where T : unmanaged
    {
        T* values = (T*)source.ValuesPointer;
        if (source.IsFlat && !sourceRows.IsEmpty)
        {
            for (int k = 0; k < count; k++)
            {
                target[k] = values[sourceRows[k]];
            }
        }
        else if (!sourceRows.IsEmpty)
        {
            for (int k = 0; k < count; k++)
            {
                target[k] = values[source.ValueIndex(sourceRows[k])];
            }
        }
        else if (source.IsFlat)
        {
            NativeMemory.Copy(values + start, target, (nuint)((long)count * sizeof(T)));
        }
        else if (source.Encoding == VectorEncoding.Dictionary)
        {
            int* codes = source.CodesPointer + start;
            for (int k = 0; k < count; k++)
            {
                target[k] = values[codes[k]];
            }
        }
        else
        {
            new Span<T>(target, count).Fill(*values);
        }
    }

    private static bool HasNull(in Vector source, ReadOnlySpan<int> sourceRows, int start, int count)
    {
        bool found = false;
        for (int k = 0; source.MayHaveNulls && !found && k < count; k++)
        {
            found = !source.IsValid(sourceRows.IsEmpty ? start + k : sourceRows[k]);
        }

        return found;
    }

    /// <summary>What stands under a NULL is no text.</summary>
    private static void ClearNulls(in Vector source, ReadOnlySpan<int> sourceRows, int start, StringView* views, int count)
    {
        for (int k = 0; source.MayHaveNulls && k < count; k++)
        {
            if (!source.IsValid(sourceRows.IsEmpty ? start + k : sourceRows[k]))
            {
                views[k] = default;
            }
        }
    }

    /// <summary>How many of the rows from <paramref name="start"/> on are neighbours in one chunk.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int RunLength(ReadOnlySpan<uint> rows, int start)
    {
        uint first = rows[start];
        int end = Math.Min(rows.Length, start + RowStore.ChunkRowsMax - RowStore.RowOf(first));
        int i = start + 1;
        while (i < end && rows[i] == first + (uint)(i - start))
        {
            i++;
        }

        return i - start;
    }

    private static void WriteFixed<T>(
        RowStore store, int column, in Vector source, ReadOnlySpan<int> sourceRows, ReadOnlySpan<uint> rows) where T : unmanaged
    {
        T* values = (T*)source.ValuesPointer;
        bool direct = source.IsFlat && sourceRows.IsEmpty;
        for (int i = 0; i < rows.Length;)
        {
            int run = RunLength(rows, i);
            T* target = (T*)ChunkHeader.Columns(store.ChunkOf(rows[i]))[column].Values + RowStore.RowOf(rows[i]);
            if (direct && run >= RunMin)
            {
                NativeMemory.Copy(values + i, target, (nuint)(run * sizeof(T)));
            }
            else
            {
                for (int k = 0; k < run; k++)
                {
                    int row = sourceRows.IsEmpty ? i + k : sourceRows[i + k];
                    target[k] = values[source.ValueIndex(row)];
                }
            }

            i += run;
        }
    }

    private static void WriteBits(
        RowStore store, int column, in Vector source, ReadOnlySpan<int> sourceRows, ReadOnlySpan<uint> rows)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            byte* bits = ChunkHeader.Columns(store.ChunkOf(rows[i]))[column].Values;
            Put(bits, RowStore.RowOf(rows[i]), source.Bit(sourceRows.IsEmpty ? i : sourceRows[i]));
        }
    }

    private static void FreeStrings(RowStore store, int column, ReadOnlySpan<uint> rows)
    {
        foreach (uint row in rows)
        {
            var views = (StringView*)ChunkHeader.Columns(store.ChunkOf(row))[column].Values;
            if (!views[RowStore.RowOf(row)].IsInline)
            {
                store.OwnerOf(row).Strings.Free(views[RowStore.RowOf(row)]);
            }
        }
    }

    private static void WriteViews(
        RowStore store, int column, in Vector source, ReadOnlySpan<int> sourceRows, ReadOnlySpan<uint> rows)
    {
        var views = (StringView*)source.ValuesPointer;
        for (int i = 0; i < rows.Length;)
        {
            int run = RunLength(rows, i);
            var target = (StringView*)ChunkHeader.Columns(store.ChunkOf(rows[i]))[column].Values + RowStore.RowOf(rows[i]);
            var strings = store.OwnerOf(rows[i]).Strings;
            for (int k = 0; k < run; k++)
            {
                int row = sourceRows.IsEmpty ? i + k : sourceRows[i + k];
                target[k] = source.IsValid(row) ? strings.Keep(ref views[source.ValueIndex(row)]) : default;
            }

            i += run;
        }
    }

    private static void WriteValidity(
        RowStore store, int column, in Vector source, ReadOnlySpan<int> sourceRows, ReadOnlySpan<uint> rows)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            var target = ChunkHeader.Columns(store.ChunkOf(rows[i])) + column;
            bool valid = source.IsValid(sourceRows.IsEmpty ? i : sourceRows[i]);
            if (valid && target->Validity == null)
            {
                if (!source.MayHaveNulls)
                {
                    // The whole run's chunk has no validity and the source no nulls: skip to the next chunk.
                    i += RunLength(rows, i) - 1;
                }

                continue;
            }

            byte* validity = target->Validity == null ? store.OwnerOf(rows[i]).RequireValidity(column) : target->Validity;
            Put(validity, RowStore.RowOf(rows[i]), valid);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(byte* bits, int index, bool value)
    {
        byte mask = (byte)(1 << (index & 7));
        ref byte target = ref bits[index >> 3];
        target = value ? (byte)(target | mask) : (byte)(target & ~mask);
    }
}
