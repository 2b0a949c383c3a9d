using System.Globalization;

namespace Vectorized.Bench.Report;

/// <summary>Numbers for people: three figures, and k, M, G for thousands.</summary>
internal static class Quantity
{
    internal static string Format(double? value) => value is { } number ? Format(number) : "–";

    internal static string Format(double value)
    {
        var (scaled, unit) = Math.Abs(value) switch
        {
            >= 999.5e6 => (value / 1e9, " G"),
            >= 999.5e3 => (value / 1e6, " M"),
            >= 9_999.5 => (value / 1e3, " k"),
            _ => (value, ""),
        };
        string format = Math.Abs(scaled) switch
        {
            0 or >= 99.95 => "0",
            >= 9.995 => "0.#",
            >= 0.1 => "0.##",
            >= 0.001 => "0.####",
            _ => "0.#e0",
        };
        return scaled.ToString(format, CultureInfo.InvariantCulture) + unit;
    }

    /// <summary>A coordinate in a drawing.</summary>
    internal static string Coordinate(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
