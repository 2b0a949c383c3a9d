using System.Runtime.CompilerServices;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Kernels;

/// <summary>
/// Gathers rows of a vector into a fresh one: compaction after a filter, join output, sorting. Scalar loads, unrolled:
/// gather instructions lose (PERFORMANCE.md section 5). String bytes stay where they are, only views are copied; a
/// dictionary's values are shared and its codes taken. A constant stays one.
/// </summary>
internal static unsafe class TakeKernel
{
    /// <summary>Row i of the result is row rows[i] of the source. Row numbers must be valid; they may repeat.</summary>
    internal static Vector Take(in Vector source, ReadOnlySpan<int> rows, Arena arena)
    {
        int count = rows.Length;
        if (source.Encoding is VectorEncoding.Constant or VectorEncoding.Absent)
        {
            var constant = source;
            constant.Length = count;
            return constant;
        }

        fixed (int* indices = rows)
        {
            byte* validity = source.MayHaveNulls ? TakeValidity(source.ValidityPointer, indices, count, arena) : null;
            if (source.Encoding == VectorEncoding.Dictionary)
            {
                int* codes = (int*)arena.AllocateBytes((long)count * sizeof(int));
                Gather(source.CodesPointer, indices, codes, count);
                return Vector.OverDictionary(
                    source.Type, count, codes, validity, source.ValuesPointer, source.DictionaryLength);
            }

            byte* values = TakeValues(source.Type, source.ValuesPointer, indices, count, arena);
            return Vector.Over(source.Type, count, values, validity);
        }
    }

    /// <summary>As <see cref="Take"/>, with row -1 standing for NULL (the missing side of an outer join).</summary>
    internal static Vector TakeOrNull(in Vector source, ReadOnlySpan<int> rows, Arena arena)
    {
        int count = rows.Length;
        var safe = arena.Allocate<int>(count);
        byte* validity = arena.AllocateBytes(Bitmap.BytesFor(count));
        var bits = new Span<byte>(validity, Bitmap.BytesFor(count));
        bits.Clear();
        bool anyNull = false;
        for (int i = 0; i < count; i++)
        {
            int row = rows[i];
            bool present = row >= 0 && source.IsValid(row);
            safe[i] = Math.Max(row, 0);
            bits[i >> 3] |= (byte)((present ? 1 : 0) << (i & 7));
            anyNull |= !present;
        }

        if (source.Length == 0)
        {
            return AllNull(source.Type, count, arena);
        }

        var result = Take(source, safe, arena);
        if (result.Encoding == VectorEncoding.Constant)
        {
            result = Flatten(result, arena);
        }

        return result.Encoding == VectorEncoding.Dictionary
            ? Vector.OverDictionary(
                source.Type, count, result.CodesPointer, anyNull ? validity : null, result.ValuesPointer, result.DictionaryLength)
            : Vector.Over(source.Type, count, result.ValuesPointer, anyNull ? validity : null);
    }

    /// <summary>A flat vector of NULLs, values zero.</summary>
    internal static Vector AllNull(SqlType type, int count, Arena arena)
    {
        var result = Vector.Allocate(arena, type, count);
        new Span<byte>(result.ValuesPointer, ByteCount(type, count)).Clear();
        result.AddValidity(arena, valid: false);
        return result;
    }

    /// <summary>The same rows without encoding: the vector itself when it is flat.</summary>
    internal static Vector Flatten(in Vector source, Arena arena)
    {
        switch (source.Encoding)
        {
            case VectorEncoding.Flat:
                return source;
            case VectorEncoding.Dictionary:
                byte* values = TakeValues(source.Type, source.ValuesPointer, source.CodesPointer, source.Length, arena);
                return Vector.Over(source.Type, source.Length, values, source.ValidityPointer);
            default:
                return FlattenConstant(source, arena);
        }
    }

