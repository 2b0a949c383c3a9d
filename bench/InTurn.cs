namespace Vectorized.Bench;

/// <summary>
/// Things measured in turn, round by round, so that what changes on the machine meets all of them alike; figures are medians,
/// ratios the medians of the rounds' own ratios.
/// </summary>
internal static class InTurn
{
    /// <summary>What each body returned, by body and round.</summary>
    internal static double[][] Measure(int rounds, params Func<double>[] bodies)
    {
        double[][] results = Array.ConvertAll(bodies, _ => new double[rounds]);
        for (int round = 0; round < rounds; round++)
        {
            for (int body = 0; body < bodies.Length; body++)
            {
                results[body][round] = bodies[body]();
            }
        }

        return results;
    }

    internal static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values];
        Array.Sort(sorted);
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>
    /// The value that a quarter of the rounds stay below. Where what disturbs a measurement only ever makes it longer, it varies less
    /// than the median.
    /// </summary>
    internal static double LowerQuartile(IEnumerable<double> values)
    {
        double[] sorted = [.. values];
        Array.Sort(sorted);
        return sorted[(sorted.Length - 1) / 4];
    }

    internal static double MedianRatio(double[] over, double[] under) => Median(over.Zip(under, (a, b) => a / b));
}
