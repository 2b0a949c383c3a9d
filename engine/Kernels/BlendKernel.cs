using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Kernels;

/// <summary>
/// Writes one vector's rows over another's where a mask says so: the branches of CASE and COALESCE come together here.
/// The target is flat and its validity, when any source may be null, its own.
/// </summary>
internal static unsafe class BlendKernel
{
    /// <summary>target[row] = source[row] for the rows of the mask.</summary>
    internal static void Blend(ref Vector target, in Vector source, RowMask rows, int rowCount, Arena arena)
    {
        var flat = source.Encoding == VectorEncoding.Dictionary ? TakeKernel.Flatten(source, arena) : source;
        bool sourceNulls = flat.MayHaveNulls;
        if (sourceNulls && !target.MayHaveNulls)
        {
            target.AddValidity(arena);
        }

        byte* mask = rows.Pointer;
        if (mask == null && !(flat.Encoding == VectorEncoding.Constant && sourceNulls && !flat.IsValid(0)))
        {
            flat = TakeKernel.Flatten(flat, arena);
            NativeMemory.Copy(flat.ValuesPointer, target.ValuesPointer, (nuint)TakeKernel.ByteCount(target.Type, rowCount));
        }
        else if (flat.Encoding != VectorEncoding.Constant || flat.IsValid(0))
        {
            BlendValues(target, flat, mask, rowCount);
        }

        if (target.MayHaveNulls)
        {
            BlendValidity(target.ValidityPointer, flat, mask, rowCount, arena);
        }
    }

    private static void BlendValidity(byte* target, in Vector source, byte* mask, int rowCount, Arena arena)
    {
        byte* valid = source.Encoding == VectorEncoding.Constant || !source.MayHaveNulls
            ? BitmapKernel.Filled(source.IsValid(0), rowCount, arena) : source.ValidityPointer;
        BlendBits(target, valid, mask, rowCount);
    }

    private static void BlendBits(byte* target, byte* source, byte* mask, int rowCount)
    {
        for (int i = 0; i < Bitmap.BytesFor(rowCount); i++)
        {
            int rows = mask == null ? 0xFF : mask[i];
            target[i] = (byte)((target[i] & ~rows) | (source[i] & rows));
        }
    }

    private static void BlendValues(in Vector target, in Vector source, byte* mask, int rowCount)
    {
        bool constant = source.Encoding == VectorEncoding.Constant;
        switch (target.Type.Layout)
        {
            case Layout.Bit:
                if (!constant)
                {
                    BlendBits(target.ValuesPointer, source.ValuesPointer, mask, rowCount);
                    break;
                }

                for (int i = 0; i < Bitmap.BytesFor(rowCount); i++)
                {
                    int rows = mask == null ? 0xFF : mask[i];
                    ref byte bits = ref target.ValuesPointer[i];
                    bits = (byte)(source.Bit(0) ? bits | rows : bits & ~rows);
                }

                break;
            case Layout.Fixed2: BlendFixed<short>(target.ValuesPointer, source, constant, mask, rowCount); break;
            case Layout.Fixed4: BlendFixed<int>(target.ValuesPointer, source, constant, mask, rowCount); break;
            case Layout.Fixed8: BlendWords((ulong*)target.ValuesPointer, source, constant, mask, rowCount); break;
            default: BlendFixed<UInt128>(target.ValuesPointer, source, constant, mask, rowCount); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void BlendFixed<T>(byte* target, in Vector source, bool constant, byte* mask, int rowCount) where T : unmanaged
    {
        T* to = (T*)target;
        T* from = (T*)source.ValuesPointer;
        int step = constant ? 0 : 1;
        for (int row = 0; row < rowCount; row++)
        {
            if (mask == null || (mask[row >> 3] >> (row & 7) & 1) != 0)
            {
                to[row] = from[row * step];
            }
        }
    }

    private static void BlendWords(ulong* target, in Vector source, bool constant, byte* mask, int rowCount)
    {
        ulong* from = (ulong*)source.ValuesPointer;
        int step = constant ? 0 : 1;
        int row = 0;
        if (Vector256.IsHardwareAccelerated && mask != null)
        {
            KernelCounters.EnterVector();
            var value = Vector256.Create(from[0]);
            for (; row + 4 <= rowCount; row += 4)
            {
                var chosen = BitmapKernel.Spread4((uint)(mask[row >> 3] >> (row & 4)));
                value = constant ? value : Vector256.Load(from + row);
                Vector256.ConditionalSelect(chosen, value, Vector256.Load(target + row)).Store(target + row);
            }
        }

        for (; row < rowCount; row++)
        {
            if (mask == null || (mask[row >> 3] >> (row & 7) & 1) != 0)
            {
                target[row] = from[row * step];
            }
        }
    }
}
