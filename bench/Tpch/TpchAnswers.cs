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
        return Differs([.. File.ReadLines(file).Skip(1).Select(line => line.Split('|'))], rows);
    }

    /// <summary>What differs first, or null; rows in order.</summary>
    internal static string? Differs(List<string?[]> expected, List<string?[]> rows)
    {
        if (expected.Count != rows.Count)
        {
            return $"{rows.Count} rows, not {expected.Count}";
        }

        for (int i = 0; i < rows.Count; i++)
        {
            if (expected[i].Length != rows[i].Length
                || !expected[i].Zip(rows[i]).All(pair => Same(pair.First ?? "", pair.Second ?? "")))
            {
                return $"row {i + 1} is {string.Join('|', rows[i])}, not {string.Join('|', expected[i])}";
            }
        }

        return null;
    }

    /// <summary>As <see cref="Differs(List{string?[]}, List{string?[]})"/> whatever the order of the rows.</summary>
    internal static string? DiffersAsSet(List<string?[]> expected, List<string?[]> rows) => Differs(Sorted(expected), Sorted(rows));

    /// <summary>Numbers are compared by value when rows are sorted, since their text differs between systems.</summary>
    private static List<string?[]> Sorted(List<string?[]> rows) =>
        [.. rows.OrderBy(row => string.Join('|', row.Select(Rounded)), StringComparer.Ordinal)];

    private static string Rounded(string? cell) =>
        decimal.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number)
            ? decimal.Round(number, 1).ToString("0.0", CultureInfo.InvariantCulture) : cell ?? "";

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
