using System.Globalization;

namespace Vectorized.Bench;

/// <summary>
/// A suite's command line: `--name value` pairs and `--flag`s. Unknown names are errors that list the known ones.
/// </summary>
internal sealed class BenchArguments
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    internal BenchArguments(IReadOnlyList<string> arguments, IReadOnlyList<string> known)
    {
        for (int i = 0; i < arguments.Count; i++)
        {
            string name = arguments[i];
            if (!name.StartsWith("--", StringComparison.Ordinal) || !known.Contains(name))
            {
                throw new ArgumentException($"unknown option {name}; there are {string.Join(' ', known)}");
            }

            bool hasValue = i + 1 < arguments.Count && !arguments[i + 1].StartsWith("--", StringComparison.Ordinal);
            _values[name] = hasValue ? arguments[++i] : string.Empty;
        }
    }

    internal string? Text(string name) => _values.GetValueOrDefault(name);

    /// <summary>The command line again, but for one option.</summary>
    internal string Without(string name) =>
        string.Join(' ', _values.Where(v => v.Key != name).Select(v => v.Value.Length == 0 ? v.Key : $"{v.Key} {v.Value}"));

    internal bool Has(string name) => _values.ContainsKey(name);

    /// <summary>A whole number, also written 10m, 5k or 1e7.</summary>
    internal long Number(string name, long otherwise)
    {
        if (!_values.TryGetValue(name, out string? text))
        {
            return otherwise;
        }

        decimal factor = text.LastOrDefault() switch { 'k' => 1e3m, 'm' => 1e6m, 'g' => 1e9m, _ => 1 };
        string digits = factor == 1 ? text : text[..^1];
        return decimal.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal value)
            ? (long)(value * factor)
            : throw new ArgumentException($"{name} wants a number, not '{text}'");
    }

    /// <summary>A comma-separated list; all of <paramref name="known"/> when the option is missing.</summary>
    internal IReadOnlyList<string> List(string name, IReadOnlyList<string> known)
    {
        if (!_values.TryGetValue(name, out string? text))
        {
            return known;
        }

        string[] chosen = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string? stranger = Array.Find(chosen, item => !known.Contains(item));
        return stranger is null
            ? chosen
            : throw new ArgumentException($"{name}: no '{stranger}' here; there are {string.Join(',', known)}");
    }
}
