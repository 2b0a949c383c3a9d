using System.Globalization;
using System.Text;

namespace Vectorized.Fuzz.Comparison;

/// <summary>
/// Text cells of either database in one form. What differs in writing only (RISINGWAVE's formats against PostgreSQL's) is
/// removed: trailing zeros of decimals and of fractions of seconds, the minutes of a zone. Approximate numbers are cut to
/// <see cref="DigitsKept"/> digits.
/// </summary>
internal static class Canonical
{
    /// <summary>Significant digits of numeric and float that take part in equality of the canonical form.</summary>
    private const int DigitsKept = 11;

    internal static string Row(string?[] cells, IReadOnlyList<uint> types)
    {
        var text = new StringBuilder();
        for (int i = 0; i < cells.Length; i++)
        {
            text.Append(i == 0 ? "" : " | ").Append(Cell(cells[i], i < types.Count ? types[i] : 0));
        }

        return text.ToString();
    }

    internal static string Cell(string? cell, uint type) => cell is null ? "NULL" : type switch
    {
        1700 or 700 or 701 => Number(cell),
        1114 or 1184 or 1083 => Seconds(cell),
        1186 => Seconds(cell),
        _ => cell,
    };

    internal static bool IsApproximate(uint type) => type is 1700 or 700 or 701;

    private static string Number(string text)
    {
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value))
        {
            return text;
        }

        return value == 0 ? "0" : value.ToString($"E{DigitsKept - 1}", CultureInfo.InvariantCulture);
    }

    private static string Seconds(string text)
    {
        if (text.EndsWith("+00:00", StringComparison.Ordinal))
        {
            text = text[..^3];
        }

        int point = text.LastIndexOf('.');
        if (point < 0)
        {
            return text;
        }

        int end = point + 1;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        string fraction = text[(point + 1)..end].TrimEnd('0');
        return text[..point] + (fraction.Length > 0 ? "." + fraction : "") + text[end..];
    }

    /// <summary>Equal, or numbers as near as two roundings of one value are.</summary>
    internal static bool Near(string?[] a, string?[] b, IReadOnlyList<uint> types)
    {
        for (int i = 0; i < a.Length; i++)
        {
            uint type = i < types.Count ? types[i] : 0;
            if (Cell(a[i], type) != Cell(b[i], type) && !(IsApproximate(type) && NearNumber(a[i], b[i])))
            {
                return false;
            }
        }

        return true;
    }

    private static bool NearNumber(string? a, string? b) =>
        double.TryParse(a, NumberStyles.Float, CultureInfo.InvariantCulture, out double x)
        && double.TryParse(b, NumberStyles.Float, CultureInfo.InvariantCulture, out double y)
        && Math.Abs(x - y) <= (1e-9 * Math.Max(Math.Abs(x), Math.Abs(y))) + 1e-10;
}
