using System.Text.Json;

namespace Vectorized.Bench;

/// <summary>
/// A suite's table as JSON, with all that one must know of it: `{suite, options, taken, seconds, machine, rows}`, rows being one
/// object a line of the table, numbers as numbers and what was not measured as null.
/// </summary>
internal sealed record BenchRecord
{
    private static readonly JsonSerializerOptions _format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        RespectRequiredConstructorParameters = true,
    };

    public required string Suite { get; init; }

    /// <summary>The command line after the suite's name, without where the record goes.</summary>
    public required string Options { get; init; }

    /// <summary>When it began, UTC, as ISO 8601 writes it.</summary>
    public required string Taken { get; init; }

    /// <summary>How long it took, wall time.</summary>
    public required double Seconds { get; init; }

    public required MachineFacts Machine { get; init; }

    public required IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> Rows { get; init; }

    internal void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, _format) + "\n");

    /// <summary>Null when the file holds something else.</summary>
    internal static BenchRecord? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<BenchRecord>(File.ReadAllText(path), _format);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
