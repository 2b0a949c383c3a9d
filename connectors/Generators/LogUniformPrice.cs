using System.Runtime.CompilerServices;

namespace Vectorized.Connectors.Generators;

/// <summary>
/// Nexmark's price: round(100 * 10^(6u)) for u uniform in [0, 1), so 100 to 10^8, log-uniform. Computed by a table of
/// 2^(i/64) and a short polynomial from additions, products and square roots alone, which IEEE 754 rounds the same on
/// every machine; Math.Pow promises no such thing and takes ten times as long.
/// </summary>
internal static class LogUniformPrice
{
    private const int TableBits = 6;
    private const int TableSize = 1 << TableBits;

    /// <summary>log2(10^6) * 64: table steps in the whole range.</summary>
    private const double Steps = 19.931568569324174 * TableSize;

    /// <summary>ln(2) / 64: the exponent of one table step.</summary>
    private const double StepLog = 0.69314718055994530942 / TableSize;

    private static readonly double[] _powers = Powers();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static long From(ulong word)
    {
        double steps = (word >> 11) * (1.0 / (1UL << 53)) * Steps;
        int whole = (int)steps;
        double x = (steps - whole) * StepLog;
        double fine = 1.0 + (x * (1.0 + (x * (0.5 + (x * ((1.0 / 6) + (x * (1.0 / 24))))))));
        double coarse = _powers[whole & (TableSize - 1)] * (1L << (whole >> TableBits));
        return (long)((coarse * fine * 100.0) + 0.5);
    }

    private static double[] Powers()
    {
        var powers = new double[TableSize];
        for (int i = 0; i < TableSize; i++)
        {
            double power = 1;
            double root = 2;
            for (int bit = TableSize >> 1; bit > 0; bit >>= 1)
            {
                root = Math.Sqrt(root);
                power *= (i & bit) != 0 ? root : 1;
            }

            powers[i] = power;
        }

        return powers;
    }
}
