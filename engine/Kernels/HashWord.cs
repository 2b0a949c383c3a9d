using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Kernels;

/// <summary>How a fixed-width column's values become the 64-bit words <see cref="HashKernel"/> folds.</summary>
internal unsafe interface IHashWords
{
    static abstract ulong Word(byte* values, int row);

    /// <summary>The words of four rows.</summary>
    static abstract Vector256<ulong> Load(byte* values, int row);
}

internal readonly unsafe struct Int32Words : IHashWords
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Word(byte* values, int row) => (ulong)((int*)values)[row];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Load(byte* values, int row) => HashWord.Widen(Vector128.Load((int*)values + row));
}

internal readonly unsafe struct UInt32Words : IHashWords
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Word(byte* values, int row) => ((uint*)values)[row];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Load(byte* values, int row)
    {
        var (low, high) = Vector128.Widen(Vector128.Load((uint*)values + row));
        return Vector256.Create(low, high);
    }
}

internal readonly unsafe struct Int64Words : IHashWords
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Word(byte* values, int row) => ((ulong*)values)[row];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Load(byte* values, int row) => Vector256.Load((ulong*)values + row);
}

internal readonly unsafe struct Float64Words : IHashWords
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Word(byte* values, int row) => HashWord.OfDouble(((double*)values)[row]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Load(byte* values, int row)
    {
        var value = Vector256.Load((double*)values + row);
        var canonical = Vector256.ConditionalSelect(
            Vector256.Equals(value, value), value, Vector256.Create(double.NaN));
        return Vector256.ConditionalSelect(
            Vector256.Equals(value, Vector256<double>.Zero), Vector256<double>.Zero, canonical).AsUInt64();
    }
}

/// <summary>The word of one value of any type: canonical, so that SQL-equal values have equal words.</summary>
internal static unsafe class HashWord
{
    private const ulong Secret1 = 0xA076_1D64_78BD_642F;
    private const ulong Secret2 = 0xE703_7ED1_A0B4_28DB;
    private const ulong Secret3 = 0x8EBC_6AF0_9C88_C6E3;
    private const long MicrosPerDay = 86_400_000_000;

    /// <summary>The word of a row that is not null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Of(in Vector vector, int row, ulong seed) => OfValue(vector, vector.ValueIndex(row), seed);

