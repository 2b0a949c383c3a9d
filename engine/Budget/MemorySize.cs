using System.Globalization;

namespace Vectorized.Engine.Budget;

/// <summary>Sizes of memory as people write them.</summary>
public static class MemorySize
{
    /// <summary>Bytes of `4GiB`, `512MiB`, `1000MB`, `64kB` or a plain number; null: it is none.</summary>
    public static long? TryParse(string text)
    {
        int digits = 0;
        while (digits < text.Length && (char.IsAsciiDigit(text[digits]) || text[digits] == '.'))
        {
            digits++;
        }

        double factor = text[digits..].Trim().ToUpperInvariant() switch
        {
            "" or "B" => 1,
            "KB" => 1e3,
            "MB" => 1e6,
            "GB" => 1e9,
            "TB" => 1e12,
            "K" or "KIB" => 1L << 10,
            "M" or "MIB" => 1L << 20,
            "G" or "GIB" => 1L << 30,
            "T" or "TIB" => 1L << 40,
            _ => double.NaN,
        };
        bool isNumber = double.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number);
        double bytes = number * factor;
        return isNumber && bytes is >= 0 and < 1e18 ? (long)bytes : null;
    }

    /// <summary>At most four digits and a binary unit: `512 MiB`, `1.50 GiB`.</summary>
    public static string Format(long bytes)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB"];
        double value = bytes;
        int unit = 0;
        while (Math.Abs(value) >= 1024 && unit < units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        string format = unit == 0 || value >= 100 || value == Math.Floor(value) ? "0" : "0.0";
        return $"{value.ToString(format, CultureInfo.InvariantCulture)} {units[unit]}";
    }
}
