namespace Vectorized.Bench.Report;

/// <summary>Maps values to places on an axis, and says where its ticks stand: powers of ten, or round steps from zero.</summary>
internal sealed class Scale
{
    private readonly bool _isLog;
    private readonly double _low;
    private readonly double _high;
    private readonly double _from;
    private readonly double _to;

    private Scale(bool isLog, double low, double high, double from, double to, IReadOnlyList<double> ticks)
    {
        (_isLog, _low, _high, _from, _to) = (isLog, isLog ? Math.Log10(low) : low, isLog ? Math.Log10(high) : high, from, to);
        Ticks = ticks;
    }

    internal IReadOnlyList<double> Ticks { get; }

    /// <summary>Whole decades around the values, all of which are above 0.</summary>
    internal static Scale Log(IEnumerable<double> values, double from, double to)
    {
        double[] known = [.. values.Where(v => v > 0 && double.IsFinite(v)).DefaultIfEmpty(1)];
        int low = (int)Math.Floor(Math.Log10(known.Min()));
        int high = Math.Max(low + 1, (int)Math.Ceiling(Math.Log10(known.Max())));
        double[] ticks = [.. Enumerable.Range(low, high - low + 1).Select(e => Math.Pow(10, e))];
        return new Scale(true, ticks[0], ticks[^1], from, to, ticks);
    }

    /// <summary>From 0 to a round number that no value is above.</summary>
    internal static Scale Linear(IEnumerable<double> values, double from, double to)
    {
        double max = values.Where(double.IsFinite).DefaultIfEmpty(1).Max();
        max = max <= 0 ? 1 : max;
        double magnitude = Math.Pow(10, Math.Floor(Math.Log10(max / 4)));
        double step = magnitude * ((double[])[1, 2, 2.5, 5, 10]).First(s => s * magnitude * 5 >= max);
        int count = (int)Math.Ceiling(max / step);
        return new Scale(false, 0, count * step, from, to, [.. Enumerable.Range(0, count + 1).Select(i => i * step)]);
    }

    internal double At(double value) => _from + (((_isLog ? Math.Log10(value) : value) - _low) / (_high - _low) * (_to - _from));
}
