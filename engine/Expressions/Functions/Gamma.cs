namespace Vectorized.Engine.Expressions.Functions;

/// <summary>The gamma function and its logarithm by Lanczos' approximation (g = 7, n = 9): about 15 digits.</summary>
internal static class Gamma
{
    private const double G = 7;

    private static ReadOnlySpan<double> Coefficients =>
    [
        0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
        -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
    ];

    internal static double Of(double x)
    {
        if (double.IsNaN(x) || double.IsPositiveInfinity(x))
        {
            return x;
        }

        if (x == Math.Floor(x) && x is > 0 and <= 23)
        {
            // Factorials up to 22! are exact.
            double product = 1;
            for (int i = 2; i < x; i++)
            {
                product *= i;
            }

            return product;
        }

        if (x < 0.5)
        {
            return Math.PI / (Math.Sin(Math.PI * x) * Of(1 - x));
        }

        if (x > 171.7)
        {
            return double.PositiveInfinity;
        }

        double t = x - 1 + G + 0.5;
        // The power is split, for its square root does not overflow where the whole would.
        double half = Math.Pow(t, (x - 0.5) / 2);
        return Math.Sqrt(2 * Math.PI) * half * Math.Exp(-t) * half * Sum(x - 1);
    }

    internal static double LogOf(double x)
    {
        if (double.IsNaN(x))
        {
            return x;
        }

        if (double.IsInfinity(x) || (x <= 0 && Math.Floor(x) == x))
        {
            return double.PositiveInfinity;
        }

        if (x is 1 or 2)
        {
            return 0;
        }

        if (x < 0.5)
        {
            return Math.Log(Math.PI / Math.Abs(Math.Sin(Math.PI * x))) - LogOf(1 - x);
        }

        double t = x - 1 + G + 0.5;
        return (0.5 * Math.Log(2 * Math.PI)) + ((x - 0.5) * Math.Log(t)) - t + Math.Log(Sum(x - 1));
    }

    private static double Sum(double x)
    {
        double sum = Coefficients[0];
        for (int i = 1; i < Coefficients.Length; i++)
        {
            sum += Coefficients[i] / (x + i);
        }

        return sum;
    }
}
