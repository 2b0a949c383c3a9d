using System.Globalization;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Types;

namespace Vectorized.Connectors;

/// <summary>
/// The WITH options of one source as its connector reads them: every name asked for is known, whatever was never asked
/// for is refused at the end with the nearest known name. Values that do not fit say what would. One thread.
/// </summary>
internal sealed class SourceOptions(string connector, SourceDefinition definition)
{
    private const int SuggestionDistanceMax = 4;

    private readonly SortedSet<string> _known = new(StringComparer.Ordinal) { "connector", "log_rows" };

    internal string Connector => connector;

    internal string? Text(string name)
    {
        _known.Add(name);
        return definition.Options.TryGetValue(name, out string? value) && value.Length > 0 ? value : null;
    }

    internal string Required(string name, string example) => Text(name) ?? throw new SqlException(
        SqlState.InvalidParameterValue,
        $"connector \"{connector}\" needs the option \"{name}\"",
        hint: $"Add it to the WITH clause, for example {name} = '{example}'.");

    internal long Int64(string name, long otherwise, long min, long max)
    {
        if (Text(name) is not { } text)
        {
            return otherwise;
        }

        string bounds = max == long.MaxValue ? "on" : $"to {max}";
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
            && value >= min && value <= max
            ? value
            : throw Invalid(name, text, $"a whole number from {min} {bounds}");
    }

    internal int Int32(string name, int otherwise, int min, int max) => (int)Int64(name, otherwise, min, max);

    internal bool Boolean(string name, bool otherwise) => Text(name) switch
    {
        null => otherwise,
        "true" or "t" or "on" or "1" => true,
        "false" or "f" or "off" or "0" => false,
        { } text => throw Invalid(name, text, "true or false"),
    };

    /// <summary>One of several words, compared without regard to case.</summary>
    internal string? OneOf(string name, params string[] words)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        return Array.Find(words, word => word.Equals(text, StringComparison.OrdinalIgnoreCase))
            ?? throw Invalid(name, text, "one of " + string.Join(", ", words));
    }

    /// <summary>All options whose names start with a prefix, with the prefix removed.</summary>
    internal IEnumerable<KeyValuePair<string, string>> Under(string prefix)
    {
        foreach (var (name, value) in definition.Options)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
            {
                _known.Add(name);
                yield return new(name[prefix.Length..], value);
            }
        }
    }

    /// <summary>Accepts an option only at the value that is also its meaning here.</summary>
    internal void Only(string name, string value)
    {
        if (Text(name) is { } text && text != value)
        {
            throw new SqlException(
                SqlState.FeatureNotSupported,
                $"option \"{name}\" of connector \"{connector}\" is not supported",
                hint: $"Leave it out, or set it to '{value}'.");
        }
    }

    internal SqlException Invalid(string name, string value, string wanted) => new(
        SqlState.InvalidParameterValue, $"option \"{name}\" of connector \"{connector}\" must be {wanted}, not '{value}'");

    /// <summary>Refuses the first option nobody asked for.</summary>
    internal void RefuseUnknown()
    {
        string? stranger = definition.Options.Keys.Order(StringComparer.Ordinal).FirstOrDefault(name => !_known.Contains(name));
        if (stranger is null)
        {
            return;
        }

        string? nearest = _known.MinBy(name => Distance(name, stranger));
        throw new SqlException(
            SqlState.InvalidParameterValue,
            $"connector \"{connector}\" has no option \"{stranger}\"",
            hint: nearest is not null && Distance(nearest, stranger) <= SuggestionDistanceMax
                ? $"Perhaps you meant \"{nearest}\"."
                : $"It knows {string.Join(", ", _known)}.");
    }

    private static int Distance(string a, string b)
    {
        var row = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }

        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
