using System.Globalization;

namespace Vectorized.Bench.Tpch;

/// <summary>
/// Compares a result with an answer file (`|` between values, a header line), row by row in order. Numbers may differ by a
/// millionth of their size and by half a unit of the hundredth, text not at all: the specification (clause 2.1.3.5) would
/// allow 100 dollars of a sum and one part in a hundred of a quotient.
/// </summary>
internal static class TpchAnswers
{
    private const decimal RelativeMax = 0.000001m;
    private const decimal AbsoluteMax = 0.005m;

    /// <summary>What differs first, or null.</summary>
    internal static string? Differs(string file, List<string?[]> rows)
    {
        string[] lines = [.. File.ReadLines(file).Skip(1)];
        if (lines.Length != rows.Count)
        {
            return $"{rows.Count} rows, not {lines.Length}";
        }

        for (int i = 0; i < lines.Length; i++)
        {
            string[] expected = lines[i].Split('|');
            if (expected.Length != rows[i].Length || !expected.Zip(rows[i]).All(pair => Same(pair.First, pair.Second ?? "")))
            {
                return $"row {i + 1} is {string.Join('|', rows[i])}, not {lines[i]}";
            }
        }

        return null;
    }

    private static bool Same(string expected, string actual)
    {
        if (expected == actual)
        {
            return true;
        }

        return decimal.TryParse(expected, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal x)
            && decimal.TryParse(actual, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal y)
            && Math.Abs(x - y) <= Math.Max(AbsoluteMax, RelativeMax * Math.Abs(x));
    }
}
