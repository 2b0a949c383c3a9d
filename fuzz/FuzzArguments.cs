using System.Globalization;

namespace Vectorized.Fuzz;

/// <summary>The command line: TARGET [--name value] [--flag].</summary>
internal sealed class FuzzArguments
{
    private static readonly string[] _flags = ["--mutants", "--verbose", "--keep-going", "--coverage", "--twice", "--live"];
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    internal FuzzArguments(ReadOnlySpan<string> arguments, IReadOnlyList<string> known)
    {
        for (int i = 0; i < arguments.Length; i++)
        {
            string name = arguments[i];
            if (!known.Contains(name))
            {
                throw new ArgumentException($"unknown option {name}; known: {string.Join(' ', known)}");
            }

            if (_flags.Contains(name))
            {
                _values[name] = "";
            }
            else
            {
                _values[name] = i + 1 < arguments.Length ? arguments[++i] : throw new ArgumentException($"{name} needs a value");
            }
        }
    }

    internal bool Has(string name) => _values.ContainsKey(name);

    internal string? Text(string name) => _values.GetValueOrDefault(name);

    internal long Number(string name, long otherwise) => !_values.TryGetValue(name, out string? text) ? otherwise
        : long.TryParse(text, CultureInfo.InvariantCulture, out long value) && value >= 0 ? value
        : throw new ArgumentException($"{name} needs a number, not {text}");
}
