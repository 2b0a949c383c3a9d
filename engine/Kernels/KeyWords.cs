using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vectorized.Engine.Kernels;

/// <summary>A value up to 8 bytes as the word that keys compare and hash by: equal values have equal words.</summary>
internal interface IKeyWord<T> where T : unmanaged
{
    static abstract ulong Of(T value);
}

internal readonly struct WordOfInt2 : IKeyWord<short>
{
    public static ulong Of(short value) => (ulong)(long)value;
}

internal readonly struct WordOfInt4 : IKeyWord<int>
{
    public static ulong Of(int value) => (ulong)(long)value;
}

internal readonly struct WordOfInt8 : IKeyWord<long>
{
    public static ulong Of(long value) => (ulong)value;
}

internal readonly struct WordOfFloat4 : IKeyWord<float>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(float value) =>
        value == 0 ? 0 : float.IsNaN(value) ? 0x7FC00000UL : BitConverter.SingleToUInt32Bits(value);
}

internal readonly struct WordOfFloat8 : IKeyWord<double>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(double value) =>
        value == 0 ? 0 : double.IsNaN(value) ? 0x7FF8000000000000UL : BitConverter.DoubleToUInt64Bits(value);
}

/// <summary>Sixteen bytes as they lie in a column.</summary>
[StructLayout(LayoutKind.Sequential, Size = 16)]
internal readonly struct Words16(ulong low, ulong high)
{
    internal readonly ulong Low = low;
    internal readonly ulong High = high;
}

/// <summary>A 16-byte value in the form keys compare and hash by.</summary>
internal interface IKeyWords
{
    static abstract Words16 Of(Words16 value);
}

internal readonly struct RawWords : IKeyWords
{
    public static Words16 Of(Words16 value) => value;
}

/// <summary>Unbounded numeric without trailing zeros after the point: flags and high word, then the low word.</summary>
internal readonly struct NumericWords : IKeyWords
{
    private const uint SignBit = 0x80000000;
    private const uint TagMask = 3;
    private const uint NaNTag = 1;

    public static Words16 Of(Words16 value)
    {
        uint flags = (uint)value.Low;
        uint high = (uint)(value.Low >> 32);
        ulong low = value.High;
        if ((flags & TagMask) != 0)
        {
            return (flags & NaNTag) != 0 ? new Words16(NaNTag, 0) : new Words16(flags & (SignBit | TagMask), 0);
        }

        uint scale = (flags >> 16) & 0x1F;
        while (scale > 0 && high != 0)
        {
            var (quotient, remainder) = UInt128.DivRem(new UInt128(high, low), 10);
            if (remainder != 0)
            {
                break;
            }

            high = (uint)(ulong)(quotient >> 64);
            low = (ulong)quotient;
            scale--;
        }

        while (scale > 0 && high == 0)
        {
            ulong quotient = low / 10;
            if (quotient * 10 != low)
            {
                break;
            }

            low = quotient;
            scale--;
        }

        return low == 0 && high == 0
            ? default
            : new Words16((ulong)high << 32 | (flags & SignBit) | scale << 16, low);
    }
}

/// <summary>
/// An interval (months, days, microseconds: 4 + 4 + 8 bytes) as microseconds in 128 bits, a month counting 30 days and
/// a day 24 hours, as PostgreSQL compares them.
/// </summary>
internal readonly struct IntervalWords : IKeyWords
{
    private const long MicrosPerDay = 86_400_000_000;

    public static Words16 Of(Words16 value)
    {
        long days = ((long)(int)(uint)value.Low * 30) + (int)(uint)(value.Low >> 32);
        var micros = ((Int128)days * MicrosPerDay) + (long)value.High;
        return new Words16((ulong)micros, (ulong)(micros >> 64));
    }
}
