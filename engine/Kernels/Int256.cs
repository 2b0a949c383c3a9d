using System.Numerics;
using System.Runtime.InteropServices;

namespace Vectorized.Engine.Kernels;

/// <summary>
/// A 256-bit signed integer in two's complement, four words, least significant first: sums of numerics and of squares that
/// must be exact. Sums wrap around, products of 128-bit values always fit. 32 bytes.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Int256 : IEquatable<Int256>
{
    private ulong _word0;
    private ulong _word1;
    private ulong _word2;
    private ulong _word3;

    private Int256(ulong word0, ulong word1, ulong word2, ulong word3)
    {
        _word0 = word0;
        _word1 = word1;
        _word2 = word2;
        _word3 = word3;
    }

    internal readonly bool IsNegative => (long)_word3 < 0;

    internal readonly bool IsZero => (_word0 | _word1 | _word2 | _word3) == 0;

    internal static Int256 From(Int128 value)
    {
        ulong sign = (ulong)(long)(value >> 127);
        return new Int256((ulong)value, (ulong)(value >> 64), sign, sign);
    }

    /// <summary>The product of two magnitudes with a sign.</summary>
    internal static Int256 Product(UInt128 a, UInt128 b, bool isNegative)
    {
        ulong a0 = (ulong)a;
        ulong a1 = (ulong)(a >> 64);
        ulong b0 = (ulong)b;
        ulong b1 = (ulong)(b >> 64);
        var low = (UInt128)a0 * b0;
        var cross1 = (UInt128)a1 * b0;
        var cross2 = (UInt128)a0 * b1;
        var high = (UInt128)a1 * b1;
        UInt128 middle = (low >> 64) + (ulong)cross1 + (ulong)cross2;
        high += (cross1 >> 64) + (cross2 >> 64) + (middle >> 64);
        var product = new Int256((ulong)low, (ulong)middle, (ulong)high, (ulong)(high >> 64));
        return isNegative ? -product : product;
    }

    /// <summary>The low 256 bits of this times a word.</summary>
    internal readonly Int256 Times(long factor)
    {
        bool isNegative = IsNegative != factor < 0;
        var magnitude = IsNegative ? -this : this;
        ulong by = factor < 0 ? 0UL - (ulong)factor : (ulong)factor;
        UInt128 part = (UInt128)magnitude._word0 * by;
        ulong word0 = (ulong)part;
        part = ((UInt128)magnitude._word1 * by) + (part >> 64);
        ulong word1 = (ulong)part;
        part = ((UInt128)magnitude._word2 * by) + (part >> 64);
        var product = new Int256(word0, word1, (ulong)part, (magnitude._word3 * by) + (ulong)(part >> 64));
        return isNegative ? -product : product;
    }

    internal static Int256 Product(Int128 a, Int128 b) => Product(Magnitude(a), Magnitude(b), a < 0 != b < 0);

    public static Int256 operator +(Int256 a, Int256 b)
    {
        UInt128 sum = (UInt128)a._word0 + b._word0;
        ulong word0 = (ulong)sum;
        sum = (sum >> 64) + a._word1 + b._word1;
        ulong word1 = (ulong)sum;
        sum = (sum >> 64) + a._word2 + b._word2;
        return new Int256(word0, word1, (ulong)sum, (ulong)(sum >> 64) + a._word3 + b._word3);
    }

    public static Int256 operator -(Int256 a)
    {
        var inverted = new Int256(~a._word0, ~a._word1, ~a._word2, ~a._word3);
        return inverted + new Int256(1, 0, 0, 0);
    }

    public static Int256 operator -(Int256 a, Int256 b) => a + -b;

    /// <summary>The value as an unsigned magnitude in 128 bits, if it fits.</summary>
    internal readonly bool TryMagnitude(out UInt128 value)
    {
        value = new UInt128(_word1, _word0);
        return (_word2 | _word3) == 0;
    }

    /// <summary>Whether the value fits 128 bits, and it.</summary>
    internal readonly bool TryNarrow(out Int128 value)
    {
        value = new Int128(_word1, _word0);
        ulong sign = (ulong)((long)_word1 >> 63);
        return _word2 == sign && _word3 == sign;
    }

    internal readonly BigInteger ToBigInteger()
    {
        var words = this;
        return new BigInteger(MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(ref words, 1)));
    }

    /// <summary>Division of a magnitude by one word.</summary>
    internal readonly Int256 DivRem(ulong divisor, out ulong rest)
    {
        ulong word3 = Math.DivRem(_word3, divisor).Quotient;
        UInt128 left = ((UInt128)(_word3 - (word3 * divisor)) << 64) | _word2;
        ulong word2 = (ulong)(left / divisor);
        left = ((left - ((UInt128)word2 * divisor)) << 64) | _word1;
        ulong word1 = (ulong)(left / divisor);
        left = ((left - ((UInt128)word1 * divisor)) << 64) | _word0;
        ulong word0 = (ulong)(left / divisor);
        rest = (ulong)(left - ((UInt128)word0 * divisor));
        return new Int256(word0, word1, word2, word3);
    }

    /// <summary>Division of a magnitude by two words, bit by bit: for results, not for rows.</summary>
    internal readonly Int256 DivRem(UInt128 divisor, out UInt128 rest)
    {
        rest = 0;
        Span<ulong> words = [_word0, _word1, _word2, _word3];
        Span<ulong> quotient = stackalloc ulong[4];
        quotient.Clear();
        for (int bit = 255; bit >= 0; bit--)
        {
            bool carry = rest >> 127 != 0;
            rest = (rest << 1) | (words[bit >> 6] >> (bit & 63) & 1);
            if (carry || rest >= divisor)
            {
                rest -= divisor;
                quotient[bit >> 6] |= 1UL << (bit & 63);
            }
        }

        return new Int256(quotient[0], quotient[1], quotient[2], quotient[3]);
    }

    public readonly bool Equals(Int256 other) =>
        _word0 == other._word0 && _word1 == other._word1 && _word2 == other._word2 && _word3 == other._word3;

    public override readonly bool Equals(object? obj) => obj is Int256 other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(_word0, _word1, _word2, _word3);

    public override readonly string ToString() => ToBigInteger().ToString();

    internal static UInt128 Magnitude(Int128 value) => value < 0 ? 0 - (UInt128)value : (UInt128)value;
}
