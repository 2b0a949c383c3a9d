using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Kernels;

/// <summary>A bitwise operation on whole bytes of two bitmaps.</summary>
internal interface IBitwise
{
    static abstract byte Apply(byte a, byte b);

    static abstract Vector256<byte> Apply(Vector256<byte> a, Vector256<byte> b);
}

internal readonly struct BitAnd : IBitwise
{
    public static byte Apply(byte a, byte b) => (byte)(a & b);

    public static Vector256<byte> Apply(Vector256<byte> a, Vector256<byte> b) => a & b;
}

internal readonly struct BitOr : IBitwise
{
    public static byte Apply(byte a, byte b) => (byte)(a | b);

    public static Vector256<byte> Apply(Vector256<byte> a, Vector256<byte> b) => a | b;
}

internal readonly struct BitXor : IBitwise
{
    public static byte Apply(byte a, byte b) => (byte)(a ^ b);

    public static Vector256<byte> Apply(Vector256<byte> a, Vector256<byte> b) => a ^ b;
}

/// <summary>a AND NOT b.</summary>
internal readonly struct BitAndNot : IBitwise
{
    public static byte Apply(byte a, byte b) => (byte)(a & ~b);

    public static Vector256<byte> Apply(Vector256<byte> a, Vector256<byte> b) => Vector256.AndNot(a, b);
}

/// <summary>a OR NOT b.</summary>
internal readonly struct BitOrNot : IBitwise
{
    public static byte Apply(byte a, byte b) => (byte)(a | ~b);

    public static Vector256<byte> Apply(Vector256<byte> a, Vector256<byte> b) => a | ~b;
}

/// <summary>
/// Bitmaps combined 32 bytes a step: validity merging, row masks. A null pointer stands for all ones. Bits past the
/// length come out unspecified. Inputs need no alignment and are never read past their last byte.
/// </summary>
internal static unsafe class BitmapKernel
{
    internal static void Combine<TOp>(byte* a, byte* b, byte* result, int bits) where TOp : struct, IBitwise
    {
        int bytes = Bitmap.BytesFor(bits);
        int i = 0;
        if (Vector256.IsHardwareAccelerated && bytes >= 32)
        {
            KernelCounters.EnterVector();
            for (; i + 32 <= bytes; i += 32)
            {
                TOp.Apply(Vector256.Load(a + i), Vector256.Load(b + i)).Store(result + i);
            }
        }

        for (; i < bytes; i++)
        {
            result[i] = TOp.Apply(a[i], b[i]);
        }
    }

    internal static byte* New<TOp>(byte* a, byte* b, int bits, Arena arena) where TOp : struct, IBitwise
    {
        byte* result = arena.AllocateBytes(Bitmap.BytesFor(bits));
        Combine<TOp>(a, b, result, bits);
        return result;
    }

    internal static byte* Not(byte* a, int bits, Arena arena)
    {
        byte* result = arena.AllocateBytes(Bitmap.BytesFor(bits));
        for (int i = 0; i < Bitmap.BytesFor(bits); i++)
        {
            result[i] = (byte)~a[i];
        }

        return result;
    }

    internal static byte* Filled(bool value, int bits, Arena arena)
    {
        byte* result = arena.AllocateBytes(Bitmap.BytesFor(bits));
        new Span<byte>(result, Bitmap.BytesFor(bits)).Fill(value ? (byte)0xFF : (byte)0);
        return result;
    }

    /// <summary>a AND b where null is all ones; may return either operand itself, or null.</summary>
    internal static byte* And(byte* a, byte* b, int bits, Arena arena) =>
        a == null ? b : b == null || a == b ? a : New<BitAnd>(a, b, bits, arena);

    /// <summary>
    /// Gives the result the AND of the arguments' validity: NULL in, NULL out. Arguments are flat, dictionary (validity by
    /// row) or constants that are not null.
    /// </summary>
    internal static void MergeValidity(ReadOnlySpan<Vector> arguments, int rowCount, Arena arena, ref Vector result)
    {
        byte* merged = null;
        foreach (ref readonly var argument in arguments)
        {
            if (argument.Encoding != VectorEncoding.Constant)
            {
                merged = And(merged, argument.ValidityPointer, rowCount, arena);
            }
        }

        result = result.WithValidity(merged);
    }

    /// <summary>The validity bitmap of a flat or dictionary vector as a row mask.</summary>
    internal static RowMask ValidRows(in Vector vector) =>
        vector.MayHaveNulls ? Mask(vector.ValidityPointer, vector.Length) : default;

    internal static RowMask Mask(byte* bits, int rowCount) =>
        bits == null ? default : new RowMask(Vector.Over(SqlType.Boolean, rowCount, bits, null));

    internal static RowMask Intersect(RowMask a, RowMask b, int rowCount, Arena arena) =>
        Mask(And(a.Pointer, b.Pointer, rowCount, arena), rowCount);

    /// <summary>How many rows a mask holds.</summary>
    internal static int Count(RowMask mask, int rowCount) => mask.IsAll ? rowCount : Bitmap.CountSet(mask.Bits, rowCount);

    /// <summary>One bit a row as an element mask of four 64-bit lanes, for selecting under validity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<ulong> Spread4(uint bits)
    {
        var lanes = Vector256.Create(1UL, 2, 4, 8);
        return Vector256.Equals(Vector256.Create((ulong)bits) & lanes, lanes);
    }
}
