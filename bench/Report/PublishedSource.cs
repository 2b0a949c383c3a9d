namespace Vectorized.Bench.Report;

/// <summary>Figures others have published of their own systems on their own machines: not measured here, and marked so.</summary>
/// <param name="System">Which system, and what "a core" means there where that is not a core's processor time.</param>
/// <param name="Hardware">On what.</param>
/// <param name="Where">Where they stand.</param>
/// <param name="Values">By query: events or tuples a second a core.</param>
internal sealed record PublishedSource(string System, string Hardware, string Where, IReadOnlyDictionary<string, double> Values)
{
    /// <summary>Values of q{first}, q{first+1}, ... in thousands or millions a second; NaN: none was published.</summary>
    internal static Dictionary<string, double> ByQuery(int first, double unit, params ReadOnlySpan<double> values)
    {
        var byQuery = new Dictionary<string, double>();
        for (int i = 0; i < values.Length; i++)
        {
            if (!double.IsNaN(values[i]))
            {
                byQuery.Add($"q{first + i}", values[i] * unit);
            }
        }

        return byQuery;
    }

    /// <summary>The greatest value of a query and whose it is.</summary>
    internal static (double Value, string System)? Best(IEnumerable<PublishedSource> sources, string query)
    {
        (double Value, string System)? best = null;
        foreach (var source in sources)
        {
            if (source.Values.TryGetValue(query, out double value) && !(value <= best?.Value))
            {
                best = (value, source.System);
            }
        }

        return best;
    }
}
