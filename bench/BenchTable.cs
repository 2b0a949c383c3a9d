using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Vectorized.Bench;

/// <summary>
/// What a suite prints: one header line, then a line a query, cells parted by at least two spaces and aligned (the
/// contract scripts rely on); and the same for a <see cref="BenchRecord"/>.
/// </summary>
internal sealed class BenchTable(params string[] columns)
{
    private readonly List<object?[]> _rows = [];

    /// <summary>Adds a line; numbers stay numbers in the JSON, null prints as `-`.</summary>
    internal void Add(params object?[] cells)
    {
        if (cells.Length != columns.Length)
        {
            throw new ArgumentException($"{cells.Length} cells for {columns.Length} columns");
        }

        _rows.Add(cells);
    }

    internal void Print(TextWriter output)
    {
        string[][] lines = [columns, .. _rows.Select(row => Array.ConvertAll(row, Format))];
        int[] widths = Enumerable.Range(0, columns.Length).Select(c => lines.Max(line => line[c].Length)).ToArray();
        foreach (string[] line in lines)
        {
            var text = new StringBuilder();
            for (int c = 0; c < line.Length; c++)
            {
                text.Append(c == 0 ? line[c].PadRight(widths[c]) : "  " + line[c].PadLeft(widths[c]));
            }

            output.WriteLine(text.ToString().TrimEnd());
        }
    }

    /// <summary>What the suite was to hold and did not; the program then ends with status 1. Null: all is well.</summary>
    internal string? Failure { get; set; }

    /// <summary>The lines as JSON objects; numbers that are none (0/0) become null.</summary>
    internal IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> ToJson() =>
        [.. _rows.Select(row => columns.Zip(row).ToDictionary(cell => cell.First, cell => ToJson(cell.Second)))];

    private static JsonElement ToJson(object? cell) =>
        JsonSerializer.SerializeToElement(cell is double number && !double.IsFinite(number) ? null : cell);

    private static string Format(object? cell) => cell switch
    {
        null => "-",
        double number when Math.Abs(number) is > 0 and < 0.1 => number.ToString("0.0000", CultureInfo.InvariantCulture),
        double number when Math.Abs(number) < 100 => number.ToString("0.00", CultureInfo.InvariantCulture),
        double number => number.ToString("0", CultureInfo.InvariantCulture),
        IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
        _ => cell.ToString() ?? "-",
    };
}
