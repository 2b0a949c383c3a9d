namespace Vectorized.Bench.Report;

/// <summary>The names of series with their marks, in a line above a drawing.</summary>
internal static class Legend
{
    private const double LetterWidth = 6.6;

    internal static void Draw(Svg svg, double x, double y, IEnumerable<(string Name, string Style, Marker Marker)> series)
    {
        foreach (var (name, style, marker) in series)
        {
            svg.Mark(marker, x + 5, y - 4, style, name);
            svg.Text(x + 16, y, name);
            x += 36 + (name.Length * LetterWidth);
        }
    }
}
