using System.Numerics;

namespace Vectorized.Tests.Kernels;

/// <summary>The sum of doubles in integers of any size, rounded once: what exact sums are held against.</summary>
internal static class ExactSum
{
    internal static double Round(IEnumerable<double> values)
    {
        var sum = BigInteger.Zero;
        foreach (double value in values)
        {
            long bits = BitConverter.DoubleToInt64Bits(value);
            int exponent = (int)(bits >> 52) & 0x7FF;
            BigInteger mantissa = (bits & ((1L << 52) - 1)) | (exponent == 0 ? 0 : 1L << 52);
            sum += (mantissa << Math.Max(exponent - 1, 0)) * (bits < 0 ? -1 : 1);
        }

        var magnitude = BigInteger.Abs(sum);
        int cut = Math.Max((int)magnitude.GetBitLength() - 53, 0);
        var kept = magnitude >> cut;
        var rest = magnitude - (kept << cut);
        var half = cut == 0 ? BigInteger.Zero : BigInteger.One << (cut - 1);
        if (cut > 0 && (rest > half || (rest == half && !kept.IsEven)))
        {
            kept += 1;
        }

        double result = Math.ScaleB((double)kept, cut - 1074);
        return sum.Sign < 0 ? -result : result;
    }
}
