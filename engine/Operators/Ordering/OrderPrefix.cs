using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vectorized.Engine.Operators.Ordering;

/// <summary>The first 32 bytes of a normalised key as numbers that compare as the bytes do; shorter keys are padded with zeros.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct OrderPrefix(UInt128 high, UInt128 low)
{
    internal const int Bytes = 32;

    private readonly UInt128 _high = high;
    private readonly UInt128 _low = low;

    [SkipLocalsInit]
    internal static OrderPrefix Of(ReadOnlySpan<byte> key)
    {
        if (key.Length >= Bytes)
        {
            return new OrderPrefix(BinaryPrimitives.ReadUInt128BigEndian(key), BinaryPrimitives.ReadUInt128BigEndian(key[16..]));
        }

        Span<byte> padded = stackalloc byte[Bytes];
        padded.Clear();
        key.CopyTo(padded);
        return new OrderPrefix(BinaryPrimitives.ReadUInt128BigEndian(padded), BinaryPrimitives.ReadUInt128BigEndian(padded[16..]));
    }

    /// <summary>The key of one column of 8 bytes that compares as a signed integer, as its normalised form is.</summary>
    internal static OrderPrefix OfInteger(long value, bool descending)
    {
        ulong bits = (ulong)(descending ? ~value : value) ^ (1UL << 63);
        return new OrderPrefix(((UInt128)1 << 120) | ((UInt128)bits << 56), default);
    }

    /// <summary>The key of one column without a value.</summary>
    internal static OrderPrefix OfNull(bool nullsFirst) => new((UInt128)(nullsFirst ? 0 : 2) << 120, default);

    internal bool IsBelow(in OrderPrefix other) => _high < other._high || (_high == other._high && _low < other._low);

    internal bool IsSame(in OrderPrefix other) => _high == other._high && _low == other._low;
}
