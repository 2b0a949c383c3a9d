namespace Vectorized.Bench.Report;

/// <summary>Values of several series by name, a line a name, on one logarithmic axis: nearness and distance in powers of ten.</summary>
internal sealed class DotChart(string title, string unit)
{
    private const double LabelWidth = 56;
    private const double Width = 900;
    private const double LineHeight = 19;
    private const double Top = 56;

    private readonly List<Series> _series = [];
    private readonly List<(double Value, string Name)> _references = [];

    /// <summary>One value a name at most; marks of what comes later lie above those of what came before.</summary>
    internal void Add(string name, string style, Marker marker, IEnumerable<(string Name, double? Value, string? Note)> values) =>
        _series.Add(new Series(name, style, marker, [.. values.Where(v => v.Value is > 0)]));

    /// <summary>A line across all names.</summary>
    internal void Reference(double value, string name) => _references.Add((value, name));

    internal string Draw(IReadOnlyList<string> names)
    {
        double bottom = Top + (names.Count * LineHeight);
        var svg = new Svg(Width, bottom + 40, title);
        var values = _series.SelectMany(s => s.Values).Select(v => v.Value!.Value).Concat(_references.Select(r => r.Value));
        var axis = Scale.Log(values, LabelWidth, Width - 30);
        Legend.Draw(svg, LabelWidth, 16, _series.Where(s => s.Values.Count > 0).Select(s => (s.Name, s.Style, s.Marker)).Distinct());
        foreach (double tick in axis.Ticks)
        {
            svg.Line(axis.At(tick), Top - 6, axis.At(tick), bottom, "grid");
            svg.Text(axis.At(tick), bottom + 15, Quantity.Format(tick), "middle", "tick");
        }

        svg.Text(Width - 30, bottom + 32, unit, "end", "tick");
        foreach (var (value, name) in _references)
        {
            svg.Line(axis.At(value), Top - 6, axis.At(value), bottom, "reference");
            svg.Text(axis.At(value), Top - 10, name, "middle", "tick");
        }

        for (int i = 0; i < names.Count; i++)
        {
            double y = Top + ((i + 0.5) * LineHeight);
            svg.Text(LabelWidth - 10, y + 4, names[i], "end");
            svg.Line(LabelWidth, y, Width - 30, y, "row");
            foreach (var series in _series)
            {
                foreach (var (_, value, note) in series.Values.Where(v => v.Name == names[i]))
                {
                    string title = $"{names[i]}, {note ?? series.Name}: {Quantity.Format(value)} {unit}";
                    svg.Mark(series.Marker, axis.At(value!.Value), y, series.Style, title);
                }
            }
        }

        return svg.ToString();
    }

    private sealed record Series(
        string Name, string Style, Marker Marker, IReadOnlyList<(string Name, double? Value, string? Note)> Values);
}
