namespace Vectorized.Bench.Report;

/// <summary>Series of points joined by lines, over axes from zero or, for what spans powers of ten, logarithmic ones.</summary>
internal sealed class LineChart(string label, string xUnit, string yUnit)
{
    private const double Width = 900;
    private const double Height = 340;
    private const double Left = 70;
    private const double Right = 800;
    private const double Top = 40;
    private const double Bottom = 290;
    private const int StyleCount = 6;

    private readonly List<(string Name, IReadOnlyList<(double X, double Y)> Points)> _series = [];

    internal bool HasLogX { get; init; }

    internal bool HasLogY { get; init; }

    internal bool IsEmpty => _series.Count == 0;

    /// <summary>Points by ascending x.</summary>
    internal void Add(string name, IEnumerable<(double? X, double? Y)> points)
    {
        var known = points.Where(p => p is { X: not null, Y: not null }).Select(p => (p.X!.Value, p.Y!.Value)).ToList();
        if (known.Count > 0)
        {
            _series.Add((name, known));
        }
    }

    internal string Draw()
    {
        var svg = new Svg(Width, Height, label);
        var points = _series.SelectMany(s => s.Points).ToList();
        var x = HasLogX ? Scale.Log(points.Select(p => p.X), Left, Right) : Scale.Linear(points.Select(p => p.X), Left, Right);
        var y = HasLogY ? Scale.Log(points.Select(p => p.Y), Bottom, Top) : Scale.Linear(points.Select(p => p.Y), Bottom, Top);
        foreach (double tick in x.Ticks)
        {
            svg.Line(x.At(tick), Top, x.At(tick), Bottom, "grid");
            svg.Text(x.At(tick), Bottom + 17, Quantity.Format(tick), "middle", "tick");
        }

        foreach (double tick in y.Ticks)
        {
            svg.Line(Left, y.At(tick), Right, y.At(tick), "grid");
            svg.Text(Left - 8, y.At(tick) + 4, Quantity.Format(tick), "end", "tick");
        }

        svg.Text((Left + Right) / 2, Bottom + 38, xUnit, "middle", "tick");
        svg.Text(8, 20, yUnit, "start", "tick");
        double[] labels = LabelPlaces([.. _series.Select(s => y.At(s.Points[^1].Y))]);
        for (int i = 0; i < _series.Count; i++)
        {
            var (name, values) = _series[i];
            string style = $"s{i % StyleCount}";
            svg.Polyline(values.Select(p => (x.At(p.X), y.At(p.Y))), style);
            foreach (var (px, py) in values)
            {
                string title = $"{name}: {Quantity.Format(py)} {yUnit} at {Quantity.Format(px)} {xUnit}";
                svg.Mark((Marker)(i % 4), x.At(px), y.At(py), style, title);
            }

            svg.Text(Math.Min(x.At(values[^1].X), Right) + 12, labels[i] + 4, name, "start", $"label {style}");
        }

        return svg.ToString();
    }

    /// <summary>Names stand at their lines' ends, and where these are close below one another.</summary>
    private static double[] LabelPlaces(double[] ends)
    {
        const double Distance = 14;
        double[] places = [.. ends];
        double last = double.NegativeInfinity;
        foreach (int i in Enumerable.Range(0, ends.Length).OrderBy(i => ends[i]))
        {
            places[i] = last = Math.Max(places[i], last + Distance);
        }

        return places;
    }
}