    /// <summary>The word of the value at an index of the vector's values.</summary>
    internal static ulong OfValue(in Vector vector, int index, ulong seed)
    {
        byte* values = vector.ValuesPointer;
        switch (vector.Type.Layout)
        {
            case Layout.Bit:
                return (uint)(values[index >> 3] >> (index & 7) & 1);
            case Layout.Fixed2:
                return (ulong)((short*)values)[index];
            case Layout.Fixed4:
                return vector.Type.Id == TypeId.Float32 ? OfDouble(((float*)values)[index])
                    : vector.Type.IsOidLike ? ((uint*)values)[index] : (ulong)((int*)values)[index];
            case Layout.Fixed8:
                return vector.Type.Id switch
                {
                    TypeId.Float64 => OfDouble(((double*)values)[index]),
                    TypeId.Numeric => OfNumeric(((long*)values)[index], vector.Type.Scale, seed),
                    _ => ((ulong*)values)[index],
                };
            case Layout.Fixed16:
                return vector.Type.Id switch
                {
                    TypeId.Interval => OfInterval(values + (16L * index), seed),
                    TypeId.Numeric when vector.Type.NumericForm == NumericForm.Free => OfFree(((decimal*)values)[index], seed),
                    TypeId.Numeric => OfNumeric(((Int128*)values)[index], vector.Type.Scale, seed),
                    _ => Fold(((ulong*)values)[2 * index] ^ seed, ((ulong*)values)[(2 * index) + 1]),
                };
            default:
                return OfString(ref ((StringView*)values)[index], seed);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong OfDouble(double value) =>
        value == 0 ? 0 : double.IsNaN(value) ? BitConverter.DoubleToUInt64Bits(double.NaN) : BitConverter.DoubleToUInt64Bits(value);

    internal static ulong OfString(ref readonly StringView view, ulong seed) => view.IsInline
        ? Fold(view.Head ^ seed, view.Tail)
        : OfBytes(StringView.Bytes(in view), seed);

    /// <summary>Numerics that are whole and fit hash as their int64; others as (coefficient, scale) without trailing zeros.</summary>
    internal static ulong OfNumeric(Int128 coefficient, int scale, ulong seed)
    {
        if (coefficient == (long)coefficient)
        {
            return OfNumeric((long)coefficient, scale, seed);
        }

        while (scale > 0)
        {
            var (quotient, remainder) = Int128.DivRem(coefficient, 10);
            if (remainder != 0)
            {
                break;
            }

            coefficient = quotient;
            scale--;
        }

        return coefficient == (long)coefficient
            ? OfNumeric((long)coefficient, scale, seed)
            : Fold((ulong)coefficient ^ seed, (ulong)(coefficient >> 64) ^ ((ulong)scale << 48));
    }

    internal static ulong OfNumeric(long coefficient, int scale, ulong seed)
    {
        while (scale > 0)
        {
            long quotient = coefficient / 10;
            if (quotient * 10 != coefficient)
            {
                return Fold((ulong)coefficient ^ seed, (ulong)(coefficient >> 63) ^ ((ulong)scale << 48));
            }

            coefficient = quotient;
            scale--;
        }

        return (ulong)coefficient;
    }

    internal static Vector256<ulong> Widen(Vector128<int> values)
    {
        var (low, high) = Vector128.Widen(values);
        return Vector256.Create(low, high).AsUInt64();
    }

    // A vector's free numerics have System.Decimal's layout; tagged ones (NaN, infinities) have flag bits decimal leaves 0.
    private static ulong OfFree(decimal value, ulong seed)
    {
        ref int flags = ref Unsafe.As<decimal, int>(ref value);
        if ((flags & 0x7F00_FFFF) != 0 || (flags >> 16 & 0xFF) > 28)
        {
            return Fold(seed, (uint)flags);
        }

        ulong low = Unsafe.Add(ref Unsafe.As<decimal, ulong>(ref value), 1);
        uint high = Unsafe.Add(ref Unsafe.As<decimal, uint>(ref value), 1);
        var coefficient = new Int128(high, low);
        return OfNumeric(flags < 0 ? -coefficient : coefficient, flags >> 16 & 0xFF, seed);
    }

    /// <summary>PostgreSQL's equality of intervals: a month is 30 days, a day 24 hours.</summary>
    private static ulong OfInterval(byte* value, ulong seed)
    {
        int months = ((int*)value)[0];
        int days = ((int*)value)[1];
        long micros = ((long*)value)[1];
        Int128 length = ((Int128)((months * 30L) + days) * MicrosPerDay) + micros;
        return Fold((ulong)length ^ seed, (ulong)(length >> 64));
    }

    /// <summary>Long strings, 16 bytes a step (the folded multiply of wyhash; Wang Yi, "wyhash", public domain).</summary>
    internal static ulong OfBytes(ReadOnlySpan<byte> bytes, ulong seed)
    {
        ref byte at = ref MemoryMarshal.GetReference(bytes);
        ulong state = seed ^ (ulong)bytes.Length * Secret3;
        int left = bytes.Length;
        for (; left > 16; left -= 16)
        {
            state = Fold(Unsafe.ReadUnaligned<ulong>(ref at) ^ state, Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref at, 8)));
            at = ref Unsafe.Add(ref at, 16);
        }

        // The last 16 bytes, overlapping what was read, when there are so many; else what there is, zero-padded.
        if (bytes.Length >= 16)
        {
            ref byte end = ref Unsafe.Add(ref at, left - 16);
            return Fold(Unsafe.ReadUnaligned<ulong>(ref end) ^ state, Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref end, 8)));
        }

        Span<byte> padded = stackalloc byte[16];
        padded.Clear();
        bytes.CopyTo(padded);
        return Fold(MemoryMarshal.Read<ulong>(padded) ^ state, MemoryMarshal.Read<ulong>(padded[8..]));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Fold(ulong a, ulong b)
    {
        ulong high = Math.BigMul(a ^ Secret1, b ^ Secret2, out ulong low);
        return high ^ low;
    }
}
