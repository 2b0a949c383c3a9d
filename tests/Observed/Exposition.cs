using System.Globalization;
using System.Text.RegularExpressions;

namespace Vectorized.Tests.Observed;

/// <summary>
/// A strict reader of Prometheus' text format 0.0.4: every line must be a HELP, a TYPE or a sample of the family begun last; each
/// family and each sample stands once; histograms add up.
/// </summary>
internal sealed partial class Exposition
{
    private readonly Dictionary<string, double> _samples = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _types = new(StringComparer.Ordinal);

    /// <summary>A sample by its name with its labels, as it is written.</summary>
    internal double this[string sample] => _samples.TryGetValue(sample, out double value)
        ? value : throw new KeyNotFoundException($"no sample {sample} in:\n{string.Join('\n', _samples.Keys)}");

    internal bool Has(string sample) => _samples.ContainsKey(sample);

    internal static Exposition Parse(string text)
    {
        var parsed = new Exposition();
        Check(text.EndsWith('\n'), "the last line does not end");
        string? helped = null;
        string? family = null;
        foreach (string line in text[..^1].Split('\n'))
        {
            if (Help().Match(line) is { Success: true } help)
            {
                helped = help.Groups[1].Value;
                Check(!parsed._types.ContainsKey(helped), $"a second {helped}");
            }
            else if (Type().Match(line) is { Success: true } type)
            {
                family = type.Groups[1].Value;
                Check(family == helped, $"TYPE without its HELP: {line}");
                Check(parsed._types.TryAdd(family, type.Groups[2].Value), $"a second TYPE: {line}");
            }
            else
            {
                var sample = SampleLine().Match(line);
                Check(sample.Success && family is not null, $"not a line of the format: {line}");
                string name = sample.Groups[1].Value;
                bool isHistogram = parsed._types[family!] == "histogram";
                Check(
                    isHistogram ? name == family + "_bucket" || name == family + "_sum" || name == family + "_count" : name == family,
                    $"a sample outside its family: {line}");
                Check(parsed._samples.TryAdd(name + sample.Groups[2].Value, Number(sample.Groups[3].Value)), $"twice: {line}");
            }
        }

        foreach (var (name, type) in parsed._types)
        {
            Check(type != "counter" || name.EndsWith("_total", StringComparison.Ordinal), $"{name} is a counter");
            if (type == "histogram")
            {
                parsed.CheckHistogram(name);
            }
        }

        return parsed;
    }

    private void CheckHistogram(string name)
    {
        double last = 0;
        double bound = double.NegativeInfinity;
        foreach (var (sample, value) in _samples.Where(s => s.Key.StartsWith(name + "_bucket{le=\"", StringComparison.Ordinal)))
        {
            double next = Number(sample.Split('"')[1]);
            Check(next > bound && value >= last, $"buckets do not ascend: {sample}");
            (bound, last) = (next, value);
        }

        Check(double.IsPositiveInfinity(bound) && last == _samples[name + "_count"], $"{name} does not add up");
        Check(_samples.ContainsKey(name + "_sum"), $"{name} has no sum");
    }

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        "NaN" => double.NaN,
        _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    private static void Check(bool holds, string message)
    {
        if (!holds)
        {
            throw new FormatException(message);
        }
    }

    [GeneratedRegex("""^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (?:[^\\]|\\\\|\\n)+$""")]
    private static partial Regex Help();

    [GeneratedRegex("^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram|summary|untyped)$")]
    private static partial Regex Type();

    private const string Label = "[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\]|\\\\[\"\\\\n])*\"";

    [GeneratedRegex("^([a-zA-Z_:][a-zA-Z0-9_:]*)((?:\\{" + Label + "(?:," + Label + ")*\\})?) (NaN|[+-]Inf|[-+0-9.eE]+)$")]
    private static partial Regex SampleLine();
}
