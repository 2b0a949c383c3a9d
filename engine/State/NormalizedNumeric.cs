using System.Buffers.Binary;
using Vectorized.Engine.Kernels;

namespace Vectorized.Engine.State;

/// <summary>
/// An unbounded numeric as 15 bytes in order: class (-Infinity, negative, zero, positive, Infinity, NaN), decimal
/// exponent, 29 digits left-aligned; the latter two inverted for negatives.
/// </summary>
internal static unsafe class NormalizedNumeric
{
    private const int Digits = 29;
    private const int ExponentBias = 64;
    private const uint SignBit = 0x80000000;
    private const uint TagMask = 3;
    private const uint NaNTag = 1;

    private static readonly UInt128[] _powers = CreatePowers();

    internal static void Write(byte* value, Span<byte> target)
    {
        target.Clear();
        var words = NumericWords.Of(*(Words16*)value);
        uint flags = (uint)words.Low;
        bool negative = (flags & SignBit) != 0;
        if ((flags & TagMask) != 0)
        {
            target[0] = (flags & NaNTag) != 0 ? (byte)5 : negative ? (byte)0 : (byte)4;
            return;
        }

        var coefficient = new UInt128(words.Low >> 32, words.High);
        if (coefficient == 0)
        {
            target[0] = 2;
            return;
        }

        int digits = DigitCount(coefficient);
        int exponent = digits - (int)((flags >> 16) & 0x1F);
        target[0] = negative ? (byte)1 : (byte)3;
        target[1] = (byte)(exponent + ExponentBias);
        Span<byte> aligned = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(aligned, coefficient * _powers[Digits - digits]);
        aligned[3..].CopyTo(target[2..]);
        if (negative)
        {
            foreach (ref byte b in target[1..])
            {
                b = (byte)~b;
            }
        }
    }

    private static int DigitCount(UInt128 coefficient)
    {
        int digits = 1;
        while (digits < Digits && coefficient >= _powers[digits])
        {
            digits++;
        }

        return digits;
    }

    private static UInt128[] CreatePowers()
    {
        var powers = new UInt128[Digits + 1];
        powers[0] = 1;
        for (int i = 1; i < powers.Length; i++)
        {
            powers[i] = powers[i - 1] * 10;
        }

        return powers;
    }
}
