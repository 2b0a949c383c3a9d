using System.Net;
using System.Text;

namespace Vectorized.Bench.Report;

/// <summary>
/// A drawing written shape by shape, coordinates in pixels from the upper left. Colours are the page's, by class; texts are escaped.
/// </summary>
internal sealed class Svg
{
    private readonly StringBuilder _text = new();

    internal Svg(double width, double height, string label) => _text.Append(
        $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {N(width)} {N(height)}\" width=\"{N(width)}\" height=\"{N(height)}\" "
            + $"role=\"img\" aria-label=\"{E(label)}\">\n");

    internal void Line(double x1, double y1, double x2, double y2, string style) =>
        _text.Append($"<line class=\"{style}\" x1=\"{N(x1)}\" y1=\"{N(y1)}\" x2=\"{N(x2)}\" y2=\"{N(y2)}\"/>\n");

    internal void Polyline(IEnumerable<(double X, double Y)> points, string style) =>
        _text.Append($"<polyline class=\"line {style}\" points=\"{string.Join(' ', points.Select(p => $"{N(p.X)},{N(p.Y)}"))}\"/>\n");

    /// <param name="x">Where it stands.</param>
    /// <param name="y">The base line.</param>
    /// <param name="text">What it says.</param>
    /// <param name="anchor">start, middle or end.</param>
    /// <param name="style">Class.</param>
    internal void Text(double x, double y, string text, string anchor = "start", string style = "label") =>
        _text.Append($"<text class=\"{style}\" x=\"{N(x)}\" y=\"{N(y)}\" text-anchor=\"{anchor}\">{E(text)}</text>\n");

    /// <summary>A mark that says what it is when pointed at.</summary>
    internal void Mark(Marker marker, double x, double y, string style, string title)
    {
        string shape = marker switch
        {
            Marker.Square => $"<rect x=\"{N(x - 4)}\" y=\"{N(y - 4)}\" width=\"8\" height=\"8\"/>",
            Marker.Triangle => $"<path d=\"M{N(x)} {N(y - 5)}L{N(x + 5)} {N(y + 4)}L{N(x - 5)} {N(y + 4)}Z\"/>",
            Marker.Diamond => $"<path d=\"M{N(x)} {N(y - 5)}L{N(x + 5)} {N(y)}L{N(x)} {N(y + 5)}L{N(x - 5)} {N(y)}Z\"/>",
            Marker.Bar => $"<rect x=\"{N(x - 1)}\" y=\"{N(y - 5)}\" width=\"2\" height=\"10\"/>",
            _ => $"<circle cx=\"{N(x)}\" cy=\"{N(y)}\" r=\"5\"/>",
        };
        _text.Append($"<g class=\"mark {style}\"><title>{E(title)}</title>{shape}</g>\n");
    }

    public override string ToString() => _text + "</svg>\n";

    private static string N(double value) => Quantity.Coordinate(value);

    private static string E(string text) => WebUtility.HtmlEncode(text);
}

/// <summary>The shape of a mark, so that series are told apart without colours, too.</summary>
internal enum Marker
{
    Circle,
    Square,
    Triangle,
    Diamond,
    Bar,
}
