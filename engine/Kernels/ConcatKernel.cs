using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Kernels;

/// <summary>
/// Puts vectors of one type after another into a fresh flat vector: small batches become one of a useful size. String
/// bytes stay where they are.
/// </summary>
internal static unsafe class ConcatKernel
{
    internal static Vector Concat(SqlType type, ReadOnlySpan<Vector> parts, Arena arena)
    {
        int total = 0;
        bool nulls = false;
        foreach (ref readonly var part in parts)
        {
            total = checked(total + part.Length);
            nulls |= part.MayHaveNulls;
        }

        byte* values = arena.AllocateBytes(TakeKernel.ByteCount(type, total));
        byte* validity = nulls ? arena.AllocateBytes(Bitmap.BytesFor(total)) : null;
        int at = 0;
        foreach (ref readonly var part in parts)
        {
            var flat = TakeKernel.Flatten(part, arena);
            if (type.Layout == Layout.Bit)
            {
                CopyBits(flat.ValuesPointer, values, at, flat.Length);
            }
            else
            {
                NativeMemory.Copy(flat.ValuesPointer, values + ((long)at * type.Width), (nuint)((long)type.Width * flat.Length));
            }

            if (validity != null)
            {
                CopyBits(flat.ValidityPointer, validity, at, flat.Length);
            }

            at += flat.Length;
        }

        return Vector.Over(type, total, values, validity);
    }

    /// <summary>Copies bits to position <paramref name="at"/> of a bitmap that is filled from the left; null stands for all ones.</summary>
    internal static void CopyBits(byte* bits, byte* output, int at, int count)
    {
        int shift = at & 7;
        byte* target = output + (at >> 3);
        int i = 0;
        if (shift == 0)
        {
            int bytes = Bitmap.BytesFor(count);
            if (bits == null)
            {
                new Span<byte>(target, bytes).Fill(0xFF);
            }
            else
            {
                NativeMemory.Copy(bits, target, (nuint)bytes);
            }

            return;
        }

        for (; i < count; i += 8)
        {
            int group = bits == null ? 0xFF : bits[i >> 3];
            int kept = *target & ((1 << shift) - 1);
            *target++ = (byte)(kept | group << shift);
            // The high part goes to the next byte only if some of its bits count: that byte may lie past the end.
            if (count - i > 8 - shift)
            {
                *target = (byte)(group >> (8 - shift));
            }
        }
    }
}
