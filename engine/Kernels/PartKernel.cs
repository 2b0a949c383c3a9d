using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Vectorized.Engine.Columns;

namespace Vectorized.Engine.Kernels;

/// <summary>
/// Which rows belong to a run of shards, as bits, and bits taken by such bits: what an exchange splits a batch with. A compare a vector
/// of hashes and part; PEXT packs 64 rows of a bitmap in one step where it is there.
/// </summary>
internal static unsafe class PartKernel
{
    /// <summary>
    /// Sets the bit of each row whose hash's shard is in [first, end) and clears the others; the shards are not all there are. O(rows).
    /// </summary>
    internal static void Mark(ReadOnlySpan<ulong> hashes, int first, int end, Span<byte> bits)
    {
        if (bits.Length < Bitmap.BytesFor(hashes.Length))
        {
            throw new ArgumentException("fewer bits than rows", nameof(bits));
        }

        // In [low, low + width) of the unsigned numbers: one subtraction and one compare.
        ulong low = Sharding.HashOf(first, 0);
        ulong width = Sharding.HashOf(end - first, 0);
        int row = 0;
        fixed (ulong* input = hashes)
        {
            if (Vector256.IsHardwareAccelerated)
            {
                KernelCounters.EnterVector();
                var lows = Vector512.Create(low);
                var widths = Vector512.Create(width);
                for (; row + 8 <= hashes.Length; row += 8)
                {
                    // SAFETY: 8 hashes from row on are there, and their byte of bits.
                    var inside = Vector512.LessThan(Vector512.Load(input + row) - lows, widths);
                    bits[row >> 3] = (byte)inside.ExtractMostSignificantBits();
                }
            }
        }

        for (; row < hashes.Length; row += 8)
        {
            int group = 0;
            for (int i = 0; i < 8 && row + i < hashes.Length; i++)
            {
                group |= (hashes[row + i] - low < width ? 1 : 0) << i;
            }

            bits[row >> 3] = (byte)group;
        }
    }

    /// <summary>The marked rows of a flat vector of bits, <paramref name="count"/> of them.</summary>
    internal static Vector TakeBits(in Vector source, ReadOnlySpan<byte> marks, int count, Arena arena)
    {
        fixed (byte* marked = marks)
        {
            byte* validity = source.MayHaveNulls ? Pack(source.ValidityPointer, marked, source.Length, count, arena) : null;
            return Vector.Over(source.Type, count, Pack(source.ValuesPointer, marked, source.Length, count, arena), validity);
        }
    }

    /// <summary>Marks as ascending row numbers; how many there are.</summary>
    internal static int Select(ReadOnlySpan<byte> marks, int rowCount, Span<int> rows)
    {
        fixed (byte* marked = marks)
        {
            return SelectionKernel.SelectBits(marked, null, rowCount, rows);
        }
    }

    /// <summary>
    /// The bits of a bitmap's rows that are marked, packed: <paramref name="count"/> of them. Marks past the last row are clear.
    /// </summary>
    private static byte* Pack(byte* bits, byte* marks, int rowCount, int count, Arena arena)
    {
        // Words are stored whole.
        byte* result = arena.AllocateBytes(Bitmap.BytesFor(count) + sizeof(ulong));
        ulong pending = 0;
        int filled = 0;
        byte* output = result;
        for (int row = 0; row < rowCount; row += 64)
        {
            int bytes = Math.Min(Bitmap.BytesFor(rowCount - row), sizeof(ulong));
            ulong mark = Word(marks + (row >> 3), bytes);
            ulong packed = Extract(Word(bits + (row >> 3), bytes), mark);
            int packedCount = System.Numerics.BitOperations.PopCount(mark);
            pending |= packed << filled;
            filled += packedCount;
            if (filled >= 64)
            {
                // SAFETY: 64 of the count bits are complete, so 8 bytes are there.
                Unsafe.WriteUnaligned(output, pending);
                output += sizeof(ulong);
                filled -= 64;
                pending = filled == 0 ? 0 : packed >> (packedCount - filled);
            }
        }

        Unsafe.WriteUnaligned(output, pending);
        return result;
    }

    private static ulong Word(byte* source, int bytes)
    {
        if (bytes == sizeof(ulong))
        {
            return Unsafe.ReadUnaligned<ulong>(source);
        }

        ulong word = 0;
        for (int i = 0; i < bytes; i++)
        {
            word |= (ulong)source[i] << (8 * i);
        }

        return word;
    }

    private static ulong Extract(ulong bits, ulong marks)
    {
        if (Bmi2.X64.IsSupported)
        {
            return Bmi2.X64.ParallelBitExtract(bits, marks);
        }

        ulong packed = 0;
        for (int place = 0; marks != 0; place++, marks &= marks - 1)
        {
            packed |= (bits >> System.Numerics.BitOperations.TrailingZeroCount(marks) & 1) << place;
        }

        return packed;
    }
}
