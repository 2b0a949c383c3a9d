using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Vectorized.Engine.Columns;

namespace Vectorized.Engine.Kernels;

/// <summary>
/// Turns bits into ascending row numbers: the rows a filter keeps. AVX-512 compresses 16 row numbers a step; other
/// machines look 8 bits up in a table of positions; both are free of branches on the data except for whole words of
/// zeros and ones. O(rows).
/// </summary>
internal static unsafe class SelectionKernel
{
    /// <summary>Entry b: the positions of b's set bits, a byte each, ascending.</summary>
    private static readonly ulong[] _positions = CreatePositions();

    /// <summary>Rows where a boolean vector is true (NULL is not); returns how many were written to <paramref name="rows"/>.</summary>
    internal static int Select(in Vector booleans, int rowCount, Span<int> rows)
    {
        switch (booleans.Encoding)
        {
            case VectorEncoding.Constant:
                return rowCount > 0 && booleans.IsValid(0) && booleans.Bit(0) ? SelectAll(rowCount, rows) : 0;
            case VectorEncoding.Dictionary:
                int count = 0;
                for (int row = 0; row < rowCount; row++)
                {
                    rows[count] = row;
                    count += booleans.IsValid(row) && booleans.Bit(row) ? 1 : 0;
                }

                return count;
            default:
                return SelectBits(booleans.ValuesPointer, booleans.ValidityPointer, rowCount, rows);
        }
    }

    internal static int SelectAll(int rowCount, Span<int> rows)
    {
        for (int row = 0; row < rowCount; row++)
        {
            rows[row] = row;
        }

        return rowCount;
    }

    /// <summary>Rows whose bit is set in both bitmaps; <paramref name="validity"/> may be null. The bits need no alignment.</summary>
    internal static int SelectBits(byte* bits, byte* validity, int rowCount, Span<int> rows)
    {
        if (rows.Length < rowCount)
        {
            throw new ArgumentException("fewer places than rows", nameof(rows));
        }

        int count = 0;
        int row = 0;
        fixed (int* output = rows)
        {
            if (Vector128.IsHardwareAccelerated && rowCount >= 64)
            {
                KernelCounters.EnterVector();
                for (; row + 64 <= rowCount; row += 64)
                {
                    ulong word = Unsafe.ReadUnaligned<ulong>(bits + (row >> 3));
                    if (validity != null)
                    {
                        word &= Unsafe.ReadUnaligned<ulong>(validity + (row >> 3));
                    }

                    if (word != 0)
                    {
                        count += SelectWord(word, row, output + count);
                    }
                }
            }

            // SAFETY: count <= row < rowCount <= rows.Length at every store.
            for (; row < rowCount; row++)
            {
                int bit = bits[row >> 3] >> (row & 7) & 1;
                if (validity != null)
                {
                    bit &= validity[row >> 3] >> (row & 7);
                }

                output[count] = row;
                count += bit;
            }
        }

        return count;
    }

    // SAFETY: the caller has written at most `row` numbers and row + 64 fit, so 16 (or 8) numbers fit after those of
    // any group of 16 (8) rows within the word.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int SelectWord(ulong word, int row, int* output)
    {
        int* start = output;
        if (Avx512F.IsSupported)
        {
            var lanes = Vector512.Create(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768);
            var numbers = Vector512.Create(row) + Vector512<int>.Indices;
            for (int i = 0; i < 4; i++)
            {
                int group = (int)(word & 0xFFFF);
                var mask = Vector512.Equals(Vector512.Create(group) & lanes, lanes);
                Avx512F.Compress(Vector512<int>.Zero, mask, numbers).Store(output);
                output += System.Numerics.BitOperations.PopCount((uint)group);
                numbers += Vector512.Create(16);
                word >>= 16;
            }

            return (int)(output - start);
        }

        ref ulong positions = ref MemoryMarshal.GetArrayDataReference(_positions);
        for (int i = 0; i < 8; i++)
        {
            uint group = (uint)word & 0xFF;
            var bytes = Vector128.CreateScalar(Unsafe.Add(ref positions, group)).AsByte();
            var (low, high) = Vector128.Widen(Vector128.WidenLower(bytes));
            var numbers = Vector128.Create(row + (i * 8));
            (low.AsInt32() + numbers).Store(output);
            (high.AsInt32() + numbers).Store(output + 4);
            output += System.Numerics.BitOperations.PopCount(group);
            word >>= 8;
        }

        return (int)(output - start);
    }

    private static ulong[] CreatePositions()
    {
        var table = new ulong[256];
        for (int group = 0; group < 256; group++)
        {
            int place = 0;
            for (int bit = 0; bit < 8; bit++)
            {
                if ((group >> bit & 1) != 0)
                {
                    table[group] |= (ulong)bit << (8 * place++);
                }
            }
        }

        return table;
    }
}
