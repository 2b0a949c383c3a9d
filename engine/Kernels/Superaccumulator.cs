using System.Numerics;

namespace Vectorized.Engine.Kernels;

/// <summary>
/// An exact sum of doubles of any spread as one fixed-point number in two's complement: bit 0 counts 2^-1074, the words
/// reach 64 bits and more beyond the largest double, so no number of rows overflows it. The representation of a value is
/// unique. Works on words the owner keeps (<see cref="WordCount"/> of them, zero at first). O(words) a value at
/// worst, two or three words usually. (Kulisch; R. Neal, "Fast exact summation using small and large
/// superaccumulators", 2015.)
/// </summary>
internal static class Superaccumulator
{
    internal const int WordCount = 36;
    private const int LowestExponent = -1074;
    private const int MantissaBits = 52;

    /// <summary>Adds value * weight exactly; the value is finite.</summary>
    internal static void Add(Span<ulong> words, double value, long weight)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)(bits >> MantissaBits) & 0x7FF;
        ulong mantissa = (ulong)bits & ((1UL << MantissaBits) - 1);
        if (exponent == 0)
        {
            exponent = 1;
        }
        else
        {
            mantissa |= 1UL << MantissaBits;
        }

        bool negative = bits < 0 != weight < 0;
        ulong magnitude = weight < 0 ? 0UL - (ulong)weight : (ulong)weight;
        AddShifted(words, Math.BigMul(mantissa, magnitude), exponent - 1, negative);
    }

    /// <summary>Adds all of an expansion.</summary>
    internal static void Add(Span<ulong> words, in FloatExpansion sum)
    {
        Add(words, sum.High, 1);
        Add(words, sum.Middle, 1);
        Add(words, sum.Low, 1);
    }

    /// <summary>Adds another superaccumulator's words.</summary>
    internal static void Add(Span<ulong> words, ReadOnlySpan<ulong> other)
    {
        UInt128 carry = 0;
        for (int i = 0; i < words.Length; i++)
        {
            carry += (UInt128)words[i] + other[i];
            words[i] = (ulong)carry;
            carry >>= 64;
        }
    }

    /// <summary>The value rounded to nearest, ties to even; infinite when it exceeds the doubles.</summary>
    internal static double Rounded(ReadOnlySpan<ulong> words) => Round(words, toOdd: false);

    /// <summary>The value rounded once to single precision.</summary>
    internal static float RoundedToSingle(ReadOnlySpan<ulong> words) => (float)Round(words, toOdd: true);

    internal static bool IsZero(ReadOnlySpan<ulong> words) => !words.ContainsAnyExcept(0UL);

    private static void AddShifted(Span<ulong> words, UInt128 value, int shift, bool negative)
    {
        int word = shift >> 6;
        int bit = shift & 63;
        ulong low = (ulong)(value << bit);
        ulong middle = (ulong)((value << bit) >> 64);
        ulong high = bit == 0 ? 0 : (ulong)(value >> (128 - bit));
        if (negative)
        {
            Subtract(words, word, low, middle, high);
        }
        else
        {
            Add(words, word, low, middle, high);
        }
    }

    private static void Add(Span<ulong> words, int word, ulong low, ulong middle, ulong high)
    {
        UInt128 carry = (UInt128)words[word] + low;
        words[word] = (ulong)carry;
        carry = (carry >> 64) + words[word + 1] + middle;
        words[word + 1] = (ulong)carry;
        carry = (carry >> 64) + words[word + 2] + high;
        words[word + 2] = (ulong)carry;
        bool isCarrying = carry >> 64 != 0;
        for (int i = word + 3; isCarrying && i < words.Length; i++)
        {
            isCarrying = ++words[i] == 0;
        }
    }

    private static void Subtract(Span<ulong> words, int word, ulong low, ulong middle, ulong high)
    {
        ulong borrow = SubtractWord(ref words[word], low, 0);
        borrow = SubtractWord(ref words[word + 1], middle, borrow);
        borrow = SubtractWord(ref words[word + 2], high, borrow);
        for (int i = word + 3; borrow != 0 && i < words.Length; i++)
        {
            borrow = words[i]-- == 0 ? 1UL : 0;
        }
    }

    private static ulong SubtractWord(ref ulong word, ulong amount, ulong borrow)
    {
        ulong before = word;
        ulong difference = before - amount;
        word = difference - borrow;
        return before < amount || difference < borrow ? 1UL : 0;
    }

    private static double Round(ReadOnlySpan<ulong> words, bool toOdd)
    {
        Span<ulong> magnitude = stackalloc ulong[WordCount];
        words.CopyTo(magnitude);
        bool negative = (long)magnitude[^1] < 0;
        if (negative)
        {
            Negate(magnitude);
        }

        int top = magnitude.LastIndexOfAnyExcept(0UL);
        if (top < 0)
        {
            return 0;
        }

        int highBit = (top << 6) + 63 - BitOperations.LeadingZeroCount(magnitude[top]);
        // Bits below this one are rounded away; doubles below 2^-1022 have fewer bits, which the cut at 0 respects.
        int lowBit = Math.Max(highBit - MantissaBits, 0);
        ulong mantissa = Bits(magnitude, lowBit);
        bool half = lowBit > 0 && Bit(magnitude, lowBit - 1);
        bool sticky = lowBit > 1 && AnyBelow(magnitude, lowBit - 1);
        if (toOdd)
        {
            mantissa |= half || sticky ? 1UL : 0;
        }
        else if (half && (sticky || (mantissa & 1) != 0))
        {
            mantissa++;
        }

        double result = Math.ScaleB((double)mantissa, lowBit + LowestExponent);
        return negative ? -result : result;
    }

    private static void Negate(Span<ulong> words)
    {
        bool isCarrying = true;
        foreach (ref ulong word in words)
        {
            word = ~word;
            if (isCarrying)
            {
                isCarrying = ++word == 0;
            }
        }
    }

    /// <summary>The 53 bits from a position on.</summary>
    private static ulong Bits(ReadOnlySpan<ulong> words, int from)
    {
        int word = from >> 6;
        int bit = from & 63;
        ulong bits = words[word] >> bit;
        if (bit != 0 && word + 1 < words.Length)
        {
            bits |= words[word + 1] << (64 - bit);
        }

        return bits & ((1UL << (MantissaBits + 1)) - 1);
    }

    private static bool Bit(ReadOnlySpan<ulong> words, int position) => (words[position >> 6] >> (position & 63) & 1) != 0;

    private static bool AnyBelow(ReadOnlySpan<ulong> words, int position)
    {
        int word = position >> 6;
        ulong mask = (1UL << (position & 63)) - 1;
        return (words[word] & mask) != 0 || words[..word].ContainsAnyExcept(0UL);
    }
}