    /// <summary>Bytes of <paramref name="count"/> flat values.</summary>
    internal static int ByteCount(SqlType type, int count) =>
        type.Layout == Layout.Bit ? Bitmap.BytesFor(count) : checked(type.Width * count);

    internal static byte* TakeBits(byte* bits, int* indices, int count, Arena arena)
    {
        byte* result = arena.AllocateBytes(Bitmap.BytesFor(count));
        GatherBits(bits, indices, result, count);
        return result;
    }

    private static byte* TakeValues(SqlType type, byte* values, int* indices, int count, Arena arena)
    {
        if (type.Layout == Layout.Bit)
        {
            return TakeBits(values, indices, count, arena);
        }

        byte* result = arena.AllocateBytes((long)type.Width * count);
        switch (type.Layout)
        {
            case Layout.Fixed2: Gather((short*)values, indices, (short*)result, count); break;
            case Layout.Fixed4: Gather((int*)values, indices, (int*)result, count); break;
            case Layout.Fixed8: Gather((long*)values, indices, (long*)result, count); break;
            default: Gather((UInt128*)values, indices, (UInt128*)result, count); break;
        }

        return result;
    }

    /// <summary>The taken validity, or null when every row taken is present.</summary>
    private static byte* TakeValidity(byte* validity, int* indices, int count, Arena arena)
    {
        var mark = arena.Position;
        byte* result = arena.AllocateBytes(Bitmap.BytesFor(count));
        GatherBits(validity, indices, result, count);
        if (Bitmap.CountSet(new ReadOnlySpan<byte>(result, Bitmap.BytesFor(count)), count) == count)
        {
            arena.Release(mark);
            return null;
        }

        return result;
    }

    // SAFETY: indices are rows of the source by contract, and the output has room for count values.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Gather<T>(T* values, int* indices, T* output, int count) where T : unmanaged
    {
        int i = 0;
        for (; i + 4 <= count; i += 4)
        {
            var a = values[indices[i]];
            var b = values[indices[i + 1]];
            var c = values[indices[i + 2]];
            var d = values[indices[i + 3]];
            output[i] = a;
            output[i + 1] = b;
            output[i + 2] = c;
            output[i + 3] = d;
        }

        for (; i < count; i++)
        {
            output[i] = values[indices[i]];
        }
    }

    private static void GatherBits(byte* bits, int* indices, byte* output, int count)
    {
        int i = 0;
        for (; i + 8 <= count; i += 8)
        {
            int group = 0;
            for (int bit = 0; bit < 8; bit++)
            {
                int row = indices[i + bit];
                group |= (bits[row >> 3] >> (row & 7) & 1) << bit;
            }

            output[i >> 3] = (byte)group;
        }

        if (i < count)
        {
            int group = 0;
            for (int bit = 0; i + bit < count; bit++)
            {
                int row = indices[i + bit];
                group |= (bits[row >> 3] >> (row & 7) & 1) << bit;
            }

            output[i >> 3] = (byte)group;
        }
    }

    private static Vector FlattenConstant(in Vector source, Arena arena)
    {
        int count = source.Length;
        if (!source.IsValid(0))
        {
            return AllNull(source.Type, count, arena);
        }

        byte* values = arena.AllocateBytes(ByteCount(source.Type, count));
        switch (source.Type.Layout)
        {
            case Layout.Bit:
                new Span<byte>(values, Bitmap.BytesFor(count)).Fill(source.Bit(0) ? (byte)0xFF : (byte)0);
                break;
            case Layout.Fixed2: new Span<short>(values, count).Fill(source.Values<short>()[0]); break;
            case Layout.Fixed4: new Span<int>(values, count).Fill(source.Values<int>()[0]); break;
            case Layout.Fixed8: new Span<long>(values, count).Fill(source.Values<long>()[0]); break;
            default: new Span<UInt128>(values, count).Fill(source.Values<UInt128>()[0]); break;
        }

        return Vector.Over(source.Type, count, values, null);
    }
}
